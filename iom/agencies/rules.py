"""Kinds of agency and unit, and how an agency stands with its agreements (ORG-1, ORG-2, SHR-1)."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum


class AgencyKind(StrEnum):
    POLICE = "police"
    PROBATION = "probation"
    YOUTH_JUSTICE = "youth_justice"
    DRUG_SERVICE = "drug_service"
    PRISON = "prison"
    HOUSING = "housing"
    VOLUNTARY = "voluntary"
    LOCAL_AUTHORITY = "local_authority"
    MONITORING = "monitoring"


AGENCY_KIND_LABELS = {
    AgencyKind.POLICE: "Police",
    AgencyKind.PROBATION: "Probation",
    AgencyKind.YOUTH_JUSTICE: "Youth justice service",
    AgencyKind.DRUG_SERVICE: "Drug and alcohol service",
    AgencyKind.PRISON: "Prison",
    AgencyKind.HOUSING: "Housing",
    AgencyKind.VOLUNTARY: "Voluntary sector",
    AgencyKind.LOCAL_AUTHORITY: "Local authority",
    AgencyKind.MONITORING: "Electronic monitoring service",
}


class UnitKind(StrEnum):
    DISTRICT = "district"
    PRISON_HUB = "prison_hub"
    FORCE = "force"


UNIT_KIND_LABELS = {
    UnitKind.DISTRICT: "District",
    UnitKind.PRISON_HUB: "Prison Hub",
    UnitKind.FORCE: "Whole force",
}


class AgreementState(StrEnum):
    """How an agency stands with its information sharing agreements (SHR-1)."""

    IN_FORCE = "in_force"
    ENDS_SOON = "ends_soon"
    NOT_STARTED = "not_started"
    LAPSED = "lapsed"
    NONE = "none"
    NOT_NEEDED = "not_needed"


SOON_DAYS = 60


def span_state(starts_on: date, ends_on: date | None, *, on: date) -> AgreementState:
    """One agreement over [starts_on, ends_on) on a day; it ends soon within `SOON_DAYS` days."""
    if starts_on > on:
        return AgreementState.NOT_STARTED
    if ends_on is None:
        return AgreementState.IN_FORCE
    if ends_on <= on:
        return AgreementState.LAPSED
    return AgreementState.ENDS_SOON if ends_on <= on + timedelta(days=SOON_DAYS) else AgreementState.IN_FORCE


def agreement_state(spans: Sequence[tuple[date, date | None]], *, on: date, kind: str) -> AgreementState:
    """An agency's agreements taken together: the police need none, one renewed in time does not end soon."""
    if kind == AgencyKind.POLICE:
        return AgreementState.NOT_NEEDED
    states = {span_state(starts_on, ends_on, on=on) for starts_on, ends_on in spans}
    if AgreementState.ENDS_SOON in states and AgreementState.IN_FORCE not in states:
        return AgreementState.IN_FORCE if _renewed(spans, on=on) else AgreementState.ENDS_SOON
    order = (AgreementState.IN_FORCE, AgreementState.NOT_STARTED, AgreementState.LAPSED)
    return next((state for state in order if state in states), AgreementState.NONE)


def _renewed(spans: Sequence[tuple[date, date | None]], *, on: date) -> bool:
    """Whether later agreements follow on without a gap beyond the days that count as soon."""
    covered: date = on
    for starts_on, ends_on in sorted(spans, key=lambda span: span[0]):
        if starts_on <= covered:
            if ends_on is None:
                return True
            covered = max(covered, ends_on)
    return covered > on + timedelta(days=SOON_DAYS)

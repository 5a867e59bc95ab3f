"""Kinds of agency and unit, and how an agency stands with its agreements (ORG-1, ORG-2, SHR-1)."""

from collections.abc import Collection, Sequence
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


class DataClass(StrEnum):
    """What an agreement may cover: codes of `iom.kernel.compartments.Compartment` that partners can read at all."""

    CORE = "core"
    IDENTIFIER = "identifier"
    PLAN = "plan"
    NOTE = "note"
    YOUTH = "youth"
    EXPLOITATION = "exploitation"
    DISCLOSED = "disclosed"


DATA_CLASS_LABELS = {
    DataClass.CORE: "Core identity: name, birth, where the person is, orders, warnings",
    DataClass.IDENTIFIER: "Police identifiers: PNC and CRO numbers",
    DataClass.PLAN: "Plan and case: pathways, actions, appointments, deadlines, meetings",
    DataClass.NOTE: "Agency notes: those written by the agency or naming it",
    DataClass.YOUTH: "Young people's records",
    DataClass.EXPLOITATION: "Exploitation and vulnerability",
    DataClass.DISCLOSED: "Single items: intelligence and documents disclosed by name",
}
ALWAYS_COVERED = DataClass.CORE
"""Without it nobody can be named, and nothing else can be read."""

DEFAULT_DATA_CLASSES = (DataClass.CORE, DataClass.PLAN, DataClass.NOTE)
REMIND_DAYS_BEFORE = (60, 30, 7, 0)


def default_data_classes() -> list[str]:
    """What agreements from before data classes were recorded cover."""
    return [code.value for code in DEFAULT_DATA_CLASSES]


def in_order(codes: Collection[str]) -> list[str]:
    """The known classes among these, in the order of the list."""
    return [code.value for code in DataClass if code.value in set(codes)]


def reminder_owed(due_on: date, *, on: date) -> int | None:
    """Of the reminders before a date, the one that is owed on a day: its days before, or None before the first.

    A day that was missed owes the last reminder that fell before it, so that nothing is told twice or never.
    """
    left = (due_on - on).days
    passed = [days for days in REMIND_DAYS_BEFORE if left <= days]
    return min(passed, default=None)


def next_version(reference: str) -> str:
    """The reference of an amended agreement: `ISA-12`, `ISA-12/2`, `ISA-12/3`."""
    base, slash, number = reference.rpartition("/")
    if slash and number.isdecimal():
        return f"{base}/{int(number) + 1}"
    return f"{reference}/2"

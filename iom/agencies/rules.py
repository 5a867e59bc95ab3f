"""Kinds of agency and unit (ORG-1, ORG-2)."""

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

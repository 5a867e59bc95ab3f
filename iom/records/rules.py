"""What the records of a person's compartments may say, as plain values (SHR-2, NEW-3, YTH-1)."""

from datetime import date
from enum import StrEnum

ADULT_FROM = 18


class NoteKind(StrEnum):
    GENERAL = "general"
    CLINICAL = "clinical"
    SAFEGUARDING = "safeguarding"


class CareStatus(StrEnum):
    NONE = "none"
    LOOKED_AFTER = "looked_after"
    CARE_LEAVER = "care_leaver"
    CHILD_IN_NEED = "child_in_need"
    PROTECTION_PLAN = "protection_plan"
    NOT_KNOWN = "not_known"


class Exploitation(StrEnum):
    COUNTY_LINES = "county_lines"
    CRIMINAL = "criminal"
    SEXUAL = "sexual"
    LABOUR = "labour"
    SERVITUDE = "servitude"
    FINANCIAL = "financial"


class Nrm(StrEnum):
    """How a referral to the National Referral Mechanism stands."""

    NOT_REFERRED = "not_referred"
    REFERRED = "referred"
    REASONABLE_GROUNDS = "reasonable_grounds"
    CONCLUSIVE = "conclusive"
    NEGATIVE = "negative"


class TacticKind(StrEnum):
    DISRUPTION = "disruption"
    ENFORCEMENT = "enforcement"
    ARREST_PLAN = "arrest_plan"


SOURCE_EVALUATION = {1: "1 Reliable", 2: "2 Untested", 3: "3 Not reliable"}
INFORMATION_EVALUATION = {
    "A": "A Known directly to the source",
    "B": "B Known indirectly to the source but corroborated",
    "C": "C Known indirectly to the source",
    "D": "D Not known",
    "E": "E Suspected to be false",
}
HANDLING = {"P": "P Lawful sharing permitted", "C": "C Lawful sharing permitted with conditions"}
NOTE_KINDS = {
    NoteKind.GENERAL: "General",
    NoteKind.CLINICAL: "Clinical",
    NoteKind.SAFEGUARDING: "Safeguarding",
}
CARE_STATUSES = {
    CareStatus.NONE: "Not in care",
    CareStatus.LOOKED_AFTER: "Looked after",
    CareStatus.CARE_LEAVER: "Care leaver",
    CareStatus.CHILD_IN_NEED: "Child in need",
    CareStatus.PROTECTION_PLAN: "Child protection plan",
    CareStatus.NOT_KNOWN: "Not known",
}
EXPLOITATION_KINDS = {
    Exploitation.COUNTY_LINES: "County lines",
    Exploitation.CRIMINAL: "Criminal exploitation",
    Exploitation.SEXUAL: "Sexual exploitation",
    Exploitation.LABOUR: "Forced labour",
    Exploitation.SERVITUDE: "Domestic servitude",
    Exploitation.FINANCIAL: "Financial exploitation",
}
NRM_STATUSES = {
    Nrm.NOT_REFERRED: "Not referred",
    Nrm.REFERRED: "Referred, no decision yet",
    Nrm.REASONABLE_GROUNDS: "Reasonable grounds decision",
    Nrm.CONCLUSIVE: "Conclusive grounds decision",
    Nrm.NEGATIVE: "Negative decision",
}
TACTIC_KINDS = {
    TacticKind.DISRUPTION: "Disruption",
    TacticKind.ENFORCEMENT: "Enforcement",
    TacticKind.ARREST_PLAN: "Arrest plan",
}


def is_child(born: date | None, *, on: date) -> bool:
    """Whether somebody is under 18 on a day; an unknown date of birth is no child's."""
    if born is None:
        return False
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT_FROM

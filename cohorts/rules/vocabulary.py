"""The words of referral, selection and management as closed lists (COH-1, REF-1, REF-4, REF-8, PLN-2)."""

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """The two schemes that live side by side; a person has one place in each (COH-1, COH-2)."""

    NATIONAL = "national"
    THREE_COHORT = "three_cohort"


SCHEME_NAMES: dict[Scheme, str] = {
    Scheme.NATIONAL: "National refresh",
    Scheme.THREE_COHORT: "Three-cohort model",
}


@dataclass(frozen=True)
class Cohort:
    """One cohort of a scheme and the categories that belong to it, code to name."""

    code: str
    name: str
    categories: dict[str, str]


# The cohorts are those of the national refresh and of the force's policy (IOM Model). The categories
# of Flex and Free are local by definition: these are defaults.
COHORTS: dict[Scheme, tuple[Cohort, ...]] = {
    Scheme.NATIONAL: (
        Cohort(
            "fixed",
            "Fixed",
            {
                "robbery": "Robbery",
                "burglary": "Burglary",
                "theft_of_vehicle": "Theft of a motor vehicle",
                "theft_from_vehicle": "Theft from a motor vehicle",
                "theft_from_person": "Theft from the person",
            },
        ),
        Cohort(
            "flex",
            "Flex",
            {
                "similar_pathways": "Similar pathways, no neighbourhood crime",
                "other_acquisitive": "Other acquisitive crime",
            },
        ),
        Cohort(
            "free",
            "Free",
            {
                "domestic_abuse": "Domestic abuse",
                "exploitation": "Exploitation",
                "organised_crime": "Organised crime",
                "firearms": "Firearms",
                "other_local": "Other local priority",
            },
        ),
    ),
    Scheme.THREE_COHORT: (
        Cohort(
            "reoffending",
            "Risk of Reoffending",
            {"serious_acquisitive": "Serious acquisitive crime", "volume": "Volume crime"},
        ),
        Cohort(
            "harm",
            "Risk of Harm",
            {
                "domestic_abuse": "Domestic abuse",
                "cse": "Child sexual exploitation",
                "ocg": "Organised crime group",
                "firearms": "Firearms",
            },
        ),
        Cohort(
            "statutory",
            "Statutory responsibilities",
            {"rso": "Registered sex offender", "mappa": "MAPPA"},
        ),
    ),
}


def cohort(scheme: str, code: str) -> Cohort | None:
    """The cohort of that code in the scheme, or None where the scheme has none."""
    if scheme not in COHORTS:
        return None
    return next((c for c in COHORTS[Scheme(scheme)] if c.code == code), None)


def is_place(scheme: str, cohort_code: str, category: str) -> bool:
    """Whether the category belongs to the cohort and the cohort to the scheme (COH-2)."""
    found = cohort(scheme, cohort_code)
    return found is not None and category in found.categories


def cohort_name(scheme: str, code: str) -> str:
    """The name, "Risk of Harm" for ("three_cohort", "harm"); the code itself where it is not known."""
    found = cohort(scheme, code)
    return found.name if found else code


def category_name(scheme: str, cohort_code: str, category: str) -> str:
    """The name, "Firearms" for ("three_cohort", "harm", "firearms"); the code itself where it is not known."""
    found = cohort(scheme, cohort_code)
    return found.categories.get(category, category) if found else category


class Ground(StrEnum):
    """Why somebody is referred (REF-1)."""

    HARM = "harm"
    REOFFENDING = "reoffending"
    REPUTATION = "reputation"
    EMERGING_THREAT = "emerging_threat"
    MAPPA = "mappa"
    OTHER = "other"


GROUND_NAMES: dict[Ground, str] = {
    Ground.HARM: "High risk of harm",
    Ground.REOFFENDING: "High risk of reoffending",
    Ground.REPUTATION: "Reputational risk to an agency",
    Ground.EMERGING_THREAT: "Emerging threat",
    Ground.MAPPA: "MAPPA",
    Ground.OTHER: "Other, with the reason",
}


class Route(StrEnum):
    """The channel a candidate came through (COH-3)."""

    REFERRAL = "referral"
    EMERGING_THREAT = "emerging_threat"
    MAPPA = "mappa"


ROUTE_NAMES: dict[Route, str] = {
    Route.REFERRAL: "Agency referral",
    Route.EMERGING_THREAT: "Emerging-threat tab",
    Route.MAPPA: "MAPPA",
}

# WYP "Selection Considerations": all seven must be considered (REF-4).
SELECTION_CONSIDERATIONS: dict[str, str] = {
    "offending": "Current and previous offending",
    "recency_frequency_gravity": "Recency, frequency and gravity of offending",
    "police_intelligence": "Police intelligence, information and scoring",
    "partner_intelligence": "Partner intelligence, information and scoring",
    "pathways_and_triggers": "Known pathways and triggers to offending",
    "ability_to_intervene": "Ability of IOM to intervene positively",
    "partner_involvement": "Partnership involvement already in place",
}

# WYP "Deselection Considerations": all eight must be considered (REF-8).
DESELECTION_CONSIDERATIONS: dict[str, str] = {
    "reduction_in_offending": "Reduction in offending",
    "intelligence": "Intelligence and information from police and partners",
    "engagement": "Engagement with IOM staff and partners",
    "pathways_addressed": "Whether needs and pathways have been positively addressed",
    "triggers_reduced": "Triggers to offending reduced",
    "ongoing_support": "Ongoing support appropriate to a partner agency",
    "area_transfer": "Transfer or movement to a different police area",
    "prison_sentence": "A significant prison sentence",
}

# PLN-2: the seven pathways of the national refresh.
PATHWAYS: dict[str, str] = {
    "accommodation": "Accommodation",
    "ete": "Education, training and employment",
    "health": "Health",
    "drugs_alcohol": "Drugs and alcohol",
    "finance": "Finance, benefit and debt",
    "family": "Children and families",
    "attitudes": "Attitudes, thinking and behaviour",
}

NEED_LEVELS: dict[str, str] = {
    "none": "No need found",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
}
UPTAKES: dict[str, str] = {
    "": "Not yet known",
    "engaged": "Engaged",
    "partly": "Partly engaged",
    "declined": "Declined",
    "no_service": "No service available",
}
OUTCOMES: dict[str, str] = {
    "": "Not yet known",
    "achieved": "Achieved",
    "partly": "Partially achieved",
    "not_achieved": "Not achieved",
}

ENGAGEMENT_KINDS: dict[str, str] = {
    "initial": "Initial engagement",
    "home": "Home visit",
    "office": "Office appointment",
    "prison": "Prison visit",
    "joint": "Joint visit",
    "phone": "Telephone",
    "unannounced": "Unannounced visit",
}


class Attendance(StrEnum):
    """What came of a planned engagement (PLN-3)."""

    PLANNED = "planned"
    YES = "yes"
    LATE = "late"
    NO = "no"


ATTENDANCE_NAMES: dict[Attendance, str] = {
    Attendance.PLANNED: "Planned",
    Attendance.YES: "Attended",
    Attendance.LATE: "Attended late",
    Attendance.NO: "Did not attend",
}
HELD: frozenset[str] = frozenset({Attendance.YES, Attendance.LATE})

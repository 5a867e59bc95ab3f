"""The words an event may use (scoring.md 2.2)."""

FAMILIES = (
    "crime",
    "arrest_other",
    "intelligence",
    "substance",
    "custody",
    "conviction",
    "incident",
    "breach",
)
FAMILY_ORDER = (
    "crime",
    "arrest_other",
    "incident",
    "breach",
    "intelligence",
    "substance",
    "custody",
    "conviction",
)
"""The order in which a score's lines are told. A document read from the database has lost the order of its keys."""
CRIME = "crime"
INTELLIGENCE = "intelligence"
OTHER = "other"

SCORING_ROLES = ("suspect", "offender")
NEVER_SCORING_ROLES = ("victim", "witness", "associate", "reporter")
ROLES = SCORING_ROLES + NEVER_SCORING_ROLES

# From the first suspicion to the end of the matter: of two outcomes of one day the later word is the more advanced.
STATUS_STAGES = (
    "suspect",
    "arrested",
    "charged",
    "convicted",
    "out_of_court_disposal",
    "nfa",
    "nfa_victim_not_supporting",
    "acquitted",
    "eliminated",
    "no_crime",
)
STAGE_OF_STATUS = {status: stage for stage, status in enumerate(STATUS_STAGES, start=1)}
# An offence without a recorded outcome counts as the earliest stage.
STATUS_WHEN_UNKNOWN = "suspect"

INTEL_GRADES = tuple(source + assessment for assessment in "ABCDE" for source in "123")

# A model picks the event's category in its own vocabulary; the DA model sees only what is domestic abuse.
CATEGORY_COLUMNS = {"DA": "da_category"}


def category_column(model_code: str) -> str:
    """The column of the view `score_event` that holds this model's categories."""
    return CATEGORY_COLUMNS.get(model_code, "category")


def in_words(code: str) -> str:
    """'burglary_residential' -> 'burglary residential'."""
    return code.replace("_", " ")


MODEL_NAMES = {
    "ROR": "Risk of Reoffending",
    "DA": "Domestic abuse",
    "CSE": "Child sexual exploitation",
    "FIREARMS": "Firearms",
    "OCG": "Organised crime",
}


def model_name(code: str) -> str:
    """The model in words; one that a force added goes by its code."""
    return MODEL_NAMES.get(code, code)

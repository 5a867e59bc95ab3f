"""The feeds that become scoring events: columns, checks, and the row each gives (INT-1, scoring.md 2.2).

Each row is one person's part in one thing. A later stage of an offence is a new row, so that any past night can be
told again. `recorded_at` is when the link to the person was first known *here*: the force's own moment, unless files
of this kind had already been loaded after it, in which case it is news now.
"""

import re

from iom.feeds.kinds import (
    Check,
    Column,
    FeedKind,
    Load,
    choice,
    code_of_digits,
    day,
    literal,
    moment,
    not_before,
    number,
    text,
)
from iom.feeds.registry import follow, register
from iom.persons.feeds import PERSON_JOIN, nominal
from scoring.code_feed import OFFENCE_CODES
from scoring.rules.vocabulary import INTEL_GRADES, ROLES, STATUS_STAGES

CODE_JOIN = "LEFT JOIN scoring_offence_code o ON o.ho_code = s.ho_code"
KNOWN_AT = """CASE WHEN s.recorded_at::timestamptz < %(known_since)s::timestamptz THEN %(at)s::timestamptz
    ELSE s.recorded_at::timestamptz END"""
# A correction leaves when the link to the person was first known; to another person it is a new link.
SAME_LINK = "CASE WHEN t.person_id = excluded.person_id THEN t.recorded_at ELSE %(at)s::timestamptz END"
BULK = "%(bulk)s::boolean"
CARRIED = (
    "person_id", "family", "category", "da_category", "occurred_on", "occurred_on_unknown", "recorded_at", "role",
    "status", "status_on", "occurrence_ref", "offence_ref", "intel_grade", "victim_key", "bulk_load", "unmapped",
    "source", "source_ref", "row_hash", "summary", "ho_code", "feed_file_id", "feed_line", "revised_at",
)  # fmt: skip
"""Every column of an event but its number: what a kept version holds."""
INTELLIGENCE_SUBJECTS = ("acquisitive", "drugs", "da", "cse", "firearms", "organised_crime", "other")
ARREST_REASONS = ("offence", "recall_or_warrant", "breach_bail")
TEST_RESULTS = ("positive_opiate_and_cocaine", "positive_opiate", "positive_cocaine", "refused", "negative")
INCIDENT_FAMILIES = {
    "dash_high": "incident",
    "dash_medium": "incident",
    "dash_standard": "incident",
    "child_abduction_warning_notice": "incident",
    "missing_child_found_with": "incident",
    "firearms_incident_linked": "incident",
    "nmo_or_ro": "breach",
    "dvpo_dapo": "breach",
    "bail": "breach",
    "shpo_sro": "breach",
    "licence_breach": "custody",
}
DOMESTIC_INCIDENTS = ("dash_high", "dash_medium", "dash_standard", "nmo_or_ro", "dvpo_dapo", "bail")


def _recorded() -> Column:
    return moment("recorded_at", "when the force's system first linked this to the person", required=True)


def _offence_code(*, required: bool) -> Column:
    return code_of_digits(
        "ho_code",
        "Home Office code; one without a scoring category counts as `other` and is flagged",
        digits=5,
        what="a Home Office code",
        required=required,
    )


def _flag(name: str, meaning: str) -> Column:
    return choice(name, meaning, ("Y", "N"))


def _in_words(category: str, ref: str) -> str:
    """'Burglary residential, NM260000001', in SQL."""
    return f"upper(left({category}, 1)) || replace(substr({category}, 2), '_', ' ') || ', ' || {ref}"


def _event(source: str, **values: str) -> Load:
    """A row of `scoring_event`; what a kind does not say has no meaning for it."""
    whole = {
        "source": literal(source),
        "person_id": "p.id",
        "da_category": "''",
        "role": "'suspect'",
        "occurrence_ref": "''",
        "offence_ref": "''",
        "intel_grade": "''",
        "victim_key": "''",
        "occurred_on_unknown": "false",
        "unmapped": "false",
        "status": "NULL::text",
        "status_on": "NULL::date",
        "ho_code": "''",
        "recorded_at": KNOWN_AT,
        "bulk_load": BULK,
        **{name: value for name, value in values.items() if name != "where"},
    }
    return Load(
        table="scoring_event",
        values=whole,
        key=("source", "source_ref"),
        keep=("bulk_load",),
        on_update={"recorded_at": SAME_LINK, "revised_at": "%(at)s::timestamptz"},
        versions="scoring_event_version",
        carried=CARRIED,
        happened_on="occurred_on",
        where=values.get("where", ""),
        hashed=("s.nominal_ref", *_said_by_the_row(whole)),
    )


def _said_by_the_row(values: dict[str, str]) -> list[str]:
    """What of the values the file's own row says: how codes are mapped is not its doing and makes no correction."""
    said: list[str] = []
    for name, value in values.items():
        if name in {"recorded_at", "bulk_load", "summary", "source_ref"}:
            continue
        if re.search(r"\bo\.", value):
            said += re.findall(r"\bs\.\w+", value)
        elif "s." in value:
            said.append(value)
    return list(dict.fromkeys(said))


_OFFENCE = "coalesce(o.ror_category, 'other')"
_DOMESTIC = "CASE WHEN s.domestic_abuse = 'Y' THEN coalesce(o.da_category, 'other') ELSE '' END"
_WHEN = "coalesce(s.occurred_to, s.occurred_from, left(s.recorded_at, 10))"

CRIMES = FeedKind(
    name="crimes",
    title="Crimes",
    order=30,
    columns=(
        text("crime_ref", "crime reference: groups offences and stages", required=True, longest=24),
        number("offence_no", "number of the offence within the crime", required=True),
        nominal(),
        choice("role", "the person's part", ROLES, required=True),
        _offence_code(required=True),
        _flag("domestic_abuse", "Y if the offence is domestic abuse"),
        day("occurred_from", "first day on which it may have happened"),
        day("occurred_to", "last day; with both empty the recorded day is used and flagged"),
        choice("status", "stage or outcome for this person; empty for a victim or witness", STATUS_STAGES),
        day("status_on", "day on which the stage was reached; needed when status is given"),
        text("victim_key", "opaque key of the victim, the same each time; never a name", longest=40),
        _recorded(),
    ),
    key=("crime_ref", "offence_no", "nominal_ref", "role", "status"),
    joins=f"{PERSON_JOIN} {CODE_JOIN}",
    checks=(
        Check(
            "status_on",
            "s.status IS NOT NULL AND s.status_on IS NULL",
            "is empty, and must be filled when status is",
        ),
        not_before("occurred_to", "occurred_from"),
    ),
    load=_event(
        "crimes",
        source_ref="s.crime_ref || '|' || s.offence_no || '|' || s.nominal_ref || '|' || left(s.role, 1)"
        " || '|' || coalesce(s.status, '')",
        family="'crime'",
        category=_OFFENCE,
        da_category=_DOMESTIC,
        ho_code="s.ho_code",
        occurred_on=f"{_WHEN}::date",
        occurred_on_unknown="coalesce(s.occurred_to, s.occurred_from) IS NULL",
        role="s.role",
        status="s.status",
        status_on="s.status_on::date",
        occurrence_ref="s.crime_ref",
        offence_ref="s.offence_no",
        victim_key="coalesce(s.victim_key, '')",
        unmapped="o.ho_code IS NULL",
        summary=_in_words(_OFFENCE, "s.crime_ref"),
    ),
    notes="One row for each person, offence and stage: suspect, then arrested, charged, convicted or another outcome, "
    "each as a row of its own. A stage that ends the matter (nfa, acquitted, eliminated, no_crime) cancels the others.",
)

ARRESTS = FeedKind(
    name="arrests",
    title="Arrests",
    order=40,
    columns=(
        text("arrest_ref", "reference of the arrest", required=True, longest=40),
        nominal(),
        day("arrested_on", "day of the arrest", required=True),
        choice("reason", "for an offence, or for what", ARREST_REASONS, required=True),
        text("crime_ref", "crime reference, when arrested for an offence", longest=24),
        number("offence_no", "number of the offence within the crime"),
        code_of_digits("ho_code", "Home Office code of the offence", digits=5, what="a Home Office code"),
        _flag("domestic_abuse", "Y if the offence is domestic abuse"),
        day("offence_on", "day of the offence; the day of arrest is used when empty"),
        _recorded(),
    ),
    key=("arrest_ref",),
    joins=f"{PERSON_JOIN} {CODE_JOIN}",
    checks=tuple(
        Check(
            name,
            f"s.reason = 'offence' AND s.{name} IS NULL",
            "is empty, and must be filled for an arrest for an offence",
        )
        for name in ("crime_ref", "offence_no", "ho_code")
    ),
    load=_event(
        "arrests",
        source_ref="s.arrest_ref",
        family="CASE WHEN s.reason = 'offence' THEN 'crime' ELSE 'arrest_other' END",
        category=f"CASE WHEN s.reason = 'offence' THEN {_OFFENCE} ELSE s.reason END",
        da_category=f"CASE WHEN s.reason = 'offence' THEN {_DOMESTIC} ELSE '' END",
        ho_code="CASE WHEN s.reason = 'offence' THEN s.ho_code ELSE '' END",
        occurred_on="CASE WHEN s.reason = 'offence' THEN coalesce(s.offence_on, s.arrested_on)"
        " ELSE s.arrested_on END::date",
        status="CASE WHEN s.reason = 'offence' THEN 'arrested' END",
        status_on="CASE WHEN s.reason = 'offence' THEN s.arrested_on END::date",
        occurrence_ref="coalesce(s.crime_ref, '')",
        offence_ref="coalesce(s.offence_no, '')",
        unmapped="s.reason = 'offence' AND o.ho_code IS NULL",
        summary=f"CASE WHEN s.reason = 'offence' THEN 'Arrested: ' || {_in_words(_OFFENCE, 's.crime_ref')}"
        " WHEN s.reason = 'breach_bail' THEN 'Arrested for breach of bail' ELSE 'Arrested on recall or warrant' END",
    ),
    notes="An arrest for an offence is a stage of that offence; other arrests count for themselves.",
)

INTELLIGENCE = FeedKind(
    name="intelligence",
    title="Intelligence",
    order=50,
    columns=(
        text("log_ref", "reference of the log; never its content", required=True, longest=40),
        nominal(),
        choice("role", "the person's part", ("suspect", "offender", "victim", "associate"), required=True),
        day("logged_on", "day of the log", required=True),
        choice("subject", "what it is about", INTELLIGENCE_SUBJECTS, required=True),
        choice("grade", "3x5x2 source and assessment", INTEL_GRADES, required=True),
        _recorded(),
    ),
    key=("log_ref", "nominal_ref"),
    joins=PERSON_JOIN,
    load=_event(
        "intelligence",
        source_ref="s.log_ref || '|' || s.nominal_ref",
        family="'intelligence'",
        category="CASE WHEN s.subject = 'da' THEN 'other' ELSE s.subject END",
        da_category="CASE WHEN s.subject = 'da' THEN 'da' ELSE '' END",
        occurred_on="s.logged_on::date",
        role="s.role",
        intel_grade="s.grade",
        summary="'Intelligence log'",
    ),
    notes="The content of a log is never sent: only that there is one, about what, and how it is graded.",
)

DRUG_TESTS = FeedKind(
    name="drug_tests",
    title="Drug tests",
    order=60,
    columns=(
        text("test_ref", "reference of the test", required=True, longest=40),
        nominal(),
        day("tested_on", "day of the test", required=True),
        choice("result", "what it showed", TEST_RESULTS, required=True),
        _recorded(),
    ),
    key=("test_ref",),
    joins=PERSON_JOIN,
    load=_event(
        "drug_tests",
        source_ref="s.test_ref",
        family="'substance'",
        category="s.result",
        occurred_on="s.tested_on::date",
        summary="'Drug test: ' || replace(s.result, '_', ' ')",
    ),
)

_DOMESTIC_LIST = ", ".join(literal(kind) for kind in DOMESTIC_INCIDENTS)

INCIDENTS = FeedKind(
    name="incidents",
    title="Incidents and breaches",
    order=70,
    columns=(
        text("incident_ref", "reference of the incident", required=True, longest=40),
        nominal(),
        choice("role", "the person's part", ROLES, required=True),
        choice("kind", "DASH grading, breach of an order, or other", tuple(INCIDENT_FAMILIES), required=True),
        day("occurred_on", "day of the incident", required=True),
        text("victim_key", "opaque key of the victim, the same each time; never a name", longest=40),
        _recorded(),
    ),
    key=("incident_ref", "nominal_ref"),
    joins=PERSON_JOIN,
    load=_event(
        "incidents",
        source_ref="s.incident_ref || '|' || s.nominal_ref",
        family="CASE s.kind "
        + " ".join(
            f"WHEN {literal(kind)} THEN {literal(family)}" for kind, family in INCIDENT_FAMILIES.items()
        )
        + " END",
        category="s.kind",
        da_category=f"CASE WHEN s.kind IN ({_DOMESTIC_LIST}) THEN s.kind ELSE '' END",
        occurred_on="s.occurred_on::date",
        role="s.role",
        victim_key="coalesce(s.victim_key, '')",
        summary="CASE WHEN s.kind LIKE 'dash%%' THEN 'Domestic abuse incident, DASH ' || substr(s.kind, 6)"
        f" ELSE {_in_words('s.kind', 's.incident_ref')} END",
    ),
)

CONVICTIONS = FeedKind(
    name="convictions",
    title="Earlier convictions",
    order=80,
    every_hours=7 * 24,
    columns=(
        text("conviction_ref", "reference of the conviction", required=True, longest=40),
        nominal(),
        day("convicted_on", "day of conviction", required=True),
        _offence_code(required=True),
        _recorded(),
    ),
    key=("conviction_ref", "nominal_ref"),
    joins=f"{PERSON_JOIN} {CODE_JOIN}",
    load=_event(
        "convictions",
        source_ref="s.conviction_ref || '|' || s.nominal_ref",
        family="'conviction'",
        category=f"CASE WHEN {_OFFENCE} = 'other' THEN 'other' ELSE 'relevant' END",
        ho_code="s.ho_code",
        occurred_on="s.convicted_on::date",
        role="'offender'",
        unmapped="o.ho_code IS NULL",
        summary=f"'Convicted: ' || {_in_words(_OFFENCE, 's.conviction_ref')}",
    ),
    notes="A conviction of a kind that the model weighs is relevant; one of another kind is kept and does not count.",
)

RELEASES = _event(
    "custody_release",
    source_ref="s.custody_ref",
    family="'custody'",
    category="'release'",
    role="'offender'",
    occurred_on="s.held_to::date",
    summary="'Released from ' || r.name",
    where="s.held_to IS NOT NULL AND s.reason <> 'remand'",
)
RECALLS = _event(
    "custody_recall",
    source_ref="s.custody_ref",
    family="'custody'",
    category="'recall'",
    role="'offender'",
    occurred_on="s.held_from::date",
    summary="'Recalled to ' || r.name",
    where="s.reason = 'recall'",
)


def declare() -> None:
    """Register the kinds, and the events that custody gives; called once from the app's `ready()`."""
    for kind in (OFFENCE_CODES, CRIMES, ARRESTS, INTELLIGENCE, DRUG_TESTS, INCIDENTS, CONVICTIONS):
        register(kind)
    follow("custody", RELEASES)
    follow("custody", RECALLS)

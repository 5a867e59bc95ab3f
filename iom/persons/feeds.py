"""The feeds of people and of custody: columns, checks, and where rows go (PER-1, PER-3, INT-1)."""

from iom.feeds.kinds import (
    Check,
    Column,
    FeedKind,
    Load,
    choice,
    day,
    known,
    moment,
    not_before,
    pattern,
    text,
)
from iom.persons.rules import ETHNICITIES

THIS_YEAR = "date_part('year', %(today)s::date)::int"
PNC = f"persons_pnc(s.pnc_id, {THIS_YEAR})"
CRO = "persons_cro(s.cro_no)"
NOMINAL_FORM = "^[A-Z0-9][A-Z0-9/-]{2,19}$"
PERSON_JOIN = "LEFT JOIN persons_person p ON p.nominal_ref = s.nominal_ref"


def nominal() -> Column:
    """The person a row is about, who must have come with the persons feed before."""
    return known(
        "nominal_ref", "the force's reference of the person", alias="p", what="nominal: send the person first"
    )


def _pnc_conflict(other: str, held: str) -> str:
    """The same PNC number with another birth date is a conflict to show, never merged."""
    return f"""
        SELECT DISTINCT ON (s.line_no) s.line_no, 'pnc_id',
            'conflict: PNC ' || {PNC} || ' is also given to nominal ' || o.nominal_ref
            || ' with another date of birth; nothing is merged, someone must decide which is right'
        FROM feed_stage s JOIN {other} o ON {held} = {PNC} AND o.nominal_ref <> s.nominal_ref
            AND o.date_of_birth::text <> s.date_of_birth
        ORDER BY s.line_no, o.nominal_ref"""


_EQUALITY = """
    INSERT INTO persons_equalityrecord AS t (person_id, ethnicity)
    SELECT p.id, s.ethnicity FROM feed_stage s JOIN persons_person p ON p.nominal_ref = s.nominal_ref
    WHERE s.ethnicity IS NOT NULL
    ON CONFLICT (person_id) DO UPDATE SET ethnicity = excluded.ethnicity WHERE t.ethnicity <> excluded.ethnicity"""
_ADDRESS_LEFT = """
    UPDATE persons_address t SET lived_to = coalesce(s.address_since, %(today)s)::date
    FROM feed_stage s JOIN persons_person p ON p.nominal_ref = s.nominal_ref
    WHERE t.person_id = p.id AND t.lived_to IS NULL AND s.address_line IS NOT NULL
        AND (t.line, t.postcode) IS DISTINCT FROM (s.address_line, coalesce(s.postcode, ''))"""
_ADDRESS_NEW = """
    INSERT INTO persons_address (person_id, line, town, postcode, lived_from)
    SELECT p.id, s.address_line, coalesce(s.town, ''), coalesce(s.postcode, ''), s.address_since::date
    FROM feed_stage s JOIN persons_person p ON p.nominal_ref = s.nominal_ref
    WHERE s.address_line IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM persons_address t WHERE t.person_id = p.id AND t.lived_to IS NULL)"""
_ALIASES = """
    INSERT INTO persons_alias (person_id, family_name, given_names, search_name)
    SELECT p.id, split_part(a, '/', 1), split_part(a, '/', 2),
        persons_search_name(split_part(a, '/', 1), split_part(a, '/', 2))
    FROM feed_stage s JOIN persons_person p ON p.nominal_ref = s.nominal_ref, unnest(string_to_array(s.aliases, '|')) a
    WHERE NOT EXISTS (SELECT 1 FROM persons_alias t WHERE t.person_id = p.id
        AND t.search_name = persons_search_name(split_part(a, '/', 1), split_part(a, '/', 2)))"""

_PERSON_COLUMNS = (
    pattern(
        "nominal_ref",
        "the force's reference of the person",
        form="3 to 20 capital letters, digits, / or -",
        regex=NOMINAL_FORM,
        required=True,
    ),
    text("family_name", "family name", required=True, longest=80),
    text("given_names", "given names", longest=120),
    day("date_of_birth", "date of birth"),
    choice("sex", "sex: female, male or not known", ("F", "M", "U"), required=True),
    choice(
        "ethnicity", "self-defined ethnicity, 16+1 code; for equality monitoring only", tuple(ETHNICITIES)
    ),
    Column(
        "pnc_id",
        "PNC number, in any usual writing",
        form="YYYY/NNNNNNNL",
        checks=(
            Check(
                "pnc_id",
                f"s.pnc_id IS NOT NULL AND {PNC} IS NULL",
                "is not a PNC number: form or check letter is wrong",
            ),
        ),
    ),
    Column(
        "cro_no",
        "CRO number",
        form="NNNNNN/YYL or SFYY/NNNNNNL",
        checks=(
            Check(
                "cro_no",
                f"s.cro_no IS NOT NULL AND {CRO} IS NULL",
                "is not a CRO number: form or check letter is wrong",
            ),
        ),
    ),
    pattern("prison_no", "prison number", form="A1234BC", regex="^[A-Z][0-9]{4}[A-Z]{2}$"),
    pattern("crn", "probation's case reference number", form="A123456", regex="^[A-Z][0-9]{6}$"),
    known("home_unit", "code of the district where the person lives", alias="u", what="district code"),
    text("address_line", "present address, first line", longest=200),
    text("town", "town", longest=80),
    text("postcode", "postcode", longest=8),
    day("address_since", "since when the person lives there"),
    text("aliases", "other names: Family/Given, several joined by |", longest=400),
)

PERSONS = FeedKind(
    name="persons",
    title="People",
    order=10,
    columns=_PERSON_COLUMNS,
    key=("nominal_ref",),
    joins="LEFT JOIN agencies_unit u ON u.code = s.home_unit AND u.kind = 'district'",
    load=Load(
        table="persons_person",
        values={
            "nominal_ref": "s.nominal_ref",
            "family_name": "s.family_name",
            "given_names": "coalesce(s.given_names, '')",
            "search_name": "persons_search_name(s.family_name, coalesce(s.given_names, ''))",
            "date_of_birth": "s.date_of_birth::date",
            "sex": "s.sex",
            "pnc_id": f"coalesce({PNC}, '')",
            "cro_no": f"coalesce({CRO}, '')",
            "prison_no": "coalesce(s.prison_no, '')",
            "crn": "coalesce(s.crn, '')",
            "home_unit_id": "u.id",
            "is_managed": "false",
            "created_at": "%(at)s::timestamptz",
        },
        key=("nominal_ref",),
        keep=("is_managed", "created_at"),
        hashed=tuple(f"s.{column.name}" for column in _PERSON_COLUMNS),
        person="id",
    ),
    set_checks=(
        _pnc_conflict("persons_person", "o.pnc_id"),
        _pnc_conflict("feed_stage", f"persons_pnc(o.pnc_id, {THIS_YEAR})"),
    ),
    then=(_EQUALITY, _ADDRESS_LEFT, _ADDRESS_NEW, _ALIASES),
    notes="Load this feed before the others. A person is known by `nominal_ref`; a later row for the same reference "
    "is a correction. The same PNC number with another birth date is a conflict: the row is rejected.",
)

CUSTODY = FeedKind(
    name="custody",
    title="Custody",
    order=20,
    columns=(
        text("custody_ref", "reference of the stay, the same in each extract", required=True, longest=40),
        nominal(),
        known("prison", "code of the prison", alias="r", what="prison code"),
        choice("reason", "why the stay began", ("remand", "sentence", "recall"), required=True),
        text("sentence", "the sentence in words", longest=160),
        day("held_from", "first day of the stay", required=True),
        day("expected_release_on", "day of release as now expected", may_be_future=True),
        day("held_to", "day of release; empty while the person is held"),
        text("licence_conditions", "conditions of the licence", longest=2000),
        moment("recorded_at", "when the force recorded it", required=True),
    ),
    key=("custody_ref",),
    joins=f"{PERSON_JOIN} LEFT JOIN agencies_prison r ON r.code = s.prison",
    checks=(
        not_before("held_to", "held_from"),
        not_before("expected_release_on", "held_from"),
    ),
    load=Load(
        table="persons_custodyperiod",
        values={
            "source_ref": "s.custody_ref",
            "person_id": "p.id",
            "prison_id": "r.id",
            "held_from": "s.held_from::date",
            "held_to": "s.held_to::date",
            "expected_release_on": "s.expected_release_on::date",
            "sentence": "coalesce(s.sentence, '')",
            "is_recall": "s.reason = 'recall'",
            "licence_conditions": "coalesce(s.licence_conditions, '')",
        },
        key=("source_ref",),
        conflict_where="NOT (source_ref = '')",
        happened_on="held_from",
        hashed=(
            "s.nominal_ref",
            "s.prison",
            "s.reason",
            "s.sentence",
            "s.held_from",
            "s.expected_release_on",
            "s.held_to",
            "s.licence_conditions",
        ),
    ),
    notes="One row for each stay; send the row again when a date changes.",
)

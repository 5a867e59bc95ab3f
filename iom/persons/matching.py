"""Finding records that may be one person, once a week as work of the background (PER-1).

Identifiers with check letters come first, in SQL; then the likely pairs of a library, where that extra is installed.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db import connection

from iom.jobs.models import Chunk, Run
from iom.jobs.registry import JobKind
from iom.persons.models import Duplicate, Person
from iom.persons.rules import IDENTIFIER_COLUMNS, LEAST_LIKELY, MATCH_WEEKDAY, PAIRS_A_CHUNK

KIND = "persons.duplicates"
IDENTIFIERS = "identifiers"
BATCH = 20_000


def has_library() -> bool:
    """Whether likely pairs can be looked for: the extra of `requirements/matching.txt` is installed."""
    return find_spec("splink") is not None and find_spec("duckdb") is not None


def plan_week(run: Run) -> list[dict[str, Any]]:
    """A chunk for identifiers and one for each block of the library; on one night a week, and on the first."""
    if run.for_date.weekday() != MATCH_WEEKDAY and Duplicate.objects.exists():
        return []
    blocks = list(import_module("iom.persons.splink_pairs").BLOCKS) if has_library() else []
    return [{"block": block} for block in (IDENTIFIERS, *blocks)]


def do_block(run: Run, chunk: Chunk) -> None:
    """Propose the pairs of one block; a pair that is there already, decided or not, stays as it is."""
    block = chunk.payload["block"]
    if block == IDENTIFIERS:
        _same_identifiers(run)
        return
    people = Person.objects.filter(merged_into__isnull=True).count()
    found = import_module("iom.persons.splink_pairs").pairs(
        _batches(), block=block, people=people, least=LEAST_LIKELY, most=PAIRS_A_CHUNK
    )
    Duplicate.objects.bulk_create(
        [
            Duplicate(
                left_id=left,
                right_id=right,
                kind="likely",
                percent=round(100 * chance, 2),
                proposed_at=run.created_at,
            )
            for left, right, chance in found
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def finish_week(run: Run) -> None:
    """How many pairs wait, and whether likely ones could be looked for."""
    run.summary = {"open": Duplicate.objects.filter(status="open").count(), "library": has_library()}


def _same_identifiers(run: Run) -> None:
    with connection.cursor() as cursor:
        for column in IDENTIFIER_COLUMNS:
            cursor.execute(_SAME.format(column=column), {"at": run.created_at, "most": PAIRS_A_CHUNK})


# The same number twice is one person, unless the dates of birth differ: that is a conflict to be shown.
_SAME = """
    INSERT INTO persons_duplicate (left_id, right_id, kind, proposed_at)
    SELECT a.id, b.id,
        CASE WHEN a.date_of_birth <> b.date_of_birth THEN 'conflict' ELSE 'identifier' END, %(at)s
    FROM persons_person a JOIN persons_person b ON b.{column} = a.{column} AND b.id > a.id
    WHERE a.{column} <> '' AND a.merged_into_id IS NULL AND b.merged_into_id IS NULL
    ORDER BY a.id, b.id LIMIT %(most)s
    ON CONFLICT DO NOTHING"""

_PEOPLE = """
    SELECT p.id, nullif(lower(p.family_name), ''), nullif(lower(split_part(p.given_names, ' ', 1)), ''),
        p.date_of_birth::text, nullif(upper(replace(a.postcode, ' ', '')), ''), nullif(p.pnc_id, '')
    FROM persons_person p
    LEFT JOIN LATERAL (SELECT postcode FROM persons_address a WHERE a.person_id = p.id AND a.lived_to IS NULL
        ORDER BY a.id DESC LIMIT 1) a ON true
    WHERE p.merged_into_id IS NULL AND p.id > %s ORDER BY p.id LIMIT %s"""


def _batches() -> Iterator[list[tuple[Any, ...]]]:
    """What people are compared by, some thousands at a time."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PEOPLE, [last, BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield rows


WEEKLY = JobKind(name=KIND, plan=plan_week, do=do_block, finish=finish_week, nightly=True)

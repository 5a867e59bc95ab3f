"""The fast kernel against the readable SQL and the plain Python reference, person for person (SCO-1, SCO-4)."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.access.scope import as_owner, as_service
from scoring import pricing, shipped
from scoring.kernel import extract as reading
from scoring.kernel.changes import Standings, changes
from scoring.kernel.digest import digest, hash_extended
from scoring.kernel.loops import loops, run_over_nothing
from scoring.kernel.packing import TooLarge, packed_rows, read_packed, read_rows
from scoring.kernel.price import Scores
from scoring.kernel.price import price as reading_price
from scoring.kernel.shapes import KIND, ROW, SENT
from scoring.kernel.tables import MOST_WORDS, Tables, tables_of
from scoring.kernel.words import Dictionary, UnknownKind
from scoring.models import ScoreRun
from scoring.packed import LAYOUT, WIDTH, kind_sql, packed_sql
from scoring.rules.config import parse
from scoring.services import cases as service
from scoring.services import runs
from scoring.services.verify import differing
from tests.factories import PersonFactory
from tests.scoring import reference
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use
from tests.scoring.people import AS_OF, as_case, by_kernel, random_person
from tests.scoring.reference import E

CONFIGS = tuple(shipped.models().values())
PEOPLE = 250
pytestmark = pytest.mark.django_db
on_random_people = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def some_people(seed: int, count: int = PEOPLE) -> list[list[E]]:
    """People whose events use the words of one model or another, and of none."""
    chance = random.Random(seed)
    return [random_person(chance, dict(chance.choice(CONFIGS).document)) for _ in range(count)]


def load(people: Sequence[Sequence[E]]) -> None:
    service._load([as_case(place, "ROR", events) for place, events in enumerate(people, start=1)])


def questions() -> list[pricing.Question]:
    return [pricing.question(config, AS_OF) for config in CONFIGS]


def raw_of(scores: Scores) -> dict[int, int]:
    return dict(zip(scores.person_ids.tolist(), scores.raw_hundredths.tolist(), strict=True))


@on_random_people
@given(seed=st.integers(0, 2**32))
def test_kernel_sql_and_reference_agree_on_2000_people_under_every_model_then_and_now(seed):
    people = some_people(seed)

    with as_service():
        load(people)
        found = differing(CONFIGS, questions(), pricing.people_between(1, PEOPLE), source=service.RELATION)

    for config, (scores, sql_digest, wrong) in zip(CONFIGS, found, strict=True):
        assert (list(wrong), scores.digest) == ([], sql_digest)
        raw = raw_of(scores)
        for place in range(1, PEOPLE + 1, 5):
            wanted = reference.price(dict(config.document), people[place - 1], AS_OF)
            assert Decimal(raw.get(place, 0)) / 100 == wanted["raw"], people[place - 1]


@on_random_people
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_neither_the_order_of_the_events_nor_the_size_of_the_chunks_matters(seed, size):
    people = some_people(seed, 120)
    shuffled = [random.Random(seed).sample(events, len(events)) for events in people]

    with as_service():
        load(people)
        whole = [raw_of(scores) for scores in by_kernel(CONFIGS, AS_OF, 120)]
        load(shuffled)
        tables, asks = tables_of(CONFIGS), questions()
        pieces: list[dict[int, int]] = [{} for _ in CONFIGS]
        for first in range(1, 121, size):
            some = random.Random(first).sample(range(first, first + size), size)
            events = reading.extract(tables, asks, pricing.people_in(some), source=service.RELATION)
            for piece, table, ask in zip(pieces, tables.models, asks, strict=True):
                piece |= raw_of(reading_price(table, events, ask))

    assert pieces == [{place: raw for place, raw in one.items() if place <= 120} for one in whole]


def crime(number: int, **fields: Any) -> E:
    defaults = {"category": "burglary_residential", "on": AS_OF, "occurrence": "R1", "status": "suspect"}
    return E(id=number, family="crime", **(defaults | fields))


DAY = timedelta(days=1)
# What the random people may meet too seldom; hundredths under ROR, reckoned by hand.
CORNERS = {
    "of two outcomes of a day the more advanced": (
        [crime(1, status="convicted"), crime(2, status="arrested")], 12000,
    ),
    "the later outcome though it is less advanced": (
        [crime(1, status="convicted"), crime(2, status="suspect", status_on=AS_OF + DAY)], 4800,
    ),
    "a late elimination cancels": (
        [crime(1, status="charged"), crime(2, status="eliminated", status_on=AS_OF + DAY)], 0,
    ),
    "two offences of one occurrence: the graver": (
        [crime(1, category="weapon_bladed"), crime(2, category="robbery_personal")], 5600,
    ),
    "two unknown words are one offence": (
        [crime(1, category="x", status="convicted"), crime(2, category="y", status="arrested", status_on=AS_OF + DAY)],
        900,
    ),
    "the same reference of other people's crimes": ([crime(1, status="convicted")], 12000),
    "no reference: each for itself": (
        [crime(1, occurrence="", status="convicted"), crime(2, occurrence="", status="convicted")], 24000,
    ),
    "no outcome counts as suspect": ([crime(1, status=None)], 4800),
    "on the last day of the lookback": ([crime(1, on=AS_OF - 1095 * DAY, status="convicted")], 177),
    "a day later": ([crime(1, on=AS_OF - 1096 * DAY, status="convicted")], 0),
    "tomorrow": ([crime(1, on=AS_OF + DAY, status="convicted", recorded=AS_OF)], 0),
    "a log without a grading": ([E(id=1, family="intelligence", category="drugs", on=AS_OF)], 0),
    "a blank word": ([crime(1, category="", status="convicted")], 0),
    "known only after the night": ([crime(1, status="convicted", recorded=AS_OF + DAY)], 0),
    "a victim": ([crime(1, status="convicted", role="victim")], 0),
    "nobody": ([], 0),
}  # fmt: skip


def test_corners_come_out_as_reckoned_by_hand_all_side_by_side():
    people = [events for events, _ in CORNERS.values()]

    with as_service():
        load(people)
        raw = raw_of(by_kernel(CONFIGS[:1], AS_OF, len(people))[0])
        ((_, _, wrong),) = differing(
            CONFIGS[:1], questions()[:1], pricing.people_between(1, len(people)), source=service.RELATION
        )

    assert CONFIGS[0].code == "ROR"
    assert wrong == ()
    assert {title: raw.get(place, 0) for place, title in enumerate(CORNERS, start=1)} == {
        title: wanted for title, (_, wanted) in CORNERS.items()
    }


def test_of_equal_points_the_higher_base_then_the_lower_number_is_the_principal_offence():
    document = dict(shipped.models()["ROR"].document)
    document.pop("config_hash", None)
    crimes = dict(document["weights"]["crime"]) | {"a": 100, "b": 50, "c": 50}
    config = parse({**document, "weights": {**document["weights"], "crime": crimes}})
    people = [
        [crime(2, category="b", status="convicted"), crime(1, category="c", status="convicted")],
        # 100 x 0.40 x 1 and 50 x 0.80 x 1
        [crime(1, category="b", status="charged"), crime(2, category="a", status="suspect")],
    ]

    with as_service():
        load(people)
        ask = pricing.question(config, AS_OF)
        ((scores, _, wrong),) = differing(
            [config], [ask], pricing.people_between(1, 2), source=service.RELATION
        )

    assert wrong == ()
    assert scores.highest_base.tolist() == [50, 100]
    assert scores.raw_hundredths.tolist() == [5000, 4000]


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.integers(-3, 3)), max_size=300))
@settings(max_examples=50, deadline=None)
def test_the_events_of_one_person_and_occurrence_come_to_lie_side_by_side(told):
    told.sort(key=lambda one: one[0])
    sent = np.zeros(len(told), SENT)
    sent["event"] = np.arange(len(told))
    for name, column in zip(("person", "occurrence"), (0, 2), strict=True):
        sent[name] = [one[column] for one in told]
    kind = np.array([named for _, named, _ in told], dtype=np.int64)
    kinds = np.zeros(2, KIND)
    kinds["is_crime"] = [False, True]
    occurrences = {(person, number) for person, named, number in told if named and number}

    rows, ids, starts = loops().list_events(sent, kind, kinds, 0, 28, 1, 0)

    assert sorted(rows["number"].tolist()) == list(range(len(told)))
    assert ids.tolist() == sorted({person for person, _, _ in told})
    found: dict[tuple[int, int], set[int]] = {}
    for place, person in enumerate(ids.tolist()):
        for row in rows[starts[place] : starts[place + 1]]:
            named, number = told[row["number"]][1:]
            assert (row["person"], told[row["number"]][0]) == (place, person)
            assert (row["group"] >= 0) == (named and number != 0)
            if row["group"] >= 0:
                found.setdefault((person, number), set()).add(int(row["group"]))
    groups = rows["group"][rows["group"] >= 0]
    assert {key: len(numbers) for key, numbers in found.items()} == dict.fromkeys(occurrences, 1)
    assert (np.diff(groups) >= 0).all()
    assert len(set(groups.tolist())) == len(occurrences)


def test_a_number_is_found_where_another_lies_already():
    """Numbers that agree in their lowest bits, and one that was never met."""
    known = Dictionary()
    numbers = [5 + (place << 20) for place in range(40)]
    known.places(
        np.array(numbers), lambda rows: [(n, "crime", "", "", f"word {n}", "") for n in sorted(numbers)]
    )

    places = known.places(np.array(numbers[::-1]), lambda rows: [])

    assert [known.kinds[place].categories["category"] for place in places] == [
        f"word {number}" for number in numbers[::-1]
    ]


def test_what_a_worker_compiles_before_the_night_is_what_the_night_runs():
    """Another shape of an array would be compiled anew in every process."""
    run_over_nothing()
    model_in_use()
    EventFactory()

    scored_by_code()

    for loop in (loops().look_up, loops().list_events, loops().price_people):
        assert len(loop.signatures) == 1, loop


@pytest.mark.parametrize(("exact_from", "written"), [(360, [1, 2]), (361, [2]), (401, [])])
def test_what_orders_equal_scores_is_written_from_one_score_up(exact_from, written):
    """Of two people whose raw points alone changed."""
    ones, nothing = np.ones(2, np.int64), np.zeros(0, np.int64)
    person, published = np.array([1, 2]), np.array([360, 400])
    scores = Scores(
        person,
        np.arange(2),
        published * 100 + 10,
        published,
        ones,
        ones,
        ones,
        ones,
        ones,
        ones == 0,
        nothing,
        nothing,
    )
    stored = Standings(person, published, published * 100 + 40, ones, ones, ones)

    found = changes(scores, stored, exact_from=exact_from)

    assert found.rows.person.tolist() == written
    assert found.changed == 0


# Bytes to and from the database


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(1, 2**62)), max_size=50))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_fingerprint_is_postgresqls_own(pairs):
    persons = np.array([person for person, _ in pairs], dtype=np.int64)
    raws = np.array([raw for _, raw in pairs], dtype=np.int64)

    with as_service(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bit_xor(hashint8extended(p, r)), 0), array_agg(hashint8extended(p, r))"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS t (p, r)",
            [persons.tolist(), raws.tolist()],
        )
        together, each = cursor.fetchone()

    assert digest(persons, raws) == together
    assert hash_extended(persons, raws).tolist() == (each or [])


def test_rows_sent_as_bytes_arrive_as_they_were():
    columns = [
        np.array([1, -1, 2**62]),
        np.array([-(2**31), 0, 2**31 - 1]),
        np.array([-(2**15), 5, 2**15 - 1]),
    ]

    with as_service(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE sent (a bigint, b int, c smallint) ON COMMIT DROP")
        with cursor.copy("COPY sent FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(packed_rows(list(zip(columns, (8, 4, 2), strict=True))))
        back = read_packed(
            "SELECT string_agg(int8send(a), ''::bytea), string_agg(int4send(b), ''::bytea),"
            " string_agg(int2send(c), ''::bytea) FROM sent",
            {},
            {"a": 8, "b": 4, "c": 2},
        )

    assert [column.tolist() for column in back.values()] == [column.tolist() for column in columns]


@pytest.mark.parametrize(("value", "width"), [(2**31, 4), (-(2**31) - 1, 4), (2**15, 2)])
def test_a_value_wider_than_its_column_stops_the_writing(value, width):
    with pytest.raises(TooLarge, match="more than"):
        packed_rows([(np.array([0, value]), width)])


def test_a_packed_column_of_another_width_stops_the_reading():
    with as_service(), pytest.raises(TooLarge, match="not made of values of 8 bytes"):
        read_packed("SELECT int4send(1)", {}, {"a": 8})


@pytest.mark.parametrize(
    "words", [("party", "", "", "x", ""), ("crime", "lost", "", "x", ""), ("intelligence", "", "9Z", "x", "")]
)
def test_an_event_outside_the_vocabulary_stops_the_pricing(words):
    with pytest.raises(UnknownKind, match="does not know"):
        Dictionary().places(np.array([5]), lambda rows: [(5, *words)])


def test_an_event_whose_words_cannot_be_read_stops_the_pricing():
    with pytest.raises(UnknownKind, match="could not be read"):
        Dictionary().places(np.array([5, 6]), lambda rows: [(5, "crime", "", "", "arson", "")])


def test_words_met_for_the_first_time_are_learnt_once():
    asked: list[list[int]] = []

    def learn_from(numbers: list[int]):
        def learn(rows):
            asked.append([numbers[row] for row in rows])
            return [(number, "crime", "charged", "", f"word {number}", "") for number in asked[-1]]

        return learn

    known = Dictionary()
    for numbers in ([7, 3, 7], [3, 9, 7, 9]):
        places = known.places(np.array(numbers), learn_from(numbers))

    assert asked == [[3, 7], [9]]
    assert [known.kinds[place].categories["category"] for place in places] == [
        "word 3", "word 9", "word 7", "word 9",
    ]  # fmt: skip


def test_a_model_with_more_words_than_the_arrays_hold_is_refused():
    document = dict(shipped.models()["ROR"].document)
    document.pop("config_hash", None)
    crimes = dict(document["weights"]["crime"]) | {f"word_{number}": 1 for number in range(MOST_WORDS)}
    config = parse({**document, "weights": {**document["weights"], "crime": crimes}})

    with as_service(), pytest.raises(TooLarge, match="or words than"):
        tables_of([config])


def test_the_packed_bytes_of_an_event_are_its_columns():
    """The column that the database keeps, against the numbers it is made of."""
    event = EventFactory(status_on=TODAY + DAY, occurrence_ref="R1", victim_key="v", bulk_load=True)
    with as_service():
        sent = read_rows("SELECT packed FROM score_event", {}, ROW)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {packed_sql('id')} = packed, {kind_sql()} FROM scoring_event")
        is_current, kind = cursor.fetchone()

    assert is_current
    assert sum(width for _, width in LAYOUT) == WIDTH == ROW.itemsize
    assert {name: int(sent[name][0]) for name in sent.dtype.names} == {
        "person": event.person_id,
        "event": event.pk,
        "occurred": reading.day_number(event.occurred_on),
        "status_on": reading.day_number(TODAY + DAY),
        "recorded": reading.moment_number(event.recorded_at),
        "kind": kind,
        "occurrence": hash_of("R1"),
        "victim": hash_of("v"),
        "bulk": 1,
    }


def hash_of(text: str) -> int:
    with as_service(), connection.cursor() as cursor:
        cursor.execute("SELECT hashtextextended(%s, 0)", [text])
        return cursor.fetchone()[0]


def test_packed_bytes_of_another_width_stop_the_reading():
    with as_service(), pytest.raises(TooLarge, match="not of 57 bytes"):
        read_rows("SELECT int4send(1)", {}, ROW)


# Through the services


def scored_by_code() -> dict[str, ScoreRun]:
    """A night under every model in use."""
    found = runs.recompute(TODAY, at=AT_NIGHT)
    with as_owner():
        return {run.score_model.code: run for run in found}


def test_the_command_that_compares_says_identical_for_every_model_with_the_fingerprint_of_the_night():
    model_in_use()
    model_in_use("DA")
    for _ in range(3):
        EventFactory(person=PersonFactory(), da_category="strangulation", victim_key="v")
    run = scored_by_code()["ROR"]
    said = StringIO()

    call_command("verify_scores", "--as-of", TODAY.isoformat(), stdout=said)

    assert (
        f"ROR 1.0.0: 3 people, fingerprint {run.digest & 0xFFFFFFFFFFFFFFFF:016x}, identical."
        in said.getvalue()
    )
    assert "DA 1.0.0: 3 people" in said.getvalue()


def test_the_command_that_compares_fails_on_any_difference(monkeypatch):
    model_in_use()
    person = EventFactory(category="arson").person
    EventFactory()

    def wrong(configs):
        tables = Tables(configs)
        (table,) = tables.models
        dearer = table.weights.copy()
        dearer["rate"][dearer["base"] == 60] += 1
        tables.models = (replace(table, weights=dearer),)
        return tables

    monkeypatch.setattr("scoring.services.verify.tables_of", wrong)
    said = StringIO()

    with pytest.raises(CommandError, match="do not agree") as refused:
        call_command("verify_scores", "--as-of", TODAY.isoformat(), stdout=said)

    assert refused.value.returncode == 1
    assert f"persons who differ: {person.pk}." in said.getvalue()


def test_models_of_one_chunk_keep_their_own_results():
    model_in_use()
    model_in_use("DA")
    EventFactory(da_category="strangulation")
    EventFactory()

    by_code = scored_by_code()

    assert (by_code["ROR"].persons, by_code["ROR"].written) == (2, 2)
    assert (by_code["DA"].persons, by_code["DA"].written) == (1, 1)
    assert by_code["ROR"].digest != by_code["DA"].digest


def test_a_chunk_planned_before_an_upgrade_is_still_done():
    model_in_use()
    person = EventFactory().person
    with as_service():
        job = runs.Run.objects.create(kind="scoring.nightly", for_date=TODAY, created_at=AT_NIGHT)
        (payload,) = runs.plan_night(job)
        old = {"score_run": payload["score_runs"][0], "first_id": person.pk, "last_id": person.pk}
        runs.do_night_chunk(job, runs.Chunk(run=job, seq=0, payload=old))

    with as_owner():
        assert ScoreRun.objects.get().persons == 1


def test_the_packed_read_touches_the_events_and_nothing_about_the_person():
    found: list[str] = []

    def planned(text, parameters, row):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (VERBOSE) " + text, parameters)
            found.extend(line for (line,) in cursor.fetchall() if " on public." in line)
        return read_rows(text, parameters, row)

    with as_service(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "read_rows", planned)
        reading.extract(tables_of(CONFIGS), questions(), pricing.people_between(1, 2))

    assert found
    assert all("public.scoring_event" in line for line in found)


def test_the_index_of_the_price_is_all_that_the_packed_read_needs():
    with as_owner(), connection.cursor() as cursor:
        # Which of them is cheapest for a handful of rows says nothing of millions.
        cursor.execute(
            "SELECT string_agg(i.indexrelid::regclass::text, ', ') FROM pg_index i"
            " WHERE i.indrelid = 'scoring_event'::regclass AND NOT i.indisunique"
            " AND i.indexrelid <> 'scoring_event_price'::regclass"
        )
        (others,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {others}")
    EventFactory(occurred_on=date(2026, 6, 1))
    with as_service(), pytest.MonkeyPatch.context() as patch:
        found: list[str] = []

        def planned(text, parameters, row):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
                cursor.execute("EXPLAIN " + text, parameters)
                found.extend(line for (line,) in cursor.fetchall())
            return read_rows(text, parameters, row)

        patch.setattr(reading, "read_rows", planned)
        reading.extract(tables_of(CONFIGS), questions(), pricing.people_between(1, 2))

    assert any("Index Only Scan using scoring_event_price" in line for line in found)

"""Corrections and withdrawals: the older row is kept, and any past night can be told again (INT-1, SCO-3)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from iom.access.actor import SYSTEM
from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Role
from iom.feeds import selectors
from iom.feeds.models import Touched
from iom.feeds.services import Outcome
from iom.kernel.rights import rights_of
from iom.persons.models import CustodyPeriod, Person
from scoring import pricing, shipped
from scoring.feeds import CARRIED
from scoring.kernel.extract import extract
from scoring.kernel.price import price
from scoring.kernel.tables import tables_of
from scoring.models import Event, EventVersion
from scoring.selectors.explanation import explanation
from tests.feeds.conftest import CRIME, PERSON, STAY, many
from tests.scoring.factories import model_in_use

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_person")]
Load = Callable[..., Outcome]
Write = Callable[..., Path]
LATER = datetime(2026, 7, 10, 9, tzinfo=UTC)
THEN, NOW = date(2026, 7, 1), date(2026, 7, 12)
ROBBERY = "03401"


def _price(on: date) -> int:
    """The person's raw score as at a night, in hundredths: by the nightly kernel and by the readable SQL alike."""
    config = shipped.models()["ROR"]
    ask = pricing.question(config, on)
    with as_service():
        person = Person.objects.get(nominal_ref="N1000001")
        people = pricing.people_in([person.pk])
        found = pricing.prices(config, ask, people)
        with rights_of(pricing.SCORING_ROLE):
            tables = tables_of([config])
            by_kernel = price(tables.models[0], extract(tables, [ask], people), ask)
    by_sql = [found[person.pk][0].raw_hundredths] if person.pk in found else []
    assert by_kernel.raw_hundredths.tolist() == by_sql
    return sum(by_sql)


def test_a_kept_version_has_every_column_of_its_event() -> None:
    """But for what the database works out from the others."""
    columns = {field.column for field in Event._meta.concrete_fields if not field.generated}

    assert set(CARRIED) == columns - {"id"}


def test_a_correction_keeps_the_older_row_and_past_nights_are_told_as_they_were(
    load: Load, write: Write
) -> None:
    load("crimes", write("crimes", {**CRIME, "status": "charged"}))
    before = _price(THEN)

    outcome = load(
        "crimes",
        write("crimes", {**CRIME, "status": "charged", "ho_code": ROBBERY}, name="mended.csv"),
        at=LATER,
        on=LATER.date(),
    )

    assert (outcome.inserted, outcome.updated) == (0, 1)
    with as_owner():
        event, version = Event.objects.get(), EventVersion.objects.get()
    assert (version.event_id, version.superseded_at, version.is_withdrawn) == (event.pk, LATER, False)
    assert (version.category, event.category) == ("burglary_residential", "robbery_personal")
    assert (event.revised_at, event.recorded_at) == (LATER, version.recorded_at)
    assert before > 0
    assert _price(THEN) == before
    assert _price(NOW) > before


def test_of_three_versions_each_night_is_told_by_its_own(load: Load, write: Write) -> None:
    prices = {}
    for day, code in ((5, "02803"), (10, ROBBERY), (15, "02803")):
        at = datetime(2026, 7, day, 9, tzinfo=UTC)
        other = {**CRIME, "crime_ref": f"X{day}", "role": "witness"}
        load("crimes", write("crimes", {**CRIME, "ho_code": code}, other), at=at, on=at.date())
        prices[date(2026, 7, day + 1)] = _price(date(2026, 7, day + 1))

    assert {night: _price(night) for night in prices} == prices
    assert len(set(prices.values())) == 3
    with as_owner():
        assert EventVersion.objects.count() == 2


def test_a_row_that_its_source_withdrew_counts_no_more_and_past_nights_stay(load: Load, write: Write) -> None:
    load("crimes", write("crimes", CRIME))
    before = _price(THEN)

    outcome = load(
        "crimes", write("crimes", {**CRIME, "withdrawn": "Y"}, name="w.csv"), at=LATER, on=LATER.date()
    )

    assert (outcome.updated, outcome.withdrawn, outcome.inserted) == (1, 1, 0)
    with as_owner():
        assert not Event.objects.exists()
        version = EventVersion.objects.get()
        person = Person.objects.get()
        assert Touched.objects.filter(person_id=person.pk, file=outcome.file_id).exists()
    assert (version.is_withdrawn, version.superseded_by_file_id, version.superseded_by_line) == (
        True,
        outcome.file_id,
        2,
    )
    assert (_price(THEN), _price(NOW)) == (before, 0)


def test_a_withdrawal_needs_only_what_the_row_is_known_by_and_once_more_changes_nothing(
    load: Load, write: Write
) -> None:
    load("crimes", write("crimes", CRIME))
    known_by = {k: CRIME[k] for k in ("crime_ref", "offence_no", "nominal_ref", "role", "status")}

    first = load("crimes", write("crimes", {**known_by, "withdrawn": "Y"}, name="w1.csv"))
    again = load("crimes", write("crimes", {**CRIME, "withdrawn": "Y"}, name="w2.csv"))

    assert (first.withdrawn, first.rejected) == (1, 0)
    assert (again.withdrawn, again.unchanged, again.rejected) == (0, 1, 0)
    with as_owner():
        assert EventVersion.objects.count() == 1


def test_a_row_sent_again_after_it_was_withdrawn_is_news_from_then_on(load: Load, write: Write) -> None:
    load("crimes", write("crimes", CRIME))
    load("crimes", write("crimes", {**CRIME, "withdrawn": "Y"}, name="w.csv"), at=LATER, on=LATER.date())
    back = datetime(2026, 7, 20, 9, tzinfo=UTC)

    again = {**CRIME, "recorded_at": "2026-06-02T10:16"}
    outcome = load("crimes", write("crimes", again, name="back.csv"), at=back, on=back.date())

    assert outcome.inserted == 1
    with as_owner():
        assert Event.objects.get().recorded_at == back
    assert _price(THEN) > 0
    assert _price(NOW) == 0
    assert _price(date(2026, 7, 21)) > 0


def test_the_word_for_withdrawn_is_checked_and_n_is_no_withdrawal(load: Load, write: Write) -> None:
    rows = [{**row, "withdrawn": "N"} for row in many(CRIME, "crime_ref", 30)]

    outcome = load("crimes", write("crimes", *rows, {**CRIME, "withdrawn": "yes"}))

    assert (outcome.inserted, outcome.rejected) == (30, 1)
    with as_service():
        (reject,) = selectors.rejects(outcome.file_id or 0)
        body = "".join(selectors.rejects_csv(outcome.file_id or 0, "crimes"))
    assert (reject["column"], reject["reason"]) == ("withdrawn", "is neither Y, N nor empty")
    header, row = body.splitlines()
    assert header.endswith(",withdrawn,rejected_line,rejected_reason")
    assert ",yes,32," in row


def test_rejects_of_a_file_with_withdrawals_can_be_mended_and_sent_back(
    load: Load, write: Write, tmp_path: Path
) -> None:
    rows = [{**row, "withdrawn": ""} for row in many(CRIME, "crime_ref", 30)]
    outcome = load("crimes", write("crimes", *rows, {**CRIME, "withdrawn": "yes"}))
    with as_service():
        body = "".join(selectors.rejects_csv(outcome.file_id or 0, "crimes"))
    mended = tmp_path / "mended.csv"
    mended.write_text(body.replace(",yes,", ",,"))

    again = load("crimes", mended)

    assert (again.status, again.inserted) == ("loaded", 1)


def test_people_are_not_withdrawn_by_a_file(load: Load, write: Write) -> None:
    outcome = load("persons", write("persons", {**PERSON, "withdrawn": "Y"}, name="p.csv"))

    assert outcome.status == "broken"
    assert "not expected: withdrawn" in outcome.problem


def test_a_withdrawn_stay_takes_its_release_with_it(load: Load, write: Write) -> None:
    load("custody", write("custody", STAY))
    with as_owner():
        assert Event.objects.filter(source="custody_release").count() == 1

    outcome = load("custody", write("custody", {**STAY, "withdrawn": "Y"}, name="w.csv"))

    assert outcome.withdrawn == 1
    with as_owner():
        assert not CustodyPeriod.objects.exists()
        assert not Event.objects.exists()
        assert EventVersion.objects.get().is_withdrawn


def test_an_arrest_given_to_another_person_is_a_new_link_and_both_are_scored_again(
    load: Load, write: Write
) -> None:
    load("persons", write("persons", {**PERSON, "nominal_ref": "N1000002"}, name="two.csv"))
    arrest = {
        "arrest_ref": "A1",
        "nominal_ref": "N1000001",
        "arrested_on": "2026-06-02",
        "reason": "recall_or_warrant",
        "recorded_at": "2026-06-02T12:00",
    }
    load("arrests", write("arrests", arrest))

    moved = load(
        "arrests",
        write("arrests", {**arrest, "nominal_ref": "N1000002"}, name="moved.csv"),
        at=LATER,
        on=LATER.date(),
    )

    assert moved.updated == 1
    with as_owner():
        ids = dict(Person.objects.values_list("nominal_ref", "pk"))
        event, version = Event.objects.get(), EventVersion.objects.get()
        touched = set(Touched.objects.filter(file=moved.file_id).values_list("person_id", flat=True))
    assert (event.person_id, event.recorded_at) == (ids["N1000002"], LATER)
    assert version.person_id == ids["N1000001"]
    assert touched == set(ids.values())


def test_every_row_says_which_file_and_line_it_came_from(load: Load, write: Write) -> None:
    first = load("crimes", write("crimes", CRIME, {**CRIME, "crime_ref": "NM2"}))
    with as_owner():
        lines = dict(Event.objects.values_list("occurrence_ref", "feed_line"))
        assert set(Event.objects.values_list("feed_file_id", flat=True)) == {first.file_id}
    assert lines == {"NM2600001": 2, "NM2": 3}

    again = load("crimes", write("crimes", {**CRIME, "crime_ref": "NM2"}, CRIME, name="again.csv"))

    assert again.unchanged == 2
    with as_owner():
        assert dict(Event.objects.values_list("occurrence_ref", "feed_line")) == lines


def test_a_night_in_the_past_is_explained_by_what_was_known_then(load: Load, write: Write) -> None:
    model_in_use("ROR")
    load("crimes", write("crimes", CRIME))
    load("crimes", write("crimes", {**CRIME, "withdrawn": "Y"}, name="w.csv"), at=LATER, on=LATER.date())

    with as_service():
        person = Person.objects.get()
        then = explanation(SYSTEM, person, model="ROR", as_of=THEN)
        now = explanation(SYSTEM, person, model="ROR", as_of=NOW)

    assert len(then.lines) == 1
    assert (now.lines, now.raw_hundredths) == ((), 0)


def test_the_police_read_where_each_event_and_stay_came_from_on_the_timeline_and_in_the_api(
    load: Load, write: Write, client_for: Callable[..., Client]
) -> None:
    load("crimes", write("crimes", {**CRIME, "crime_ref": "X"}, CRIME, name="crimes-2906.csv"))
    load("custody", write("custody", STAY, name="custody-2906.csv"))
    mended = write("crimes", {**CRIME, "ho_code": ROBBERY}, name="crimes-1007.csv")
    outcome = load("crimes", mended, at=LATER, on=LATER.date())
    client = client_for(Role.OFFENDER_MANAGER)

    page = client.get("/people/N1000001/timeline/").content.decode()
    rows = client.get("/api/v1/persons/N1000001/events/").json()["results"]

    assert "crimes-2906.csv, line 2, loaded 30 June 2026 at 10am" in page
    assert "crimes-1007.csv, line 2, loaded 10 July 2026 at 10am; corrected 10 July 2026 at 10am" in page
    assert "custody-2906.csv, line 2" in page
    corrected = next(row for row in rows if row["revised_at"])
    assert corrected["origin"] == {
        "file": outcome.file_id,
        "name": "crimes-1007.csv",
        "line": 2,
        "loaded_at": "2026-07-10T10:00:00+01:00",
    }

"""Loading files: all that is right, or nothing, and every reject with its reason (INT-1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iom.access.scope import as_owner, as_service
from iom.feeds import selectors
from iom.feeds.models import FeedFile, FeedReject, Touched
from iom.feeds.services import Outcome
from iom.persons.models import Address, CustodyPeriod, EqualityRecord, Person
from scoring.models import Event
from tests.feeds.conftest import AT, CRIME, PERSON, STAY, many

pytestmark = pytest.mark.django_db
Load = Callable[..., Outcome]
Write = Callable[..., Path]


def _rejects(outcome: Outcome) -> set[tuple[int, str]]:
    with as_service():
        return {(row["line"], row["column"]) for row in selectors.rejects(outcome.file_id or 0)}


def _reasons(outcome: Outcome) -> list[str]:
    with as_service():
        return [row["reason"] for row in selectors.rejects(outcome.file_id or 0)]


def _adds_up(outcome: Outcome) -> bool:
    return outcome.read == outcome.inserted + outcome.updated + outcome.unchanged + outcome.rejected


def test_a_person_is_loaded_with_canonical_identifiers_address_and_monitoring_record(
    load: Load, write: Write
) -> None:
    row = {
        **PERSON,
        "pnc_id": "02/73319z",
        "ethnicity": "W1",
        "address_line": "1 Mill Bank",
        "postcode": "NM1 1AA",
    }

    outcome = load("persons", write("persons", row))

    assert (outcome.status, outcome.inserted) == ("loaded", 1)
    with as_owner():
        person = Person.objects.get(nominal_ref="N1000001")
        assert person.pnc_id == "2002/0073319Z"
        assert person.search_name == "naylor"
        assert Address.objects.get(person=person).line == "1 Mill Bank"
        assert EqualityRecord.objects.get(person=person).ethnicity == "W1"


def test_the_same_file_twice_changes_nothing_and_says_so(load: Load, write: Write) -> None:
    path = write("persons", PERSON)
    load("persons", path)

    again = load("persons", path)

    assert (again.status, again.inserted, again.updated, again.unchanged) == ("already_loaded", 0, 0, 1)
    assert _adds_up(again)
    with as_owner():
        assert FeedFile.objects.count() == 1


def test_the_same_rows_in_another_file_are_unchanged_and_touch_nobody(load: Load, write: Write) -> None:
    load("persons", write("persons", PERSON))

    other = load("persons", write("persons", PERSON, {**PERSON, "nominal_ref": "N1000002"}, name="more.csv"))

    assert (other.inserted, other.unchanged, other.updated) == (1, 1, 0)
    with as_owner():
        assert Touched.objects.filter(file=other.file_id).count() == 1


def test_a_changed_row_is_an_update_and_an_address_left_is_kept(load: Load, write: Write) -> None:
    load("persons", write("persons", {**PERSON, "address_line": "1 Mill Bank"}))

    moved = load("persons", write("persons", {**PERSON, "address_line": "2 Moor End"}, name="moved.csv"))

    assert (moved.updated, moved.inserted) == (1, 0)
    with as_owner():
        lines = dict(Address.objects.values_list("line", "lived_to"))
    assert lines == {"1 Mill Bank": date(2026, 6, 30), "2 Moor End": None}


@pytest.mark.usefixtures("known_person")
def test_every_failing_column_of_a_row_is_named(load: Load, write: Write) -> None:
    bad = {
        **CRIME,
        "role": "suspekt",
        "occurred_from": "31/05/2026",
        "nominal_ref": "N404",
        "offence_no": "one",
    }

    outcome = load("crimes", write("crimes", *many(CRIME, "crime_ref", 30), bad))

    assert outcome.status == "loaded"
    assert (outcome.read, outcome.inserted, outcome.rejected) == (31, 30, 1)
    assert _rejects(outcome) == {(32, "role"), (32, "occurred_from"), (32, "nominal_ref"), (32, "offence_no")}


@pytest.mark.usefixtures("known_person")
@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"occurred_from": "2026-07-01"}, "occurred_from", "is in the future"),
        ({"occurred_from": "2026-02-30"}, "occurred_from", "is not a date"),
        ({"occurred_from": "1066-10-14"}, "occurred_from", "is before 1900"),
        ({"recorded_at": "2026-06-30T23:00"}, "recorded_at", "is in the future"),
        ({"recorded_at": "yesterday"}, "recorded_at", "is not a date and time"),
        ({"recorded_at": ""}, "recorded_at", "is empty"),
        ({"occurred_to": "2026-05-30"}, "occurred_to", "is before occurred_from"),
        ({"status_on": ""}, "status_on", "is empty"),
        ({"nominal_ref": "N404"}, "nominal_ref", "is not a known nominal"),
        ({"ho_code": "28E"}, "ho_code", "is not a Home Office code"),
        ({"domestic_abuse": "yes"}, "domestic_abuse", "is not one of: Y, N"),
        ({"victim_key": "x" * 41}, "victim_key", "is longer than 40 characters"),
    ],
)
def test_a_wrong_value_is_rejected_in_plain_words(
    load: Load, write: Write, change: dict[str, str], column: str, said: str
) -> None:
    outcome = load("crimes", write("crimes", {**CRIME, **change}), accept_rejects=True)

    assert outcome.rejected == 1
    assert _rejects(outcome) == {(2, column)}
    assert said in _reasons(outcome)[0]


@pytest.mark.usefixtures("known_person")
def test_more_than_five_percent_rejects_park_the_file_until_they_are_accepted(
    load: Load, write: Write
) -> None:
    path = write("crimes", *many(CRIME, "crime_ref", 18), {**CRIME, "role": ""})

    parked = load("crimes", path)
    with as_owner():
        loaded_then = Event.objects.count()
    accepted = load("crimes", path, accept_rejects=True)

    assert (parked.status, parked.rejected, parked.inserted, loaded_then) == ("parked", 1, 0, 0)
    assert "more than 5 %" in parked.problem
    assert (accepted.status, accepted.inserted, accepted.rejected) == ("loaded", 18, 1)
    assert accepted.file_id == parked.file_id


@pytest.mark.usefixtures("known_person")
def test_exactly_five_percent_rejects_are_loaded(load: Load, write: Write) -> None:
    outcome = load("crimes", write("crimes", *many(CRIME, "crime_ref", 19), {**CRIME, "role": ""}))

    assert (outcome.status, outcome.inserted, outcome.rejected) == ("loaded", 19, 1)


def test_the_same_pnc_with_another_birth_date_is_a_conflict_and_never_merged(
    load: Load, write: Write
) -> None:
    load("persons", write("persons", {**PERSON, "pnc_id": "02/73319Z"}))
    other = {**PERSON, "nominal_ref": "N1000002", "date_of_birth": "1991-06-15", "pnc_id": "2002/0073319Z"}

    outcome = load("persons", write("persons", other, name="other.csv"), accept_rejects=True)

    assert _rejects(outcome) == {(2, "pnc_id")}
    assert "N1000001" in _reasons(outcome)[0]
    with as_owner():
        assert Person.objects.count() == 1


def test_two_people_of_one_file_with_one_pnc_and_two_birth_dates_are_both_held_back(
    load: Load, write: Write
) -> None:
    one = {**PERSON, "pnc_id": "02/73319Z"}
    two = {**one, "nominal_ref": "N1000002", "date_of_birth": "1991-06-15"}

    outcome = load("persons", write("persons", one, two), accept_rejects=True)

    assert _rejects(outcome) == {(2, "pnc_id"), (3, "pnc_id")}


def test_an_exact_repeat_counts_once_and_a_contradiction_is_rejected_on_every_line(
    load: Load, write: Write
) -> None:
    other = {**PERSON, "nominal_ref": "N1000002"}

    outcome = load(
        "persons",
        write("persons", PERSON, PERSON, other, {**other, "family_name": "Nailor"}),
        accept_rejects=True,
    )

    assert (outcome.inserted, outcome.unchanged, outcome.rejected) == (1, 1, 2)
    assert _rejects(outcome) == {(4, "nominal_ref"), (5, "nominal_ref")}
    assert "lines 4 and 5" in _reasons(outcome)[0]


@pytest.mark.usefixtures("known_person")
def test_a_crime_becomes_an_event_with_its_categories(load: Load, write: Write) -> None:
    domestic = {**CRIME, "crime_ref": "NM2", "ho_code": "00877", "domestic_abuse": "Y", "victim_key": "V1"}
    unmapped = {**CRIME, "crime_ref": "NM3", "ho_code": "99999", "occurred_from": ""}

    load("crimes", write("crimes", CRIME, domestic, unmapped))

    with as_owner():
        events = {event.occurrence_ref: event for event in Event.objects.all()}
    plain = events["NM2600001"]
    assert (plain.family, plain.category, plain.da_category, plain.status) == (
        "crime",
        "burglary_residential",
        "",
        "suspect",
    )
    assert plain.summary == "Burglary residential, NM2600001"
    assert plain.recorded_at == datetime(2026, 6, 2, 9, 15, tzinfo=UTC)
    assert (events["NM2"].da_category, events["NM2"].victim_key) == ("strangulation", "V1")
    assert (events["NM3"].category, events["NM3"].unmapped, events["NM3"].occurred_on_unknown) == (
        "other",
        True,
        True,
    )
    assert events["NM3"].occurred_on == date(2026, 6, 2)


@pytest.mark.usefixtures("known_person")
def test_a_link_sent_after_later_files_were_loaded_is_known_from_now_on(load: Load, write: Write) -> None:
    load("crimes", write("crimes", CRIME))
    tomorrow = AT + timedelta(days=1)

    load(
        "crimes",
        write("crimes", {**CRIME, "crime_ref": "LATE"}, name="late.csv"),
        at=tomorrow,
        on=date(2026, 7, 1),
    )

    with as_owner():
        assert Event.objects.get(occurrence_ref="LATE").recorded_at == tomorrow


@pytest.mark.usefixtures("known_person")
def test_a_back_record_conversion_is_marked_and_keeps_the_moments_of_the_file(
    load: Load, write: Write
) -> None:
    load("crimes", write("crimes", CRIME))

    load("crimes", write("crimes", {**CRIME, "crime_ref": "OLD"}, name="old.csv"), bulk_load=True)

    with as_owner():
        old = Event.objects.get(occurrence_ref="OLD")
    assert old.bulk_load
    assert old.recorded_at == datetime(2026, 6, 2, 9, 15, tzinfo=UTC)


@pytest.mark.usefixtures("known_person")
def test_custody_gives_a_stay_and_a_release_that_goes_when_the_date_is_taken_back(
    load: Load, write: Write
) -> None:
    load("custody", write("custody", STAY))
    with as_owner():
        released = Event.objects.get(family="custody")
        assert (released.category, released.occurred_on) == ("release", date(2026, 6, 20))

    outcome = load("custody", write("custody", {**STAY, "held_to": ""}, name="still.csv"))

    assert outcome.updated == 1
    with as_owner():
        assert CustodyPeriod.objects.get().held_to is None
        assert not Event.objects.filter(family="custody").exists()


def test_freshness_tells_of_every_kind(load: Load, write: Write) -> None:
    load("persons", write("persons", PERSON))
    load("crimes", write("crimes", CRIME))

    with as_service():
        fresh = {line.kind: line for line in selectors.freshness(at=AT)}

    assert fresh["crimes"].newest_on == date(2026, 6, 1)
    assert fresh["crimes"].loaded_at == AT
    assert fresh["arrests"].loaded_at is None
    assert next(iter(fresh)) == "persons"


@pytest.mark.usefixtures("known_person")
def test_mended_rejects_can_be_sent_back_as_they_came(load: Load, write: Write, tmp_path: Path) -> None:
    outcome = load("crimes", write("crimes", {**CRIME, "role": "suspekt"}), accept_rejects=True)
    back = tmp_path / "back.csv"
    with as_service():
        back.write_text("".join(selectors.rejects_csv(outcome.file_id or 0, "crimes")))
    assert "line 2: role: is not one of" in back.read_text()

    back.write_text(back.read_text().replace("suspekt", "suspect"))
    mended = load("crimes", back)

    assert (mended.status, mended.inserted) == ("loaded", 1)


class TestBrokenFiles:
    """A file that cannot be read as a whole loads nothing at all and says why."""

    @pytest.fixture
    def broken(self, load: Load, tmp_path: Path) -> Callable[[bytes], str]:
        def run(content: bytes) -> str:
            path = tmp_path / "broken.csv"
            path.write_bytes(content)
            outcome = load("persons", path)
            assert outcome.status == "broken"
            assert outcome.inserted == 0
            with as_owner():
                assert not Person.objects.exists()
            return outcome.problem

        return run

    def test_empty(self, broken: Callable[[bytes], str]) -> None:
        assert broken(b"") == "The file is empty."

    def test_other_encodings(self, broken: Callable[[bytes], str], write: Write) -> None:
        good = write("persons", {**PERSON, "family_name": "Brontë"}).read_text()

        assert "Line 2 is not UTF-8 (byte 0xeb)" in broken(good.encode("latin-1"))
        assert "UTF-16" in broken(good.encode("utf-16"))

    def test_no_text_at_all(self, broken: Callable[[bytes], str], write: Write) -> None:
        good = write("persons", PERSON).read_bytes()

        assert "spreadsheet" in broken(b"PK\x03\x04 rest")
        assert "Line 3 holds NUL bytes" in broken(good + b"N2\x00,")

    def test_changed_columns(self, broken: Callable[[bytes], str], write: Write) -> None:
        good = write("persons", PERSON).read_bytes()

        assert "missing: sex" in broken(good.replace(b",sex,", b",gender,"))
        assert "not expected: gender" in broken(good.replace(b",sex,", b",gender,"))
        assert "another order" in broken(good.replace(b"family_name,given_names", b"given_names,family_name"))
        assert "not a header" in broken(good.replace(b",", b";"))

    def test_a_quotation_mark_that_never_ends(self, broken: Callable[[bytes], str], write: Write) -> None:
        good = write("persons", PERSON).read_bytes()

        assert "is not CSV" in broken(good + b'N2,"no end,\n')

    def test_larger_than_the_limit(self, load: Load, write: Write, settings: Any) -> None:
        settings.FEED_FILE_LIMIT_BYTES = 10

        outcome = load("persons", write("persons", PERSON))

        assert outcome.status == "broken"
        assert "the limit is 10" in outcome.problem

    def test_a_folder_or_nothing(self, load: Load, tmp_path: Path) -> None:
        assert load("persons", tmp_path).status == "broken"
        assert "cannot be read" in load("persons", tmp_path / "absent.csv").problem


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(load: Load, write: Write) -> None:
    path = write("persons", PERSON)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load("persons", path).inserted == 1


def test_a_file_of_a_header_alone_is_loaded_and_empty(load: Load, write: Write) -> None:
    outcome = load("crimes", write("crimes"))

    assert (outcome.status, outcome.read) == ("loaded", 0)


def test_rows_of_a_wrong_width_and_text_over_two_lines_keep_their_true_lines(
    load: Load, write: Write
) -> None:
    path = write("persons", *many(PERSON, "nominal_ref", 30), {**PERSON, "address_line": "Flat 1\nMill Bank"})
    path.write_bytes(path.read_bytes() + b"N9,too,short\n\n" + b"N8,also,short\n")

    outcome = load("persons", path, accept_rejects=True)

    assert (outcome.inserted, outcome.rejected) == (31, 2)
    assert _rejects(outcome) == {(34, "row"), (36, "row")}


def test_rejects_are_emptied_when_a_parked_file_is_tried_again(load: Load, write: Write) -> None:
    path = write("crimes", CRIME)
    parked = load("crimes", path)
    assert (parked.status, parked.rejected) == ("parked", 1)
    load("persons", write("persons", PERSON))

    again = load("crimes", path)

    assert (again.status, again.inserted, again.rejected) == ("loaded", 1, 0)
    with as_owner():
        assert not FeedReject.objects.exists()

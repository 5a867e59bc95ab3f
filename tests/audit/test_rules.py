"""Keys of places in the audit, days of London, and files that run nothing (SHR-3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iom.audit.rules import day_begins, day_ends, key_of, look_sentence, read_key
from iom.kernel.csv_files import csv_text, safe_cell


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)), st.integers(1, 2**62))
def test_a_key_leads_back_to_its_row_to_the_microsecond(at: datetime, pk: int) -> None:
    moment = at.replace(tzinfo=UTC)

    assert read_key(key_of(moment, pk)) == (moment, pk)


@pytest.mark.parametrize(
    "text", ["", "x", "1_", "_1", "nan_1", "inf_1", "1e400_2", "1,2", "99999999999999_1"]
)
def test_what_is_no_key_is_no_place(text: str) -> None:
    assert read_key(text) is None


def test_a_day_of_summer_begins_at_eleven_the_evening_before_in_utc() -> None:
    assert day_begins(date(2026, 6, 30)).astimezone(UTC) == datetime(2026, 6, 29, 23, tzinfo=UTC)
    assert day_ends(date(2026, 12, 24)).astimezone(UTC) == datetime(2026, 12, 25, tzinfo=UTC)
    clocks_back = date(2026, 10, 25)
    length = day_ends(clocks_back).astimezone(UTC) - day_begins(clocks_back).astimezone(UTC)
    assert length == timedelta(hours=25)


def test_a_look_says_what_was_done() -> None:
    assert look_sentence("consult", "case") == "looked at: case"
    assert look_sentence("export", "case list") == "exported: case list"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_cell_that_looks_like_a_formula_is_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


def test_numbers_and_plain_words_are_left_alone() -> None:
    assert csv_text(("a", "b", "c"), [(-1, "x,y", None)]) == 'a,b,c\r\n-1,"x,y",\r\n'

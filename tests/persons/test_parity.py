"""The rules of identifiers in SQL say the same as those in Python (PER-1)."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from iom.access.scope import as_owner
from iom.persons.rules import check_cro, check_letter, check_pnc, search_name

ON = date(2026, 6, 30)
pytestmark = pytest.mark.django_db
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)


def _asked(sql: str, values: list[object]) -> str:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce({sql}, '')", values)
        return str(cursor.fetchone()[0])


@st.composite
def nearly_pnc(draw: st.DrawFn) -> str:
    year = draw(st.sampled_from(["81", "1981", "02", "2002", "26", "27", "2027", "1899", "19", "20"]))
    serial = draw(st.from_regex(r"[0-9]{1,8}", fullmatch=True))
    right = check_letter(year[-2:] + serial.zfill(7)) if len(serial) < 8 else "A"
    letter = draw(st.sampled_from([right, right, right.lower(), "A", ""]))
    return draw(st.sampled_from(["", " "])) + year + draw(st.sampled_from(["/", "", "//"])) + serial + letter


@QUIET
@given(nearly_pnc() | st.from_regex(r"[0-9]{3,11}[A-Z]", fullmatch=True))
@example("0273319Z")
@example("")
def test_pnc_numbers(value: str) -> None:
    assert _asked("persons_pnc(%s, 2026)", [value]) == check_pnc(value, on=ON).canonical


ODD = st.text(st.sampled_from("0123456789/-SFZsfzſıßKé٣ \t\n\u00a0\u2003"), max_size=14)


@settings(QUIET, max_examples=100)
@given(ODD)
@example("ſF05/482703J")
@example("2002/0073319z\u00a0")
@example("٢002/0073319Z")
def test_letters_digits_and_blanks_of_other_scripts(value: str) -> None:
    assert _asked("persons_pnc(%s, 2026)", [value]) == check_pnc(value, on=ON).canonical
    assert _asked("persons_cro(%s)", [value]) == check_cro(value).canonical


@QUIET
@given(
    st.from_regex(r"SF[0-9]{2}/[0-9]{1,7}[A-Z]", fullmatch=True)
    | st.from_regex(r"[0-9]{1,7}/[0-9]{2}[A-Z]", fullmatch=True)
)
@example("SF05/482703J")
@example("sf83/50058z")
def test_cro_numbers(value: str) -> None:
    assert _asked("persons_cro(%s)", [value]) == check_cro(value).canonical


@QUIET
@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=20),
    st.text(st.sampled_from("ABCabcéÉöÖßñ'’- ."), max_size=12),
)
@example("O'Brien", "Seán-Óg")
def test_searched_names(family: str, given_names: str) -> None:
    assert _asked("persons_search_name(%s, %s)", [family, given_names]) == search_name(family, given_names)

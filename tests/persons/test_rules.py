"""Identifiers of a person (PER-1)."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iom.persons.rules import (
    CHECK_LETTERS,
    check_crn,
    check_cro,
    check_letter,
    check_pnc,
    check_prison_number,
    full_year,
)

HERE = Path(__file__).parent
ON = date(2026, 6, 30)
PNC = json.loads((HERE / "pnc_cases.json").read_text())
CRO = json.loads((HERE / "cro_cases.json").read_text())


@pytest.mark.parametrize("case", PNC["valid"], ids=lambda case: case["in"])
def test_a_published_pnc_gets_its_canonical_form(case: dict[str, str]) -> None:
    assert check_pnc(case["in"], on=ON).canonical == case["canonical"]


@pytest.mark.parametrize("value", PNC["invalid"])
def test_a_published_wrong_pnc_is_refused_with_a_reason(value: str) -> None:
    found = check_pnc(value, on=ON)

    assert not found
    assert found.problem


@pytest.mark.parametrize("case", CRO["valid"], ids=lambda case: case["in"])
def test_a_published_cro_gets_its_canonical_form(case: dict[str, str]) -> None:
    assert check_cro(case["in"]).canonical == case["canonical"]


@pytest.mark.parametrize("value", CRO["invalid"])
def test_a_published_wrong_cro_is_refused_with_a_reason(value: str) -> None:
    assert check_cro(value).problem


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("033Y", "2003/0000003Y"),
        ("67/9893091D", "1967/9893091D"),
        ("20020073319Z", "2002/0073319Z"),
        ("19790163001B", "1979/0163001B"),
        ("1981/34u", "1981/0000034U"),
        ("\t02/0073319z\n", "2002/0073319Z"),
    ],
)
def test_a_pnc_in_another_usual_way_gets_its_canonical_form(written: str, canonical: str) -> None:
    assert check_pnc(written, on=ON).canonical == canonical


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("20030011985Z", "check letter"),
        ("20120052494O", "check letter"),
        ("20230583843N", "check letter"),
        ("2001/0171310S", "check letter"),
        ("01234567890", "form"),
        ("01234567890123", "form"),
        ("TOTALLYINVALID", "form"),
        ("1X23/1234567A", "form"),
        ("1923[1234567A", "form"),
        ("1923/1Z34567A", "form"),
        ("1923/1234567AA", "form"),
        ("2002-0073319Z", "form"),
        ("2002 0073319Z", "form"),
        ("2002//0073319Z", "form"),
        ("2002/00073319Z", "form"),
        ("/0073319Z", "form"),
        ("2002/Z", "form"),
        ("   ", "empty"),
    ],
)
def test_a_wrong_pnc_is_refused_with_what_is_wrong(value: str, why: str) -> None:
    assert why in check_pnc(value, on=ON).problem


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("65656/91H", "065656/91H"),
        ("065656/91h", "065656/91H"),
        (" sf83/50058z ", "SF83/50058Z"),
    ],
)
def test_a_cro_in_another_usual_way_gets_its_canonical_form(written: str, canonical: str) -> None:
    assert check_cro(written).canonical == canonical


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("SF83/050058Z", "check letter"),
        ("SF05/482703I", "check letter"),
        ("065656/91S", "check letter"),
        ("065656-91H", "form"),
        ("06565691H", "form"),
        ("SF05482703J", "form"),
        ("SF2005/482703J", "form"),
        ("SF05/J", "form"),
        ("  ", "empty"),
    ],
)
def test_a_wrong_cro_is_refused_with_what_is_wrong(value: str, why: str) -> None:
    assert why in check_cro(value).problem


def test_every_way_of_writing_one_pnc_gives_one_form() -> None:
    ways = [
        "2002/0073319Z",
        "2002/73319Z",
        "02/73319Z",
        "02/0073319Z",
        "0273319z",
        "20020073319Z",
        " 02/73319z ",
    ]

    assert {check_pnc(way, on=ON).canonical for way in ways} == {"2002/0073319Z"}


def test_only_the_right_one_of_the_23_letters_is_accepted() -> None:
    accepted = [
        letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if check_pnc(f"2002/0073319{letter}", on=ON)
    ]

    assert accepted == ["Z"]
    assert len(CHECK_LETTERS) == 23


@pytest.mark.parametrize(("digits", "year"), [("26", 2026), ("27", 1927), ("00", 2000), ("99", 1999)])
def test_two_digits_above_the_present_year_mean_the_last_century(digits: str, year: int) -> None:
    assert full_year(digits, on=ON) == year


def test_a_year_still_to_come_is_refused() -> None:
    letter = check_letter("30" + "0000034")

    assert "2030" in check_pnc(f"2030/0000034{letter}", on=ON).problem


@given(st.integers(1950, 2026), st.integers(1, 9_999_999))
def test_a_pnc_with_its_own_letter_is_always_accepted_and_its_canonical_form_is_stable(
    year: int, serial: int
) -> None:
    letter = check_letter(f"{year % 100:02d}{serial:07d}")
    canonical = f"{year}/{serial:07d}{letter}"

    assert check_pnc(f"{year}/{serial}{letter}", on=ON).canonical == canonical
    assert check_pnc(canonical, on=ON).canonical == canonical


def test_a_standard_cro_is_padded_and_a_small_file_one_is_not() -> None:
    standard = f"1234/05{check_letter('05001234')}"
    small_file = f"SF05/1234{check_letter('051234')}"

    assert check_cro(standard).canonical == "00" + standard
    assert check_cro(small_file.lower()).canonical == small_file


@pytest.mark.parametrize("value", ["", "1234567/05A", "SF5/1234A", "1234/05", "not a number", "１234/05A"])
def test_text_of_another_form_is_no_cro(value: str) -> None:
    assert not check_cro(value)


def test_prison_numbers_and_probation_references_have_their_forms() -> None:
    assert check_prison_number("a1234bc").canonical == "A1234BC"
    assert check_crn(" x123456 ").canonical == "X123456"
    assert check_prison_number("A123BC").problem
    assert check_crn("123456").problem

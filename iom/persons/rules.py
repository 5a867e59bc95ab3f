"""Identifiers of a person: what a well-formed one is, and its one canonical form (PER-1)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from iom.kernel.errors import Invalid
from iom.kernel.reasons import SHORTEST_REASON

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
"""The 23 letters a check letter is taken from: I, O and S are never used."""
SPACES = " \t\r\n"
RESTRICTION_KINDS = [
    ("staff_relative", "Related to somebody who works here"),
    ("high_profile", "In the public eye"),
    ("other", "Another reason"),
]
# The self-defined codes as the Home Office gives them.
ETHNICITIES = {
    "W1": "White: British",
    "W2": "White: Irish",
    "W3": "White: Gypsy or Irish Traveller",
    "W9": "Any other White background",
    "M1": "White and Black Caribbean",
    "M2": "White and Black African",
    "M3": "White and Asian",
    "M9": "Any other mixed background",
    "A1": "Asian: Indian",
    "A2": "Asian: Pakistani",
    "A3": "Asian: Bangladeshi",
    "A4": "Asian: Chinese",
    "A9": "Any other Asian background",
    "B1": "Black: Caribbean",
    "B2": "Black: African",
    "B9": "Any other Black background",
    "O2": "Arab",
    "O9": "Any other background",
    "NS": "Not stated",
}

_PNC = re.compile(r"(?P<year>[0-9]{4}|[0-9]{2})/(?P<serial>[0-9]{1,7})(?P<letter>[A-Z])")
_PNC_BARE = re.compile(r"(?P<digits>[0-9]{3,11})(?P<letter>[A-Z])")
_CRO = re.compile(r"(?P<serial>[0-9]{1,6})/(?P<year>[0-9]{2})(?P<letter>[A-Z])")
_CRO_SMALL_FILE = re.compile(r"SF(?P<year>[0-9]{2})/(?P<serial>[0-9]{1,6})(?P<letter>[A-Z])")
_PRISON_NUMBER = re.compile(r"[A-Z][0-9]{4}[A-Z]{2}")
_CRN = re.compile(r"[A-Z][0-9]{6}")


def search_name(family_name: str, given_names: str) -> str:
    """What names are searched by: family then given names, lower case, without accents, letters and single spaces."""
    plain = unicodedata.normalize("NFKD", f"{family_name} {given_names}").lower()
    return " ".join("".join(c for c in plain if c.isalpha() or c == " ").split())


@dataclass(frozen=True)
class Identifier:
    """What checking gave: the canonical form, or why there is none. Exactly one of the two is filled."""

    canonical: str = ""
    problem: str = ""

    def __bool__(self) -> bool:
        return bool(self.canonical)


def check_letter(digits: str) -> str:
    """The letter that belongs to the two digits of the year followed by the serial."""
    return CHECK_LETTERS[int(digits) % 23]


def full_year(two_digits: str, *, on: date) -> int:
    """The year meant by two digits: above the present year's means the last century."""
    year = int(two_digits)
    return 1900 + year if year > on.year % 100 else on.year // 100 * 100 + year


def check_pnc(value: str, *, on: date) -> Identifier:
    """`YYYY/NNNNNNNL` for a PNC identifier written in any usual way: short or long year, slash or none, serial
    with or without its leading zeros. Without a slash the year is read as two digits first, then as four."""
    text = value.strip(SPACES).upper()
    if not text:
        return Identifier(problem="is empty")
    if match := _PNC.fullmatch(text):
        return _pnc_of(match["year"], match["serial"], match["letter"], on=on)
    match = _PNC_BARE.fullmatch(text)
    if match is None:
        return Identifier(problem="is not of the form YYYY/NNNNNNNL")
    digits, letter = match["digits"], match["letter"]
    readings = [n for n in (2, 4) if 1 <= len(digits) - n <= 7]
    found = [_pnc_of(digits[:n], digits[n:], letter, on=on) for n in readings]
    return next((one for one in found if one), found[0])


def _pnc_of(year: str, serial: str, letter: str, *, on: date) -> Identifier:
    whole_year = full_year(year, on=on) if len(year) == 2 else int(year)
    if not 1900 <= whole_year <= on.year:
        return Identifier(problem=f"has the year {whole_year}, which cannot be")
    serial = serial.zfill(7)
    if letter != check_letter(year[-2:] + serial):
        return Identifier(problem=f"has the check letter {letter}, which does not belong to its digits")
    return Identifier(canonical=f"{whole_year:04d}/{serial}{letter}")


def check_cro(value: str) -> Identifier:
    """`NNNNNN/YYL`, or `SFYY/NNNNNNL` for a small-file record (whose serial is not padded)."""
    text = value.strip(SPACES).upper()
    if not text:
        return Identifier(problem="is empty")
    if match := _CRO_SMALL_FILE.fullmatch(text):
        serial, canonical = match["serial"], text
    elif match := _CRO.fullmatch(text):
        serial = match["serial"].zfill(6)
        canonical = f"{serial}/{match['year']}{match['letter']}"
    else:
        return Identifier(problem="is not of the form NNNNNN/YYL or SFYY/NNNNNNL")
    if match["letter"] != check_letter(match["year"] + serial):
        return Identifier(
            problem=f"has the check letter {match['letter']}, which does not belong to its digits"
        )
    return Identifier(canonical=canonical)


def check_prison_number(value: str) -> Identifier:
    """`A1234BC`."""
    text = value.strip(SPACES).upper()
    ok = _PRISON_NUMBER.fullmatch(text)
    return Identifier(canonical=text) if ok else Identifier(problem="is not of the form A1234BC")


def check_crn(value: str) -> Identifier:
    """`A123456`, probation's case reference number."""
    text = value.strip(SPACES).upper()
    ok = _CRN.fullmatch(text)
    return Identifier(canonical=text) if ok else Identifier(problem="is not of the form A123456")


def require_reason(reason: str, *, field: str = "reason") -> str:
    """The reason without spaces around it, or Invalid when it is too short to be one."""
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Invalid({field: [f"Give a reason of at least {SHORTEST_REASON} characters"]})
    return said


@dataclass(frozen=True)
class Typed:
    """What was typed to find somebody in another district: whole references, or whole names; nothing in part."""

    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def typed_elsewhere(text: str, *, on: date) -> Typed:
    """A reference or PNC number as it is stored, or a whole name with the family name first or last.

    One word is no whole name; a name of three words may have its family name in any place.
    """
    code = text.upper().replace(" ", "")
    if any(c.isdigit() for c in code):
        pnc = check_pnc(code, on=on).canonical
        return Typed(codes=tuple(dict.fromkeys(filter(None, (code, pnc)))))
    words = search_name(text, "").split()
    if len(words) < 2:
        return Typed()
    return Typed(names=tuple(dict.fromkeys(" ".join(words[n:] + words[:n]) for n in range(len(words)))))

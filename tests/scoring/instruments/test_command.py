"""`price_instrument` as a script meets it: an answer for every row, in order, whatever the row holds (SCO-6)."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.scoring.instruments.cases import VECTORS, rows

OGRS3 = VECTORS / "ogrs3_test_vectors_moj.csv"
OGRS4 = VECTORS / "ogrs4_brief_test_vectors_moj.csv"
BANDS = {"LOW", "MEDIUM", "HIGH", "VERY_HIGH"}


def priced(instrument: str, path: Path, **options: Any) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("price_instrument", instrument, path, stdout=out, **options)
    return list(json.loads(out.getvalue()))


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_ogrs3_gives_the_published_answers_in_the_order_of_the_rows() -> None:
    assert priced("ogrs3", OGRS3) == [
        {
            "one_year_pct": int(row["expected_one_year_pct"]),
            "two_year_pct": int(row["expected_two_year_pct"]),
            "band": row["expected_band"],
        }
        for row in rows(OGRS3.name)
    ]


def test_ogrs4_gives_unrounded_fractions_with_their_bands_or_an_error() -> None:
    answers = priced("ogrs4", OGRS4)

    for row, answer in zip(rows(OGRS4.name), answers, strict=True):
        if row["ho_code"] == "03703":
            assert "mapping not found" in answer["error"].lower()
            continue
        for one in ("svrp", "vrp", "arp"):
            assert answer[one] == pytest.approx(float(row[f"expected_{one}_brief"]), rel=1e-8)
            assert answer[f"{one}_band"] in BANDS


def test_the_day_of_the_assessment_can_be_chosen() -> None:
    earlier = priced("ogrs4", VECTORS / "ogrs4_further_cases_moj.csv", assessed_on="2025-01-31")
    usual = priced("ogrs4", VECTORS / "ogrs4_further_cases_moj.csv")

    assert earlier != usual
    with pytest.raises(CommandError, match="is not a date"):
        priced("ogrs4", OGRS4, assessed_on="31/01/2025")


def test_order_of_columns_more_columns_capitals_and_a_byte_order_mark_change_nothing(written: Any) -> None:
    names = ["HO_Code", " note ", *[name for name in reversed(rows(OGRS3.name)[0]) if name != "ho_code"]]
    lines = [
        ",".join({**row, "HO_Code": row["ho_code"], " note ": '"a, b"'}[name] for name in names)
        for row in rows(OGRS3.name)
    ]

    answers = priced("ogrs3", written("\n".join([",".join(names), *lines]), "utf-8-sig"))

    assert answers == priced("ogrs3", OGRS3)


HEAD = (
    "sex,dob,date_current_conviction,date_start_followup,sanctions,age_first_sanction,ho_code,weight_override"
)
GOOD = "M,1975-04-29,2009-02-19,2020-01-14,22,17,09230,"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",1975-04-29,2009-02-19,2020-01-14,22,17,09230,", "sex is missing"),
        ("X,1975-04-29,2009-02-19,2020-01-14,22,17,09230,", "sex must be M or F"),
        ("M,29/04/1975,2009-02-19,2020-01-14,22,17,09230,", "dob must be a real date"),
        ("M,1975-02-30,2009-02-19,2020-01-14,22,17,09230,", "dob must be a real date"),
        ("M,19750429,2009-02-19,2020-01-14,22,17,09230,", "dob must be a real date"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22.5,17,09230,", "sanctions must be a whole number"),
        ("M,1975-04-29,2009-02-19,2020-01-14,many,17,09230,", "sanctions must be a whole number"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22,17,9230,", "must be 5 digits"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22,17,03605,", "Mapping not found"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22,17,08800,", "Need details of exact offence"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22,17,09230,999", "Need details of exact offence"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22,17,09230,nan", "weight_override must be a number"),
        ("M,1975-04-29,2009-02-19,2020-01-14,22,17,09230,1e400000", "weight_override must be a number"),
        ("M,1975-04-29", "date_current_conviction is missing"),
        ('M,"1975-04-29', "date_current_conviction is missing"),
    ],
)
def test_a_row_that_is_wrong_gets_its_error_and_leaves_the_others_alone(
    written: Any, row: str, said: str
) -> None:
    answers = priced("ogrs3", written(f"{HEAD}\n{GOOD}\n{row}"))

    assert answers[0] == {"one_year_pct": 35, "two_year_pct": 52, "band": "MEDIUM"}
    assert list(answers[1]) == ["error"]
    assert said in answers[1]["error"]


def test_blank_cells_of_the_predictors_get_their_error(written: Any) -> None:
    good = rows(OGRS4.name)[0]
    names = [name for name in good if not name.startswith("expected")]
    lines = [",".join("" if name == blank else good[name] for name in names) for blank in names]

    answers = priced("ogrs4", written("\n".join([",".join(names), *lines])))

    assert "arp" in answers[names.index("id")]
    assert [answer.get("error", "").split(" (")[0] for answer in answers] == [
        "" if name == "id" else f"{name} is missing" for name in names
    ]


def test_a_file_without_rows_or_in_another_encoding_or_with_null_characters_is_no_traceback(
    written: Any,
) -> None:
    assert priced("ogrs3", written("")) == []
    assert priced("ogrs3", written(HEAD)) == []
    assert priced("ogrs3", written(f"{HEAD}\n{GOOD}é", "latin-1"))[0]["error"]
    assert priced("ogrs3", written(f"{HEAD}\n\0{GOOD}"))[0]["two_year_pct"] == 52


def test_no_such_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        priced("ogrs3", tmp_path / "none.csv")


def test_it_needs_no_database_and_ends_with_0() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "price_instrument", "ogrs4", OGRS4],
        cwd=settings.BASE_DIR,
        env={"IOM_ENV": "demo", "PATH": "", "DATABASE_URL": "postgres://nobody@localhost:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)) == len(rows(OGRS4.name))

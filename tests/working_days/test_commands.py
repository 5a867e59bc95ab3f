"""`manage.py working_days` from the shell's side."""

import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("working_days", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("day", "n", "line"),
    [
        ("2026-06-01", "7", "2026-06-10\n"),
        ("2026-06-10", "-7", "2026-06-01\n"),
        ("2024-04-02", "-1", "2024-03-28\n"),
        ("2026-06-06", "0", "2026-06-06\n"),
        ("2028-12-28", "7", "2029-01-09 (provisional)\n"),
        ("2029-01-02", "-1", "2028-12-29 (provisional)\n"),
    ],
)
def test_add_prints_the_due_date_first(day: str, n: str, line: str) -> None:
    assert run("add", day, n) == (0, line, "")


@pytest.mark.parametrize(
    ("day", "n", "said"),
    [
        ("2026-02-30", "7", "“2026-02-30” is not a date"),
        ("01/06/2026", "7", "“01/06/2026” is not a date"),
        ("2026-06-01", "seven", "“seven” is not a whole number"),
        ("9999-12-30", "7", "no such date"),
    ],
)
def test_wrong_input_gets_a_sentence_and_exit_code_1(day: str, n: str, said: str) -> None:
    code, out, err = run("add", day, n)

    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err


def test_check_says_how_far_the_list_reaches() -> None:
    with time_machine.travel(datetime(2027, 6, 1, 12, tzinfo=UTC)):
        assert run("check") == (0, "Confirmed until 2028-12-31.\n", "")
    with time_machine.travel(datetime(2028, 6, 1, 12, tzinfo=UTC)):
        assert "ends on 2028-12-31" in run("check")[1]


def test_refresh_of_the_same_list_adds_nothing() -> None:
    assert run("refresh") == (0, "0 days added or confirmed.\n", "")

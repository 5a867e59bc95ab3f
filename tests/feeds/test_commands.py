"""`import_feed` and `check_identifier` as a script meets them."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.feeds.conftest import PERSON, many

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.mark.usefixtures("load")
def test_json_tells_counts_and_rejects_and_the_csv_has_them_all(write: Write, tmp_path: Path) -> None:
    path = write("persons", *many(PERSON, "nominal_ref", 30), {**PERSON, "pnc_id": "02/73319A"})
    out, rejects = StringIO(), tmp_path / "rejects.csv"

    call_command("import_feed", "persons", path, "--json", "--rejects", rejects, stdout=out)

    answer = json.loads(out.getvalue())
    assert (answer["status"], answer["read"], answer["inserted"], answer["rejected"]) == ("loaded", 31, 30, 1)
    assert answer["rejects"][0]["line"] == 32
    assert answer["rejects"][0]["column"] == "pnc_id"
    assert len(rejects.read_text().splitlines()) == 2


@pytest.mark.usefixtures("load")
def test_a_parked_or_broken_file_ends_with_one(write: Write, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("nonsense")

    for path in (write("persons", {**PERSON, "sex": ""}), broken):
        with pytest.raises(SystemExit) as ended:
            call_command("import_feed", "persons", path, "--json", stdout=StringIO())
        assert ended.value.code == 1


def test_an_identifier_is_checked_from_the_command_line() -> None:
    out = StringIO()

    call_command("check_identifier", "pnc", "81/34U", stdout=out)

    assert out.getvalue() == "1981/0000034U\n"
    with pytest.raises(CommandError, match="check letter"):
        call_command("check_identifier", "cro", "85227/65G")


@pytest.mark.parametrize(
    ("kind", "value", "code", "said"),
    [
        ("pnc", "02/73319z", 0, "2002/0073319Z"),
        ("cro", "sf83/50058z", 0, "SF83/50058Z"),
        ("pnc", "2001/0171310S", 1, "check letter"),
        ("pnc", "", 1, "is empty"),
        ("cro", "85227/65G", 1, "check letter"),
        ("cro", "-1", 1, "is not of the form"),
    ],
)
def test_a_script_is_told_by_the_exit_code_without_any_server(
    tmp_path: Path, kind: str, value: str, code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check_identifier", kind, value],
        cwd=settings.BASE_DIR,
        env={"IOM_ENV": "demo", "DATA_DIR": str(tmp_path / "none"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, said in done.stdout + done.stderr) == (code, True)
    assert not (tmp_path / "none").exists()

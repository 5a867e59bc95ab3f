"""`import_feed` and `check_identifier` as a script meets them."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
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

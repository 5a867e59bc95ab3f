"""`manage.py build_report compliance` (RPT-1)."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.audit.models import Act
from iom.kernel import clock
from reports.compliance import build
from reports.management.commands.build_report import write_whole
from tests.reports.factories import ON, PERIOD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def third_of_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: ON)


def run(output: Path, *more: str, report: str = "compliance", **options: str) -> None:
    asked = {"district": "north", "from": "2026-06-01", "to": "2026-06-30", "format": "json", **options}
    words = [word for name, value in asked.items() for word in (f"--{name}", value)]
    call_command("build_report", report, *words, "--output", str(output), *more)


def test_the_file_holds_the_figures_of_the_page(june: Any, auditor: Actor, tmp_path: Path) -> None:
    run(tmp_path / "north.json")

    with as_actor(auditor):
        report = build(auditor, unit_code="north", **PERIOD)
    made = json.loads((tmp_path / "north.json").read_text())
    assert made["seal"] == report.seal
    assert made["sealed"] == report.sealed
    assert made["made_by"] == "System"


@pytest.mark.parametrize("district", ["north", "force"])
def test_pdf_and_csv_are_written_for_a_district_and_for_the_force(
    june: Any, tmp_path: Path, district: str
) -> None:
    run(tmp_path / "r.pdf", format="pdf", district=district)
    run(tmp_path / "r.csv", "--made-by", "Chief Inspector Rowe", format="csv", district=district)

    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines[0]["due"] == {"north": "6", "force": "8"}[district]
    assert lines[0]["made_by"] == "Chief Inspector Rowe"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.csv", "r.pdf"]


def test_the_export_is_recorded_as_the_systems(june: Any, tmp_path: Path) -> None:
    run(tmp_path / "north.json")

    with as_owner():
        act = Act.objects.get(action="reports.compliance.exported")
    assert (act.user_id, act.user_name, act.kind) == (None, "System", "export")
    assert june["late"].case.person_id in act.subjects


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"district": "atlantis"},
            "There is no district “atlantis”. Choose one of: force, north, prison-hub, south.",
        ),
        ({"from": "yesterday"}, "--from must be a real date like 2026-06-30, not “yesterday”."),
        ({"to": "2026-02-30"}, "--to must be a real date like 2026-06-30, not “2026-02-30”."),
        ({"from": "2026-07-01"}, "The last day of the period must be on or after its first day."),
        ({"from": "2010-01-01"}, "The period must be 10 years or shorter."),
        ({"format": "docx"}, "There is no format “docx”. Choose one of: pdf, csv, json."),
        ({"report": "weather"}, "There is no report “weather”. Choose one of: compliance."),
        ({"made-by": " "}, "Enter the name to print on the report, or leave --made-by out."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_no_file_is_written(
    june: Any, tmp_path: Path, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "out.json", **options)

    assert str(refused.value) == sentence
    assert refused.value.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_is_said_before_the_work(june: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a folder"):
        run(tmp_path)
    with pytest.raises(CommandError, match="There is no folder"):
        run(tmp_path / "absent" / "out.json")


def test_a_file_that_cannot_be_replaced_leaves_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    old = tmp_path / "out.json"
    old.write_text("the old report")
    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(CommandError, match=r"could not be written: No space left on device\."):
        write_whole(old, b"half")

    assert old.read_text() == "the old report"
    assert list(tmp_path.iterdir()) == [old]

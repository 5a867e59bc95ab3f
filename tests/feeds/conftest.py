"""Files in the feed formats, and a door to load them by."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.feeds import registry
from iom.feeds.services import Outcome, import_file
from tests.factories import PrisonFactory

ON = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 9, tzinfo=UTC)

PERSON = {
    "nominal_ref": "N1000001",
    "family_name": "Naylor",
    "sex": "M",
    "home_unit": "north",
    "date_of_birth": "1990-06-15",
}
CRIME = {
    "crime_ref": "NM2600001",
    "offence_no": "1",
    "nominal_ref": "N1000001",
    "role": "suspect",
    "ho_code": "02803",
    "occurred_from": "2026-06-01",
    "status": "suspect",
    "status_on": "2026-06-02",
    "recorded_at": "2026-06-02T10:15",
}
STAY = {
    "custody_ref": "C1",
    "nominal_ref": "N1000001",
    "prison": "thr",
    "reason": "sentence",
    "held_from": "2026-01-05",
    "held_to": "2026-06-20",
    "recorded_at": "2026-06-20T12:00",
}


@pytest.fixture(autouse=True)
def store_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.FEED_STORE_DIR = tmp_path / "store"
    settings.FEED_INBOX_DIR = ""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write("persons", {...}, {...})`: a file of the kind with these rows; what a row leaves out is empty."""

    def make(kind: str, *rows: dict[str, Any], name: str = "", encoding: str = "utf-8") -> Path:
        columns = [*registry.find(kind).column_names]
        columns += ["withdrawn"] if any("withdrawn" in row for row in rows) else []
        path = tmp_path / (name or f"{kind}.csv")
        with path.open("w", encoding=encoding, newline="") as handle:
            out = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
        return path

    return make


@pytest.fixture
def load(world: dict[str, Any]) -> Callable[..., Outcome]:
    PrisonFactory(code="thr", name="HMP Thornmoor", hub=world["hub"], in_area=True)

    def run(kind: str, path: Path, *, at: datetime = AT, on: date = ON, **terms: Any) -> Outcome:
        with as_service():
            return import_file(kind, path, by=SYSTEM, at=at, on=on, **terms)

    return run


@pytest.fixture
def known_person(load: Callable[..., Outcome], write: Callable[..., Path]) -> None:
    assert load("persons", write("persons", PERSON, name="first.csv")).inserted == 1


def many(row: dict[str, Any], key: str, count: int) -> list[dict[str, Any]]:
    """The row again and again under other keys."""
    return [{**row, key: f"{row[key]}-{number}"} for number in range(count)]

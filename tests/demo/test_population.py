"""The fictional population: seeded, skewed, and clean enough to be imported (PER-1, INT-1)."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from iom.demo.population import generate
from iom.demo.population.files import EVENT_KINDS
from iom.feeds import registry
from iom.persons.rules import check_crn, check_cro, check_pnc, check_prison_number

ON = date(2026, 6, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("extracts")
    generate(out, persons=600, events=8_000, seed=7, as_of=ON)
    return out


def _rows(folder: Path, kind: str) -> list[dict[str, str]]:
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_numbers_asked_for_are_the_numbers_made(folder: Path) -> None:
    assert len(_rows(folder, "persons")) == 600
    assert sum(len(_rows(folder, kind)) for kind in EVENT_KINDS) == pytest.approx(8_000, rel=0.02)


def test_the_files_have_the_columns_of_the_feeds(folder: Path) -> None:
    """But for the list of offence codes, which is shipped and not made up."""
    for kind in registry.kinds():
        if kind.name == "offence_codes":
            continue
        header = (folder / f"{kind.name}.csv").read_text().splitlines()[0]
        assert header == ",".join(kind.column_names)


def test_the_same_seed_gives_the_same_files_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "same", persons=600, events=8_000, seed=7, as_of=ON)
    generate(tmp_path / "other", persons=600, events=8_000, seed=8, as_of=ON)

    assert (tmp_path / "same/crimes.csv").read_bytes() == (folder / "crimes.csv").read_bytes()
    assert (tmp_path / "other/crimes.csv").read_bytes() != (folder / "crimes.csv").read_bytes()


def test_identifiers_are_well_formed_and_nobody_shares_one(folder: Path) -> None:
    people = _rows(folder, "persons")

    assert all(check_pnc(p["pnc_id"], on=ON) for p in people if p["pnc_id"])
    assert all(check_cro(p["cro_no"]) for p in people if p["cro_no"])
    assert all(check_prison_number(p["prison_no"]) for p in people if p["prison_no"])
    assert all(check_crn(p["crn"]) for p in people if p["crn"])
    for column in ("pnc_id", "cro_no", "prison_no", "crn"):
        given = Counter(p[column] for p in people if p[column])
        assert max(given.values()) == 1


def test_a_few_people_commit_much_of_the_crime(folder: Path) -> None:
    offences = Counter(
        r["nominal_ref"] for r in _rows(folder, "crimes") if r["role"] in {"suspect", "offender"}
    )
    ordered = sorted(offences.values(), reverse=True)

    assert sum(ordered[:60]) > 0.4 * sum(ordered)


def test_nothing_has_happened_on_the_day_itself_or_later(folder: Path) -> None:
    for kind in EVENT_KINDS:
        for row in _rows(folder, kind):
            assert row["recorded_at"] < ON.isoformat()


def test_there_are_children_women_and_every_stage_of_an_offence(folder: Path) -> None:
    people = _rows(folder, "persons")
    stages = {r["status"] for r in _rows(folder, "crimes")}

    assert sum(p["date_of_birth"] > "2008-06-30" for p in people) > 5
    assert 50 < sum(p["sex"] == "F" for p in people) < 200
    assert {"suspect", "charged", "convicted", "nfa", "acquitted", ""} <= stages

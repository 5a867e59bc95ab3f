# ruff: noqa: E501 - cases read best as one line each
"""The worked examples of the specification, to the penny, through the command a force would use."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

EXAMPLES = json.loads((Path(__file__).parent / "cases" / "scoring_examples.json").read_text())
OUT_KEYS = ("raw", "published", "band", "lines", "score", "baseline", "jump", "fired")


def price(tmp_path: Path, capsys: pytest.CaptureFixture[str], cases: Any) -> list[dict[str, Any]]:
    file = tmp_path / "cases.json"
    file.write_text(cases if isinstance(cases, str) else json.dumps(cases))
    call_command("price_events", str(file))
    return json.loads(capsys.readouterr().out)


def expected(case: dict[str, Any]) -> dict[str, Any]:
    return {key: case[key] for key in OUT_KEYS if key in case}


@pytest.mark.django_db
def test_every_worked_example_comes_out_to_the_penny_with_its_lines_in_order(tmp_path, capsys):
    answers = price(tmp_path, capsys, EXAMPLES)

    assert len(answers) == len(EXAMPLES) == 25
    for case, answer in zip(EXAMPLES, answers, strict=True):
        assert answer == expected(case), case["title"]


@pytest.mark.django_db
def test_the_answers_do_not_need_the_expected_results_in_the_file(tmp_path, capsys):
    bare = [{k: v for k, v in case.items() if k not in OUT_KEYS} for case in EXAMPLES]

    assert price(tmp_path, capsys, bare) == [expected(case) for case in EXAMPLES]


@pytest.mark.django_db
def test_the_order_of_the_events_does_not_matter(tmp_path, capsys):
    turned = [{**case, "events": case["events"][::-1]} for case in EXAMPLES]

    assert price(tmp_path, capsys, turned) == [expected(case) for case in EXAMPLES]


BURGLARY = {"type": "crime", "category": "burglary_residential", "date": "2026-06-30", "status": "convicted"}
BULK = {"bulk_load": True, "recorded": "2026-06-27"}


def burglaries(*dates_and_more: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**BURGLARY, "id": f"e{n}", "date": on, **more} for n, (on, more) in enumerate(dates_and_more)]


SPECIFICATION_TABLE = [
    # title, model, events, expected keys of the answer (scoring.md 3)
    ("burglary convicted 1,095 days ago", "ROR", burglaries(("2023-07-01", {})), {"raw": "1.77", "published": 2}),
    ("burglary convicted today", "ROR", burglaries(("2026-06-30", {})), {"raw": "120.00", "published": 120}),
    ("suspect, then eliminated", "ROR",
     burglaries(("2026-06-20", {"status": "suspect", "occurrence": "1", "status_on": "2026-06-20"}),
                ("2026-06-20", {"status": "eliminated", "occurrence": "1", "status_on": "2026-06-24"})),
     {"raw": "0.00", "published": 0}),
    ("third on day 90", "ROR",
     burglaries(*[(d, {"category": "shoplifting", "status": "charged"}) for d in ("2026-06-29", "2026-05-31", "2026-04-01")]),
     {"raw": "101.88", "published": 102}),
    ("suspected-false log", "ROR",
     [{"id": "e1", "type": "intelligence", "category": "acquisitive", "date": "2026-06-30", "grading": "1E"}],
     {"raw": "0.00", "published": 0}),
    ("robbery as victim", "ROR", burglaries(("2026-06-30", {"role": "victim"})), {"raw": "0", "published": 0, "lines": []}),
    ("dated tomorrow", "ROR", burglaries(("2026-07-01", {})), {"raw": "0", "published": 0, "lines": []}),
    ("unmapped code charged today", "ROR", burglaries(("2026-06-30", {"category": "zzz", "status": "charged"})),
     {"raw": "12.00", "published": 12}),
    ("emerging: decay only", "ROR", burglaries(("2026-05-01", {}), ("2026-05-01", {})),
     {"score": 190, "baseline": 212, "jump": -22, "fired": []}),
    ("emerging: floor", "ROR", burglaries(("2026-06-30", {"category": "robbery_personal"}), ("2026-06-30", {"category": "other_theft", "status": "arrested"})),
     {"score": 158, "baseline": 0, "jump": 158, "fired": []}),
    ("emerging: bulk", "ROR",
     burglaries(*[("2026-05-01", {"status": "charged", **BULK})] * 3, *[("2025-12-12", {})] * 2),
     {"score": 390, "baseline": 428, "jump": -38, "fired": []}),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "model", "events", "wanted"), SPECIFICATION_TABLE, ids=[r[0] for r in SPECIFICATION_TABLE]
)
def test_a_case_of_the_specification_table(tmp_path, capsys, title, model, events, wanted):
    case = {"title": title, "model": model, "version": "1.0.0", "as_of": "2026-06-30", "events": events}

    (answer,) = price(tmp_path, capsys, [case])

    assert {key: answer[key] for key in wanted} == wanted


BAD = [
    ("{", "is not JSON"),
    ('{"a": 1}', "must hold a JSON list"),
    ('[{"model": "ROR", "as_of": "2026-06-30"}]', "events must be a list"),
    (
        '[{"model": "ROR", "version": "9.9.9", "as_of": "2026-06-30", "events": []}]',
        "no score model ROR 9.9.9",
    ),
    ('[{"model": "ROR", "as_of": "30/06/2026", "events": []}]', "as_of '30/06/2026' is not a date"),
    (
        '[{"model": "ROR", "as_of": "2026-06-30", "events": [{"id": "a", "type": "party"}]}]',
        "type 'party' is not one of",
    ),
    (
        '[{"model": "ROR", "as_of": "2026-06-30", "events": '
        '[{"id": "a", "type": "intelligence", "category": "drugs", "date": "2026-06-01", "grading": "4Z"}]}]',
        "grading '4Z'",
    ),
    (
        '[{"model": "ROR", "as_of": "2026-06-30", "events": '
        '[{"id": "a", "type": "custody", "date": "2026-06-01"}, {"id": "a", "type": "custody", "date": "2026-06-01"}]}]',
        "stands twice",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_file_that_cannot_be_read_says_why(tmp_path, capsys, text, sentence):
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")) as refused:
        price(tmp_path, capsys, text)

    assert refused.value.returncode == 1


def test_a_missing_file_says_so():
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("price_events", "/nowhere/cases.json")

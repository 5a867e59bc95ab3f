"""No answer shows what its reader may not see: page, API, CSV, PDF, refusal, header (security.md, check 2)."""

import os
from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.architecture import test_api_matrix as api
from tests.architecture.test_role_url_matrix import EXPECTED, answer, url_of
from tests.scene import VISITORS, Scene
from tests.security.markers import READS, Seeded, leaks, seed, text_of
from tests.security.measures import note_figure

WHOLE = os.environ.get("IOM_SECURITY") == "whole"
pytestmark = pytest.mark.skipif("IOM_SECURITY" not in os.environ, reason="part of make test-security")
SAMPLE = (
    "anonymous",
    "manager_other",
    "support",
    "partner_share",
    "partner_no_share",
    "partner_housing",
    "auditor",
)
SCANNED = VISITORS if WHOLE else SAMPLE
METHODS = ("GET", "POST") if WHOLE else ("GET",)
PAGES = [key for key in EXPECTED if key[1] in METHODS]


@pytest.fixture(scope="module")
def seeded(scene: Scene) -> Iterator[Seeded]:
    with transaction.atomic():
        yield seed(scene)
        transaction.set_rollback(True)


def test_every_classified_field_is_marked_or_says_why_not(seeded: Seeded) -> None:
    by_reason: dict[str, int] = {}
    for reason in seeded.unmarked.values():
        short = reason.split(":")[0]
        by_reason[short] = by_reason.get(short, 0) + 1

    marked = {compartment.split()[0] for _, _, compartment in seeded.markers.values()}
    assert len(seeded.markers) > 100
    assert {"core", "identifier", "plan", "operations", "intelligence", "disclosed", "victim", "note", "youth",
            "exploitation"} <= marked  # fmt: skip
    note_figure("markers", {"marked": len(seeded.markers), "unmarked": by_reason})


def test_the_scan_finds_what_stands_in_plain_sight(scene: Scene, seeded: Seeded) -> None:
    """Whoever may see it is shown markers of each kind, so that none found means none shown."""
    url = url_of(scene, "cohorts:profile", "north")
    said = text_of(answer(scene.browsers["supervisor"], "GET", url))

    assert "Northmarker" in said
    assert list(leaks(seeded, "supervisor", said)) == []
    assert list(leaks(seeded, "partner_no_share", said)) != []


@pytest.mark.parametrize("key", PAGES, ids=" ".join)
def test_no_page_shows_what_its_reader_may_not_see(
    scene: Scene, seeded: Seeded, key: tuple[str, str, str]
) -> None:
    name, method, thing = key
    url = url_of(scene, name, thing)
    found = []
    for who in SCANNED:
        said = text_of(answer(scene.browsers[who], method, url))
        found += [(who, leak) for leak in leaks(seeded, who, said)]

    assert found == []


@pytest.mark.parametrize("key", [k for k in api.EXPECTED if api.OPERATIONS[k[0]][0] in METHODS], ids=" ".join)
def test_no_operation_shows_what_its_caller_may_not_see(
    scene: Scene, seeded: Seeded, key: tuple[str, str]
) -> None:
    found = []
    for who in SCANNED:
        said = text_of(api.answer(scene, who, *key))
        found += [(who, leak) for leak in leaks(seeded, who, said)]

    assert found == []


def test_who_reads_what_is_said_of_every_visitor() -> None:
    assert set(READS) == set(VISITORS)
    note_figure("scan", {"pages": len(PAGES), "operations": len(api.EXPECTED), "visitors": len(SCANNED)})

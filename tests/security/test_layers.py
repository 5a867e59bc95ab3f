"""Each layer holds alone: the answers stay as they are, and nothing more is shown (security.md, check 9)."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from django.db import ProgrammingError
from psycopg.errors import InsufficientPrivilege

from tests.architecture import test_api_matrix as api
from tests.architecture.test_role_url_matrix import EXPECTED, answer, url_of
from tests.scene import VISITORS, Scene
from tests.security.layers import without_row_policies, without_the_orm
from tests.security.markers import Seeded, leaks, text_of
from tests.security.measures import note_figure

WHOLE = os.environ.get("IOM_SECURITY") == "whole"
LAYERS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "the ORM alone": without_row_policies,
    "the row policies alone": without_the_orm,
}
SAMPLED = ("cohorts:profile", "cohorts:case", "cohorts:plan", "cohorts:referral", "scoring:person_score",
           "meetings:meeting_detail", "persons:people", "cohorts:timeline", "sharing:disclose")  # fmt: skip
PAGES = [key for key in EXPECTED if key[1] == "GET" and (WHOLE or key[0] in SAMPLED)]
CALLS = [
    key for key in api.EXPECTED if api.OPERATIONS[key[0]][0] == "GET" and (WHOLE or key[1] == "restricted")
]
WHO = (
    VISITORS
    if WHOLE
    else ("manager_other", "central_spoc", "partner_share", "partner_no_share", "partner_housing")
)

# A class without any grant on what a page reads is refused by the database before the page can say no.
REFUSED = (403, 404)


def of_one_layer(ask: Callable[[], Any], expected: int) -> tuple[int, str]:
    """The status and the words of an answer; a refusal by the database counts as the refusal that was expected."""
    try:
        found = ask()
    except ProgrammingError as error:
        if expected in REFUSED and isinstance(error.__cause__, InsufficientPrivilege):
            return expected, ""
        raise
    return found.status_code, text_of(found)


@pytest.mark.parametrize("layer", LAYERS)
def test_one_layer_alone_gives_the_same_answers_and_shows_no_more(
    scene: Scene, seeded: Seeded, layer: str
) -> None:
    wrong, asked = [], 0
    with LAYERS[layer]():
        for key in PAGES:
            for who in WHO:
                browser, url, expected = (
                    scene.browsers[who],
                    url_of(scene, key[0], key[2]),
                    EXPECTED[key][who],
                )
                status, text = of_one_layer(partial(answer, browser, "GET", url), expected)
                asked += 1
                wrong += [(*key, who, leak) for leak in leaks(seeded, who, text)]
                if status != expected:
                    wrong.append((*key, who, f"{status} and not {expected}"))
        for call in CALLS:
            for who in WHO:
                expected = api.EXPECTED[call][who]
                status, text = of_one_layer(partial(api.answer, scene, who, *call), expected)
                asked += 1
                wrong += [(*call, who, leak) for leak in leaks(seeded, who, text)]
                if status != expected:
                    wrong.append((*call, who, f"{status} and not {expected}"))

    note_figure(f"layer {layer}", asked)
    assert wrong == []

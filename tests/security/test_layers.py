"""Each layer holds alone: the answers stay as they are, and nothing more is shown (security.md, check 9).

What cannot hold on one layer is written below, with the reason.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

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
           "meetings:meeting_detail", "persons:people", "cohorts:timeline")  # fmt: skip
PAGES = [key for key in EXPECTED if key[1] == "GET" and (WHOLE or key[0] in SAMPLED)]
CALLS = [
    key for key in api.EXPECTED if api.OPERATIONS[key[0]][0] == "GET" and (WHOLE or key[1] == "restricted")
]
WHO = (
    VISITORS
    if WHOLE
    else ("manager_other", "central_spoc", "partner_share", "partner_no_share", "partner_housing")
)
# Layer and address -> why it cannot hold alone.
ONE_LAYER: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize("layer", LAYERS)
def test_one_layer_alone_gives_the_same_answers_and_shows_no_more(
    scene: Scene, seeded: Seeded, layer: str
) -> None:
    wrong, asked = [], 0
    with LAYERS[layer]():
        for key in PAGES:
            for who in WHO:
                found = answer(scene.browsers[who], "GET", url_of(scene, key[0], key[2]))
                asked += 1
                wrong += [(*key, who, leak) for leak in leaks(seeded, who, text_of(found))]
                if found.status_code != EXPECTED[key][who]:
                    wrong.append((*key, who, f"{found.status_code} and not {EXPECTED[key][who]}"))
        for call in CALLS:
            for who in WHO:
                found = api.answer(scene, who, *call)
                asked += 1
                wrong += [(*call, who, leak) for leak in leaks(seeded, who, text_of(found))]
                if found.status_code != api.EXPECTED[call][who]:
                    wrong.append((*call, who, f"{found.status_code} and not {api.EXPECTED[call][who]}"))

    held = {one for one in wrong if (layer, one[0]) in ONE_LAYER}
    note_figure(
        f"layer {layer}",
        f"{asked} answers as on both layers, but for {len(held)} at"
        f" {len({one[0] for one in held})} addresses that need both",
    )
    assert [one for one in wrong if one not in held] == []

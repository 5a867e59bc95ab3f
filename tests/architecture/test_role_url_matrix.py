"""Who gets what at every address (security.md): one reviewed table, `role_url_matrix.csv`.

A line is an address, a method and an object; its columns are the visitors, its cells the expected status. The objects
are those of `tests/scene.py`. An address that is not in the table, for every object that has a record there, fails.
A failing line says what was answered: correct the product or, after reading the rules (`iom/accounts/rules.py`, the
policies), the table.
"""

import csv
import re
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.addresses import addresses
from tests.scene import VISITORS, Scene
from tests.security.markers import Seeded, leaks, text_of

pytestmark = pytest.mark.usefixtures("seeded")
TABLE = Path(__file__).with_name("role_url_matrix.csv")
WANTED = {one.name: one.wanted for one in addresses()}
TOLD_NOTHING = ("manager_other", "partner_no_share", "partner_lapsed")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def table() -> dict[tuple[str, str, str], dict[str, int]]:
    with TABLE.open(newline="") as lines:
        return {
            (row["url"], row["method"], row["object"]): {name: int(row[name]) for name in VISITORS}
            for row in csv.DictReader(lines)
        }


EXPECTED = table()


def unmarked(browser: Client, method: str, url: str, **sent: Any) -> Any:
    """What the address answers, without leaving a trace; how its templates were filled is not kept."""
    cookies, browser.cookies = browser.cookies, SimpleCookie({k: m.value for k, m in browser.cookies.items()})
    try:
        with (
            transaction.atomic(),
            patch("django.test.client.store_rendered_templates", lambda *_, **__: None),
        ):
            found = browser.generic(method, url, **sent)
            if found.streaming:
                found.streaming_content = [found.getvalue()]
            transaction.set_rollback(True)
    finally:
        browser.cookies = cookies
    return found


def answer(browser: Client, method: str, url: str) -> Any:
    """What the page answers to a visit, or to a form with nothing in it."""
    form = {"data": "x=1" if method == "POST" else "", "content_type": "application/x-www-form-urlencoded"}
    return unmarked(browser, method, url, **form)


def url_of(scene: Scene, name: str, thing: str) -> str:
    return reverse(name, kwargs=scene.objects[thing].args(name, WANTED[name]))


def test_every_address_has_a_name_of_its_own_and_its_lines_in_the_table() -> None:
    names = [one.name for one in addresses()]

    assert [one.route for one in addresses() if one.name.endswith(":") or not one.name] == []
    assert sorted(names) == sorted(set(names))
    assert {name for name, _, thing in EXPECTED if thing == "north"} == set(names)


def test_every_object_is_walked_wherever_it_has_a_record(scene: Scene) -> None:
    wanted = {
        (name, thing)
        for thing, values in scene.objects.items()
        if thing not in ("north", "absent")
        for name, keys in WANTED.items()
        if values.fills(name, keys)
    }

    assert wanted - {(name, thing) for name, _, thing in EXPECTED} == set()


def body(found: Any) -> str:
    """The page without what is new in every answer: the token of the form and the nonce of its scripts."""
    text = found.content.decode()
    for new in (r'name="csrfmiddlewaretoken" value="[^"]+"', r'nonce="[^"]+"'):
        text = re.sub(new, "", text)
    return text


@pytest.mark.parametrize("key", EXPECTED, ids=" ".join)
def test_each_visitor_gets_the_answer_of_the_table_and_is_shown_no_more(
    scene: Scene, seeded: Seeded, key: tuple[str, str, str]
) -> None:
    """The status, and no marker that its reader may not see (security.md, checks 1 and 2).

    Who is told that nothing is there is told the same, word for word, where nothing is.
    """
    name, method, thing = key
    url = url_of(scene, name, thing)

    answers = {who: answer(scene.browsers[who], method, url) for who in VISITORS}

    assert {who: found.status_code for who, found in answers.items()} == EXPECTED[key]
    assert [
        (who, leak) for who, found in answers.items() for leak in leaks(seeded, who, text_of(found))
    ] == []
    for who in TOLD_NOTHING:
        if thing == "north" and WANTED[name] and answers[who].status_code == 404:
            absent = answer(scene.browsers[who], method, url_of(scene, name, "absent"))
            assert (who, absent.status_code, body(absent)) == (who, 404, body(answers[who]))


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_method_that_is_not_in_the_table_is_not_allowed(scene: Scene, name: str) -> None:
    for method in METHODS:
        if (name, method, "north") not in EXPECTED:
            found = answer(scene.browsers["supervisor"], method, url_of(scene, name, "north"))
            assert (method, found.status_code) == (method, 405)

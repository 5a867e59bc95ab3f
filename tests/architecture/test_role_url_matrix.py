"""Who gets what at every address (security.md): one reviewed table, `role_url_matrix.csv`.

A line is an address, a method and an object; its columns are the visitors, its cells the expected status. The objects
are those of `tests/scene.py`. An address that is not in the table, for every object that has a record there, fails.
A failing line says what was answered: correct the product or, after reading the rules (`iom/accounts/rules.py`, the
policies), the table.
"""

import copy
import csv
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.addresses import addresses
from tests.scene import VISITORS, Scene

TABLE = Path(__file__).with_name("role_url_matrix.csv")
WANTED = {one.name: one.wanted for one in addresses()}


def table() -> dict[tuple[str, str, str], dict[str, int]]:
    with TABLE.open(newline="") as lines:
        return {
            (row["url"], row["method"], row["object"]): {name: int(row[name]) for name in VISITORS}
            for row in csv.DictReader(lines)
        }


EXPECTED = table()


def unmarked(browser: Client, method: str, url: str, **sent: Any) -> Any:
    """What the address answers, without leaving a trace."""
    cookies = copy.deepcopy(browser.cookies)
    with transaction.atomic():
        found = browser.generic(method, url, **sent)
        if found.streaming:
            found.streaming_content = [found.getvalue()]
        transaction.set_rollback(True)
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


@pytest.mark.parametrize("key", EXPECTED, ids=" ".join)
def test_each_visitor_gets_the_answer_of_the_table(scene: Scene, key: tuple[str, str, str]) -> None:
    name, method, thing = key
    url = url_of(scene, name, thing)

    answered = {who: answer(scene.browsers[who], method, url).status_code for who in VISITORS}

    assert answered == EXPECTED[key]


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_method_that_is_not_in_the_table_is_not_allowed(scene: Scene, name: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        if (name, method, "north") not in EXPECTED:
            found = answer(scene.browsers["supervisor"], method, url_of(scene, name, "north"))
            assert (method, found.status_code) == (method, 405)


def body(found: Any) -> str:
    """The page without what is new in every answer: the token of the form and the nonce of its scripts."""
    text = found.content.decode()
    for new in (r'name="csrfmiddlewaretoken" value="[^"]+"', r'nonce="[^"]+"'):
        text = re.sub(new, "", text)
    return text


@pytest.mark.parametrize("name", [name for name, wanted in WANTED.items() if wanted])
@pytest.mark.parametrize("who", ["manager_other", "partner_no_share", "partner_lapsed"])
def test_absent_and_not_yours_are_one_answer(scene: Scene, name: str, who: str) -> None:
    for method in ("GET", "POST"):
        if EXPECTED.get((name, method, "north"), {}).get(who) != 404:
            continue
        there = answer(scene.browsers[who], method, url_of(scene, name, "north"))
        absent = answer(scene.browsers[who], method, url_of(scene, name, "absent"))

        assert absent.status_code == there.status_code == 404
        assert body(absent) == body(there)

"""An act that matters asks again who it is (SHR-3)."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel import clock
from iom.kernel.step_up import step_up
from tests.world import browser_of

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
EXPORT = "/audit/export.csv"
PASSWORD = "correct horse battery"


def with_password(client: Client) -> Client:
    with as_owner():
        user = User.objects.get(pk=client.actor.user_id)  # type: ignore[attr-defined]
        user.set_password(PASSWORD)
        user.save()
    return browser_of(user, confirmed=False)


@pytest.fixture
def sergeant(client_for: ClientFor) -> Client:
    return with_password(client_for(Role.SUPERVISOR, confirmed=False))


def asked(client: Client, url: str = EXPORT) -> str:
    answer = client.get(url)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_an_export_without_a_fresh_confirmation_asks_for_it(sergeant: Client) -> None:
    assert asked(sergeant, EXPORT + "?kind=export") == (
        "/signin/confirm/?next=%2Faudit%2Fexport.csv%3Fkind%3Dexport&for=export"
    )


def test_the_right_password_leads_on_and_a_wrong_one_does_not(sergeant: Client) -> None:
    page = asked(sergeant)

    wrong = sergeant.post(page, {"confirm_sent": "page", "confirm_password": "no"})
    assert wrong.status_code == 200
    assert asked(sergeant) == page

    right = sergeant.post(page, {"confirm_sent": "page", "confirm_password": PASSWORD})
    assert (right.status_code, right.context["after"]) == (200, EXPORT)
    assert "<title>You have confirmed that it is you" in right.content.decode()
    assert sergeant.get(EXPORT).status_code == 200
    with as_owner():
        acts = list(Act.objects.filter(kind="sign_in").order_by("id").values_list("action", flat=True))
    assert acts == ["signin.session.not_confirmed", "signin.session.confirmed"]


def test_a_confirmation_holds_for_five_minutes(client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)
    assert client.get(EXPORT).status_code == 200

    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=False):
        assert client.get(EXPORT).status_code == 302


def test_a_confirmation_never_leads_to_another_site(sergeant: Client) -> None:
    page = "/signin/confirm/?next=https://evil.example/&for=disclosure"

    answer = sergeant.post(page, {"confirm_sent": "page", "confirm_password": PASSWORD})

    assert answer["Location"] == "/"


def test_a_form_that_was_sent_keeps_its_fields_until_it_is_sent_on(sergeant: Client) -> None:
    page = "/signin/confirm/?next=/access/choose-role/&for=user_admin"

    waiting = sergeant.post(page, {"words": "a long reason", "several": ["1", "2"]})
    kept = waiting.context["fields"]
    answer = sergeant.post(
        page, {"confirm_sent": "form", "confirm_password": PASSWORD, "words": "a long reason"}
    )

    assert kept == [("words", "a long reason"), ("several", "1"), ("several", "2")]
    assert (answer.status_code, answer["Location"]) == (307, "/access/choose-role/")


def test_the_session_gets_a_new_name_when_it_is_confirmed(sergeant: Client) -> None:
    before = sergeant.cookies["sessionid"].value

    sergeant.post(asked(sergeant), {"confirm_sent": "page", "confirm_password": PASSWORD})

    assert sergeant.cookies["sessionid"].value != before


def test_it_can_be_said_of_a_view_why_it_asks() -> None:
    with pytest.raises(ValueError, match="no reason"):
        step_up("whim")


# Every door


def views(resolver: URLResolver) -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{one.callback.__module__}.{one.callback.__name__}", one.callback
        else:
            yield from views(one)


def takes_out(function: Any, seen: set[str]) -> bool:
    """Whether a view, or a function of its module that it calls, sends a file or records an export."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    home = vars(sys.modules[function.__module__])
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.keyword)
            and node.arg == "kind"
            and getattr(node.value, "value", "") == "export"
        ):
            return True
        if isinstance(node, ast.Constant) and str(node.value).startswith("attachment;"):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in seen:
            seen.add(node.func.id)
            if node.func.id in {"csv_response", "sent_as_file"}:
                return True
            called = (
                inspect.unwrap(home[node.func.id]) if inspect.isfunction(home.get(node.func.id)) else None
            )
            if called and called.__module__ == function.__module__ and takes_out(called, seen):
                return True
    return False


def asks_again(view: Any) -> bool:
    while view is not None:
        if hasattr(view, "steps_up"):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_page_that_takes_something_out_of_the_product_asks_who_it_is_first() -> None:
    ours = {
        name: view
        for name, view in views(get_resolver())
        if inspect.isfunction(inspect.unwrap(view))
        and not name.startswith(("django.", "rest_framework.", "drf_"))
    }
    exports = {name for name, view in ours.items() if takes_out(inspect.unwrap(view), set())}

    assert {name for name in exports if not asks_again(ours[name])} == set()
    assert {"iom.documents.views.download", "iom.audit.views.act_export"} <= exports
    assert len(exports) >= 10

"""The menu follows from the role (ORG-3)."""

from collections.abc import Callable

import pytest
from django.test import Client

from iom.accounts.rules import Role
from iom.kernel.navigation import closest

ClientFor = Callable[..., Client]
ROLES = "/accounts/roles/"


def test_the_longest_address_above_a_page_is_the_current_one() -> None:
    assert closest(["/", "/people/", "/people/lists/"], "/people/lists/1/") == "/people/lists/"
    assert closest(["/", "/people/"], "/people/NV1/") == "/people/"
    assert closest(["/", "/people/"], "/") == "/"
    assert closest(["/", "/people/"], "/cases/") == ""


@pytest.mark.django_db
def test_the_menu_holds_what_the_role_has_a_use_for_and_nothing_else(client_for: ClientFor) -> None:
    def labels(role: Role) -> set[str]:
        frame = client_for(role).get(ROLES).context
        return {item.label for item in (*frame["nav"], *frame["nav_beside"])}

    assert {"Audit", "Partnership"} <= labels(Role.AUDITOR)
    assert {"Audit", "Tags", "Meetings"} <= labels(Role.SUPERVISOR)
    assert not {"Audit", "Tags"} & labels(Role.PARTNER_PRACTITIONER)
    assert not {"Audit", "Tags", "Meetings"} & labels(Role.ADMINISTRATOR)


@pytest.mark.django_db
def test_the_menu_marks_where_one_is(client_for: ClientFor) -> None:
    frame = client_for(Role.SUPERVISOR).get("/agencies/").context

    assert [item.label for item in frame["nav_beside"] if item.current] == ["Partnership"]
    assert not any(item.current for item in frame["nav"])

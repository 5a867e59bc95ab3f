"""One live session, 15 minutes idle, 8 hours at most, ended with the role (ORG-3)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from iom.access.scope import as_owner
from iom.accounts.models import User
from iom.agencies.models import Membership, SharingAgreement
from iom.kernel import clock
from iom.signin.models import Visit
from tests.factories import MembershipFactory, TeamFactory
from tests.signin.conftest import PASSWORD, ROLES, AddPerson, is_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy(person: AddPerson) -> User:
    return person("amy")


def entered(name: str = "amy") -> Client:
    client = Client()
    sign_in(client, name)
    assert is_in(client)
    return client


def later(**span: float) -> Any:
    return time_machine.travel(clock.now() + timedelta(**span), tick=False)


def test_a_new_sign_in_ends_the_one_before_and_says_so_there(amy: User) -> None:
    first = entered()
    second = entered()

    answer = first.get(ROLES)
    assert answer["Location"] == "/accounts/sign-in/?next=%2Faccounts%2Froles%2F&ended=elsewhere"
    assert b"signed in somewhere else" in first.get(answer["Location"]).content
    assert is_in(second)
    with as_owner():
        ended = list(Visit.objects.order_by("id").values_list("ended_because", flat=True))
    assert ended == ["elsewhere", ""]


def test_eight_hours_end_a_session_however_busy_it_was(amy: User) -> None:
    client = entered()
    start = clock.now()
    for minutes in range(10, 480, 10):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert is_in(client)

    with time_machine.travel(start + timedelta(hours=8), tick=False):
        assert "ended=longest" in client.get(ROLES)["Location"]


def test_a_quarter_of_an_hour_without_a_request_ends_a_session(amy: User) -> None:
    client = entered()

    with later(minutes=14, seconds=50):
        assert is_in(client)
        with later(minutes=15, seconds=1):
            assert "ended=idle" in client.get(ROLES)["Location"]


def test_signing_out_everywhere_ends_the_session(amy: User) -> None:
    client = entered()

    client.post("/signin/everywhere/")

    assert "ended=everywhere" in client.get(ROLES)["Location"]


def test_the_end_of_a_membership_ends_the_session(amy: User) -> None:
    client = entered()
    with as_owner():
        Membership.objects.filter(user=amy).update(ends_on=clock.today())

    assert client.get(ROLES).status_code == 403
    assert client.get(ROLES).status_code == 302
    assert sign_in(Client(), "amy").status_code == 403


def test_a_mover_signs_in_anew(amy: User, world: dict[str, Any]) -> None:
    client = entered()
    with as_owner():
        Membership.objects.filter(user=amy).update(ends_on=clock.today())
    MembershipFactory(
        user=amy, role="supervisor", team=TeamFactory(agency=world["police"], unit=world["south"])
    )

    assert client.get(ROLES).status_code == 403
    assert is_in(entered())


def test_the_end_of_the_agreement_ends_the_session_and_stops_sign_in(
    person: AddPerson, world: dict[str, Any]
) -> None:
    person("pat", role="partner_practitioner", agency="probation")
    client = entered("pat")
    with as_owner():
        SharingAgreement.objects.filter(agency=world["probation"]).update(ends_on=clock.today())

    assert client.get(ROLES).status_code == 403
    assert client.get(ROLES).status_code == 302
    assert sign_in(Client(), "pat").status_code == 403


def test_somebody_whose_other_role_lapsed_goes_on_with_the_one_that_holds(
    amy: User, world: dict[str, Any]
) -> None:
    MembershipFactory(user=amy, role="partner_practitioner", team=TeamFactory(agency=world["lapsed"]))

    assert entered().get(ROLES).context["actor"].role_code == "offender_manager"


def test_a_closed_sign_in_ends_its_session(amy: User) -> None:
    client = entered()
    with as_owner():
        User.objects.filter(pk=amy.pk).update(is_active=False)

    assert client.get(ROLES).status_code == 302


def test_the_session_gets_a_new_name_at_sign_in(amy: User) -> None:
    client = Client()
    client.get("/accounts/sign-in/")
    sign_in(client, "amy", "wrong")
    before = client.cookies.get("sessionid")
    sign_in(client, "amy")

    assert before is None or client.cookies["sessionid"].value != before.value


# A form that was sent too late


def test_a_form_sent_after_the_end_waits_for_its_owner(amy: User) -> None:
    client = entered()
    with later(minutes=16):
        answer = client.post("/referrals/new/", {"grounds": "Long words", "_": ""}, headers={"referer": ""})
        assert answer.status_code == 403
        kept = answer.context["kept"]
        assert kept
        assert "Long words" not in answer.content.decode()

        done = sign_in(client, "amy", next="/referrals/new/", kept=kept)
        page = client.get(done["Location"])

        assert page.context["to"] == "/referrals/new/"
        assert ("grounds", "Long words") in page.context["fields"]


def test_somebody_else_at_the_same_browser_never_gets_the_form(amy: User, person: AddPerson) -> None:
    person("ben")
    client = entered()
    with later(minutes=16):
        kept = client.post("/referrals/new/", {"grounds": "Long words"}).context["kept"]

        assert sign_in(client, "ben", next="/cases/", kept=kept)["Location"] == "/cases/"
        assert client.get("/signin/carry-on/")["Location"] == "/"


def test_a_form_that_was_tampered_with_is_dropped(amy: User) -> None:
    client = Client()

    assert sign_in(client, "amy", next="/", kept="A" * 80)["Location"] == "/"


# One's own page


def test_everybody_sees_their_own_sign_ins_and_nobody_elses(amy: User, person: AddPerson) -> None:
    person("ben")
    entered("ben")
    client = entered()

    page = client.get("/signin/")

    assert [visit.user_id for visit in page.context["visits"]] == [amy.pk]
    assert b"This session" in page.content


def test_a_new_password_is_asked_for_twice_keeps_the_rules_and_ends_other_sessions(amy: User) -> None:
    client = entered()

    def change(new: str, again: str) -> Any:
        words = {"current_password": PASSWORD, "new_password": new, "again": again}
        return client.post("/signin/password/", words)

    assert change("another horse battery", "other").context["form"].errors
    assert change("short", "short").context["form"].errors
    assert change("password1234", "password1234").context["form"].errors
    assert change("another horse battery", "another horse battery").status_code == 302
    assert is_in(client)
    assert sign_in(Client(), "amy", PASSWORD).status_code == 200
    assert sign_in(Client(), "amy", "another horse battery").status_code == 302


def test_a_password_on_the_forces_list_of_breached_ones_is_refused(amy: User, settings: Any) -> None:
    settings.BREACHED_PASSWORDS = "tests.signin.test_sessions.is_breached"
    client = entered()

    words = {"new_password": "battery staple horse", "again": "battery staple horse"}
    words["current_password"] = PASSWORD
    assert client.post("/signin/password/", words).context["form"].errors


def is_breached(password: str) -> bool:
    return password == "battery staple horse"

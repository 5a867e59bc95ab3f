"""Single sign-on against a provider that runs beside the test, and every way in which its answer can be wrong."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import flask
import oidc_provider_mock
import pytest
import requests
import time_machine
from authlib import jose
from django.test import Client
from werkzeug.serving import make_server

from iom.access.actor import actor_for
from iom.access.scope import as_actor, as_owner
from iom.accounts.models import Credential, User
from iom.accounts.sealing import digest, seal
from iom.agencies.models import Membership, SharingAgreement
from iom.approvals.services import approve
from iom.kernel import clock
from iom.signin.models import Invitation, OidcLink, OidcProvider
from iom.signin.people.rules import Act
from iom.signin.people.services import ask_for
from iom.signin.services.oidc import problem_with, secret_purpose
from tests.factories import MembershipFactory, TeamFactory
from tests.signin.conftest import ROLES, AddPerson, acts, is_in

pytestmark = pytest.mark.django_db
Tamper = Callable[[dict[str, Any]], Any]


class Provider:
    """An agency's sign-in on a free port of this machine; `tamper` changes what its tokens say."""

    def __init__(self) -> None:
        self.app = oidc_provider_mock.app(require_nonce=True)
        self.app.debug = False
        self.tamper: Tamper | None = None
        self.unsigned = False
        self.challenges: dict[str, str] = {}
        self.codes: set[str] = set()
        self.app.before_request(self._check)
        self.app.after_request(self._change)
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _check(self) -> Any:
        """Proof Key for Code Exchange, which the mock leaves out, and codes that work once."""
        asked = flask.request
        if asked.path == "/oauth2/authorize":
            assert asked.args["code_challenge_method"] == "S256"
            self.challenges[asked.args["state"]] = asked.args["code_challenge"]
        if asked.path == "/oauth2/token":
            assert asked.form["code"] not in self.codes
            self.codes.add(asked.form["code"])
            proof = hashlib.sha256(asked.form["code_verifier"].encode()).digest()
            proved = base64.urlsafe_b64encode(proof).decode().rstrip("=")
            if proved not in self.challenges.values():
                return flask.jsonify({"error": "invalid_grant"}), 400
        return None

    def _change(self, answer: Any) -> Any:
        if flask.request.path != "/oauth2/token" or answer.status_code != 200:
            return answer
        body = answer.get_json()
        key = flask.g.oidc_provider_mock_storage.jwk
        claims = dict(jose.jwt.decode(body["id_token"], key))
        if self.tamper:
            claims = self.tamper(claims) or claims
        if self.unsigned:
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
            token = ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."
        else:
            token = jose.jwt.encode({"alg": "RS256", "kid": key.as_dict().get("kid")}, claims, key).decode()
        answer.set_data(json.dumps(body | {"id_token": token}))
        return answer


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()


@pytest.fixture(scope="module")
def agency_sign_in() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(agency_sign_in: Provider) -> Provider:
    agency_sign_in.tamper, agency_sign_in.unsigned = None, False
    return agency_sign_in


@pytest.fixture
def single(provider: Provider, world: dict[str, Any]) -> OidcProvider:
    return registered(provider, world["probation"])


def registered(provider: Provider, agency: Any, **more: Any) -> OidcProvider:
    secret = seal("the secret", purpose=secret_purpose(provider.issuer, "iom"))
    with as_owner():
        return OidcProvider.objects.create(
            agency=agency,
            issuer=provider.issuer,
            client_id="iom",
            client_secret=secret,
            starts_on=clock.today(),
            **more,
        )


@pytest.fixture
def pat(person: AddPerson, single: OidcProvider) -> User:
    user = person("pat", role="partner_practitioner", agency="probation")
    linked(user, single, "pat-1")
    return user


def linked(user: User, single: OidcProvider, subject: str) -> None:
    with as_owner():
        OidcLink.objects.create(
            provider=single, user=user, issuer=single.issuer, subject=subject, linked_at=clock.now()
        )


def back_from(client: Client, single: OidcProvider, subject: str) -> str:
    """Go to the agency, sign in there, and give the address that leads back."""
    off = client.get(f"/signin/provider/{single.pk}/?next={ROLES}")
    assert off.status_code == 302, off.content
    answer = requests.post(off["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].replace("http://testserver", "")


def by_agency(client: Client, single: OidcProvider, subject: str = "pat-1") -> Any:
    return client.get(back_from(client, single, subject))


def test_a_linked_account_signs_in(pat: User, single: OidcProvider) -> None:
    client = Client()
    assert b"Sign in with Northmoor Probation" in client.get("/accounts/sign-in/").content

    assert by_agency(client, single)["Location"] == ROLES

    assert is_in(client)
    assert acts() == ["accounts.user.signed_in"]


def test_an_account_without_a_link_is_refused_and_recorded(pat: User, single: OidcProvider) -> None:
    client = Client()

    answer = by_agency(client, single, "somebody-else")

    assert answer.status_code == 403
    assert b"not linked" in answer.content
    assert not is_in(client)
    assert acts() == ["signin.provider.subject_unknown"]


def test_the_same_email_or_name_is_no_link(pat: User, single: OidcProvider, provider: Provider) -> None:
    provider.tamper = lambda claims: claims | {"email": pat.email, "preferred_username": "pat"}

    assert by_agency(Client(), single, "somebody-else").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": ["iom", "another"]},
        {"azp": "another client"},
        {"exp": 1},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_says_anything_else_is_refused(
    pat: User, single: OidcProvider, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.tamper = lambda claims: {k: v for k, v in (claims | wrong).items() if v is not None}
    client = Client()

    assert by_agency(client, single).status_code == 403
    assert not is_in(client)
    assert acts() == ["signin.provider.refused"]


def test_a_token_that_nobody_signed_is_refused(pat: User, single: OidcProvider, provider: Provider) -> None:
    provider.unsigned = True
    client = Client()

    assert by_agency(client, single).status_code == 403
    assert not is_in(client)


def test_a_token_that_another_key_signed_is_refused(
    pat: User, single: OidcProvider, provider: Provider
) -> None:
    foreign = jose.JsonWebKey.generate_key("RSA", 2048, is_private=True)
    with pytest.MonkeyPatch.context() as patch:
        encode = jose.jwt.encode
        patch.setattr(jose.jwt, "encode", lambda head, claims, key: encode({"alg": "RS256"}, claims, foreign))

        assert by_agency(Client(), single).status_code == 403


def test_a_code_works_once(pat: User, single: OidcProvider) -> None:
    client = Client()
    back = back_from(client, single, "pat-1")
    with as_owner():
        memory = dict(client.session["sso"])
    assert client.get(back).status_code == 302

    thief = Client()
    with as_owner():
        session = thief.session
        session["sso"] = memory
        session.save()
    thief.cookies["sessionid"] = session.session_key

    assert thief.get(back).status_code == 403
    assert not is_in(thief)


def test_the_answer_belongs_to_the_browser_that_asked(pat: User, single: OidcProvider) -> None:
    asked, other = Client(), Client()
    back = back_from(asked, single, "pat-1")

    assert other.get(back)["Location"] == "/accounts/sign-in/"
    other.get(f"/signin/provider/{single.pk}/")
    assert other.get(back).status_code == 403
    assert not is_in(other)


def test_the_answer_has_its_time(pat: User, single: OidcProvider) -> None:
    client = Client()
    back = back_from(client, single, "pat-1")

    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert client.get(back)["Location"] == "/accounts/sign-in/"


def test_another_agencys_account_of_the_same_name_is_somebody_else(
    pat: User, single: OidcProvider, world: dict[str, Any]
) -> None:
    with running() as other:
        drugs = registered(other, world["drugs"])

        answer = by_agency(Client(), drugs, "pat-1")

    assert answer.status_code == 403
    assert acts() == ["signin.provider.subject_unknown"]


def test_the_end_of_the_agreement_stops_single_sign_on(
    pat: User, single: OidcProvider, world: dict[str, Any]
) -> None:
    with as_owner():
        SharingAgreement.objects.filter(agency=world["probation"]).update(ends_on=clock.today())
    client = Client()

    assert by_agency(client, single).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("over", [{"is_active": False}, {"ends_on": clock.today()}])
def test_single_sign_on_that_is_over_is_not_there(
    pat: User, single: OidcProvider, over: dict[str, Any]
) -> None:
    with as_owner():
        OidcProvider.objects.update(**over)

    assert b"Sign in with" not in Client().get("/accounts/sign-in/").content
    assert Client().get(f"/signin/provider/{single.pk}/").status_code == 404


def test_a_provider_that_is_down_is_said_plainly(world: dict[str, Any]) -> None:
    with running() as gone:
        single = registered(gone, world["probation"])
    gone.server.server_close()

    answer = Client().get(f"/signin/provider/{single.pk}/")

    assert answer.status_code == 403
    assert b"does not answer" in answer.content


def test_the_agency_must_check_a_second_factor_or_the_product_asks_for_its_own(
    pat: User, single: OidcProvider, provider: Provider, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    assert by_agency(Client(), single)["Location"] == "/signin/set-up/"

    with as_owner():
        OidcProvider.objects.update(checks_second_factor=True)
    client = Client()
    provider.tamper = lambda claims: claims | {"amr": ["pwd", "otp"]}
    assert by_agency(client, single)["Location"] == ROLES
    assert is_in(client)


@pytest.mark.parametrize("said", [None, ["pwd"], [], "mfa", {"mfa": True}], ids=str)
def test_an_agency_that_does_not_say_it_saw_a_second_factor_is_not_believed_to_have(
    pat: User, single: OidcProvider, provider: Provider, settings: Any, said: Any
) -> None:
    settings.MFA_REQUIRED = True
    with as_owner():
        OidcProvider.objects.update(checks_second_factor=True)
    provider.tamper = lambda claims: claims | ({"amr": said} if said is not None else {})

    assert by_agency(Client(), single)["Location"] == "/signin/set-up/"


@pytest.mark.parametrize(
    ("said", "to"), [(["mfa"], "/signin/set-up/key/"), (["pwd", "hwk"], ROLES)], ids=["a code", "a key"]
)
def test_an_agency_stands_in_for_a_security_key_with_a_security_key_alone(
    person: AddPerson, single: OidcProvider, provider: Provider, settings: Any, said: list[str], to: str
) -> None:
    settings.MFA_REQUIRED = True
    settings.SECURITY_KEY_ROLES = frozenset({"partner_manager"})
    user = person("mia", role="partner_manager", agency="probation")
    linked(user, single, "mia-1")
    with as_owner():
        OidcProvider.objects.update(checks_second_factor=True)
    provider.tamper = lambda claims: claims | {"amr": said}

    assert by_agency(Client(), single, "mia-1")["Location"] == to


def test_an_agency_speaks_for_nobody_who_works_elsewhere(
    pat: User, single: OidcProvider, world: dict[str, Any]
) -> None:
    MembershipFactory(
        user=pat, role="supervisor", team=TeamFactory(agency=world["police"], unit=world["north"])
    )
    client = Client()

    assert by_agency(client, single).status_code == 403
    assert not is_in(client)

    with as_owner():
        Membership.objects.filter(user=pat, team__agency=world["probation"]).update(ends_on=clock.today())
    assert by_agency(client, single).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(("ago", "fresh"), [(None, False), (301, False), (10, True), (-120, False)])
def test_a_sign_in_of_long_ago_at_the_agency_confirms_nothing_here(
    pat: User, single: OidcProvider, provider: Provider, ago: int | None, fresh: bool
) -> None:
    shown = {} if ago is None else {"auth_time": int(clock.now().timestamp()) - ago}
    provider.tamper = lambda claims: {k: v for k, v in claims.items() if k != "auth_time"} | shown
    client = Client()
    by_agency(client, single)
    assert is_in(client)

    asked = client.get("/signin/password/")

    assert (asked.status_code == 200) is fresh


def test_what_the_agency_answers_from_elsewhere_is_not_fetched(
    pat: User, single: OidcProvider, provider: Provider
) -> None:
    elsewhere: list[str] = []

    def sent_on(answer: Any) -> Any:
        if flask.request.path == "/stolen":
            elsewhere.append(flask.request.method)
        if flask.request.path in moved:
            answer.status_code, answer.headers["Location"] = 307, f"{provider.issuer}/stolen"
            answer.set_data("")
        return answer

    provider.app.after_request_funcs.setdefault(None, []).append(sent_on)
    try:
        moved = {"/oauth2/token"}
        assert by_agency(Client(), single).status_code == 403
        moved = {"/.well-known/openid-configuration"}
        assert Client().get(f"/signin/provider/{single.pk}/").status_code == 403
    finally:
        provider.app.after_request_funcs[None].remove(sent_on)

    assert elsewhere == []


def test_a_changed_client_never_keeps_a_secret_that_cannot_be_opened(
    single: OidcProvider, person: AddPerson, world: dict[str, Any]
) -> None:
    asked, signed = person("adam", role="administrator"), person("anna", role="administrator")
    with as_owner():
        by = {user: actor_for(user, on=clock.today()) for user in (asked, signed)}
    change = {
        **{"issuer": single.issuer, "client_id": "iom", "scopes": "openid", "is_active": True},
        **{"agency": world["drugs"].pk, "provider": single.pk, "starts_on": clock.today().isoformat()},
    }

    def carry_out(**more: str) -> OidcProvider:
        with as_actor(by[asked]):
            found = ask_for(
                Act.PROVIDER, by=by[asked], at=clock.now(), reason="A good reason.", **change | more
            )
        with as_actor(by[signed]):
            approve(found.pk, by=by[signed], at=clock.now())
        with as_owner():
            return OidcProvider.objects.get(pk=single.pk)

    kept = carry_out()
    assert kept.agency_id == world["drugs"].pk
    assert kept.client_secret == single.client_secret
    assert carry_out(client_id="another").client_secret == ""


def test_an_account_is_linked_by_an_invitation_once(
    person: AddPerson, single: OidcProvider, world: dict[str, Any]
) -> None:
    user = person("sam", role="partner_practitioner", agency="probation")
    asked, signed = person("adam", role="administrator"), person("anna", role="administrator")
    with as_owner():
        Invitation.objects.create(
            user=user,
            purpose="link",
            provider=single,
            asked_by=asked,
            approved_by=signed,
            made_at=clock.now(),
            drawn_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=1),
            digest=digest("the-token", purpose="invitation"),
        )
    client = Client()
    off = client.get("/signin/link/the-token/?go=1")
    answer = requests.post(off["Location"], data={"sub": "sam-7"}, allow_redirects=False, timeout=10)
    done = client.get(answer.headers["Location"].replace("http://testserver", ""))

    assert done.status_code == 302
    assert is_in(client)
    assert Client().get("/signin/link/the-token/").status_code == 404
    assert by_agency(Client(), single, "sam-7")["Location"] == ROLES


def confirmed_by(client: Client, subject: str) -> Any:
    off = client.get("/signin/confirm/agency/?next=/signin/password/")
    assert "max_age=0" in off["Location"]
    answer = requests.post(off["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    return client.get(answer.headers["Location"].replace("http://testserver", ""))


def test_who_has_no_password_here_confirms_at_the_agency(
    pat: User, single: OidcProvider, provider: Provider
) -> None:
    with as_owner():
        Credential.objects.filter(user=pat).update(password="!")
    client = Client()
    by_agency(client, single)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        page = client.get(client.get("/signin/password/")["Location"])
        assert page.context["by_agency"] == single.pk

        provider.tamper = lambda claims: {k: v for k, v in claims.items() if k != "auth_time"}
        assert confirmed_by(client, "pat-1").status_code == 403
        provider.tamper = lambda claims: claims | {"auth_time": int(clock.now().timestamp()) - 301}
        assert confirmed_by(client, "pat-1").status_code == 403
        provider.tamper = lambda claims: claims | {"auth_time": int(clock.now().timestamp())}
        assert confirmed_by(client, "somebody-else").status_code == 403
        assert client.get("/signin/password/").status_code == 302

        assert confirmed_by(client, "pat-1")["Location"] == "/signin/password/"
        assert client.get("/signin/password/").status_code == 200


def test_the_judge_of_claims_says_what_is_wrong() -> None:
    now = clock.now()
    good = {
        "iss": "i",
        "aud": "c",
        "exp": now.timestamp() + 60,
        "iat": now.timestamp(),
        "nonce": "n",
        "sub": "s",
    }

    def judged(**wrong: Any) -> str:
        return problem_with(good | wrong, issuer="i", client_id="c", nonce="n", at=now)

    assert judged() == ""
    assert [judged(iss="x"), judged(aud="x"), judged(exp=now.timestamp() - 61)] == ["iss", "aud", "exp"]
    assert judged(exp=now.timestamp() - 59) == ""
    assert judged(aud=["c", "d"]) == "azp"
    assert judged(aud=["c", "d"], azp="c") == ""

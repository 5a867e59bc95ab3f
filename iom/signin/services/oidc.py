"""Single sign-on with an agency's own account: OpenID Connect, authorisation code with PKCE (ORG-3).

Whose account it is follows from issuer and subject alone; an e-mail address or a name in the token is never read.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import OAuth2Error
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from iom.accounts.models import User
from iom.accounts.sealing import NotSealedHere, unseal
from iom.agencies.models import Membership, in_force_on
from iom.kernel.errors import NotFound, Refused
from iom.kernel.rights import rights_of
from iom.signin.models import OidcLink, OidcProvider

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY_SECONDS = 60
LARGEST_ANSWER = 500_000
DOWN = "The sign-in of your agency does not answer. Try again later, or ask your administrator."
NOT_ACCEPTED = "The answer of your agency's sign-in was not accepted. Start again, or ask your administrator."
NO_LINK = "This account is not linked to a sign-in here. Ask your administrator."


@dataclass(frozen=True)
class Start:
    """Where the browser goes, and what its session must remember until it comes back."""

    url: str
    memory: dict[str, Any]


@dataclass(frozen=True)
class Account:
    """Who the provider says has signed in."""

    provider: OidcProvider
    issuer: str
    subject: str
    shown_at: float = 0
    """When the person last showed the agency who they are, if it says so."""
    methods: tuple[str, ...] = ()
    """How they did, if it says so."""

    def shown_just_now(self, *, at: datetime) -> bool:
        """Whether that was as lately as a confirmation here may be."""
        age = at.timestamp() - self.shown_at
        return -LEEWAY_SECONDS <= age < settings.STEP_UP_SECONDS


def secret_purpose(issuer: str, client_id: str) -> str:
    return f"client secret of {client_id} at {issuer}"


def provider_on(pk: int, *, on: date) -> OidcProvider:
    """An agency's single sign-on that is in use today, or NotFound."""
    with rights_of("iom_session"):
        rows = OidcProvider.objects.filter(in_force_on(on), is_active=True).select_related("agency")
        found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def start(provider: OidcProvider, *, back: str, at: datetime, anew: bool = False) -> Start:
    """Send the browser to the agency with a state, a nonce and a challenge that only this session knows.

    `anew` asks the agency to let the person show again who they are, even if they are signed in there.
    """
    about = _discover(provider)
    memory = {
        "provider": provider.pk,
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(64),
        "at": at.timestamp(),
    }
    with _client(provider, back) as client:
        url, _ = client.create_authorization_url(
            about["authorization_endpoint"],
            state=memory["state"],
            nonce=memory["nonce"],
            code_verifier=memory["verifier"],
            **({"prompt": "login", "max_age": "0"} if anew else {}),
        )
    return Start(url, memory)


def account_of(
    provider: OidcProvider, answer: dict[str, str], memory: dict[str, Any], *, back: str, at: datetime
) -> Account:
    """Exchange the code and judge the token; Refused when anything does not fit."""
    state = answer.get("state", "")
    if not secrets.compare_digest(state.encode(), str(memory["state"]).encode()) or not answer.get("code"):
        raise Refused(NOT_ACCEPTED)
    if answer.get("iss", provider.issuer).rstrip("/") != provider.issuer.rstrip("/"):
        raise Refused(NOT_ACCEPTED)
    about = _discover(provider)
    try:
        with _client(provider, back) as client:
            tokens = client.fetch_token(
                about["token_endpoint"],
                code=answer["code"],
                code_verifier=memory["verifier"],
                timeout=settings.OIDC_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
    except requests.RequestException as error:
        raise Refused(DOWN) from error
    except (OAuth2Error, ValueError) as error:
        raise Refused(NOT_ACCEPTED) from error
    keys = _json(about["jwks_uri"])
    claims = _claims(str(tokens.get("id_token", "")), keys, provider, nonce=memory["nonce"], at=at)
    shown = claims.get("auth_time")
    shown_at = float(shown) if isinstance(shown, int | float) else 0
    said = claims.get("amr")
    methods = tuple(str(one) for one in said) if isinstance(said, list) else ()
    return Account(provider, provider.issuer, str(claims["sub"]), shown_at, methods)


def _claims(token: str, keys: Any, provider: OidcProvider, *, nonce: str, at: datetime) -> dict[str, Any]:
    """The claims of a token that the issuer signed for us, now, in answer to this very question."""
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused(NOT_ACCEPTED) from error
    if problem_with(claims, issuer=provider.issuer, client_id=provider.client_id, nonce=nonce, at=at):
        raise Refused(NOT_ACCEPTED)
    return dict(claims)


def problem_with(claims: dict[str, Any], *, issuer: str, client_id: str, nonce: str, at: datetime) -> str:
    """What is wrong with the claims of an ID token, in a word; empty when nothing is."""
    now = at.timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires, issued = claims.get("exp"), claims.get("iat")
    checks = {
        "iss": claims.get("iss") == issuer,
        "aud": client_id in audiences,
        "azp": claims.get("azp", client_id) == client_id and (len(audiences) == 1 or "azp" in claims),
        "exp": isinstance(expires, int | float) and expires > now - LEEWAY_SECONDS,
        "iat": isinstance(issued, int | float) and issued < now + LEEWAY_SECONDS,
        "nonce": isinstance(claims.get("nonce"), str)
        and secrets.compare_digest(claims["nonce"].encode(), nonce.encode()),
        "sub": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
    }
    return next((name for name, good in checks.items() if not good), "")


def user_of(account: Account, *, on: date) -> User | None:
    """Whose account this is, by issuer and subject; an agency speaks for nobody who works elsewhere today."""
    with rights_of("iom_session"):
        link = OidcLink.objects.filter(
            provider=account.provider, issuer=account.issuer, subject=account.subject
        ).first()
        rows = User.objects.select_related("credential").filter(is_active=True)
        user = rows.filter(pk=link.user_id).first() if link else None
    places = Membership.objects.filter(in_force_on(on), user=user).values_list("team__agency_id", flat=True)
    return user if set(places) <= {account.provider.agency_id} else None


def provider_of(user_id: int, *, on: date) -> int | None:
    """The single sign-on in use today with which the person could confirm who they are."""
    with rights_of("iom_session"):
        rows = OidcProvider.objects.filter(in_force_on(on), is_active=True, links__user_id=user_id)
        return rows.values_list("pk", flat=True).first()


def link(account: Account, user_id: int, *, at: datetime) -> None:
    """From now on this account is this person's; Refused when it is somebody's already."""
    with rights_of("iom_session"):
        taken = OidcLink.objects.filter(issuer=account.issuer, subject=account.subject).exists()
        has_one = OidcLink.objects.filter(provider=account.provider, user_id=user_id).exists()
        if taken or has_one:
            raise Refused(NOT_ACCEPTED)
        OidcLink.objects.create(
            provider=account.provider,
            user_id=user_id,
            issuer=account.issuer,
            subject=account.subject,
            linked_at=at,
        )


def _client(provider: OidcProvider, back: str) -> OAuth2Session:
    secret = None
    if provider.client_secret:
        try:
            purpose = secret_purpose(provider.issuer, provider.client_id)
            secret = unseal(provider.client_secret, purpose=purpose)
        except NotSealedHere as error:
            raise Refused(DOWN) from error
    return OAuth2Session(
        client_id=provider.client_id,
        client_secret=secret,
        scope=provider.scopes,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
    )


def _discover(provider: OidcProvider) -> dict[str, Any]:
    """The provider's own description; its issuer must be the very one that was agreed."""
    about = _json(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(about, dict) or about.get("issuer") != provider.issuer:
        raise Refused(NOT_ACCEPTED)
    if any(not isinstance(about.get(name), str) for name in wanted):
        raise Refused(NOT_ACCEPTED)
    if settings.IOM_ENV == "production" and any(not about[name].startswith("https://") for name in wanted):
        raise Refused(NOT_ACCEPTED)
    return about


def _json(url: str) -> Any:
    try:
        answer = requests.get(url, timeout=settings.OIDC_TIMEOUT_SECONDS, allow_redirects=False)
        if answer.status_code != 200 or len(answer.content) > LARGEST_ANSWER:
            raise Refused(DOWN)
        return answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Refused(DOWN) from error

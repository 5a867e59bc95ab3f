"""Single sign-on with an agency's own account, and sign-in links."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.accounts.models import User
from iom.audit.services import record
from iom.kernel import clock, step_up
from iom.kernel.doors import carried_out
from iom.kernel.errors import NotFound, Refused
from iom.signin import kept
from iom.signin.audit import (
    CONFIRMED,
    INVITATION_USED,
    LINKED,
    NOT_CONFIRMED,
    PROVIDER_REFUSED,
    SUBJECT_UNKNOWN,
)
from iom.signin.doors import Visitor, runs_as_session
from iom.signin.forms import NewPasswordForm
from iom.signin.rules import PENDING_MINUTES, provider_is_enough
from iom.signin.services import invitations, oidc, sessions
from iom.signin.views import pending

MEMORY = "sso"


@runs_as_session
@login_not_required
@require_safe
def provider_start(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Off to the agency's own sign-in."""
    return _off(request, provider_id)


def _off(request: HttpRequest, provider_id: int, invitation: int | None = None) -> HttpResponse:
    now = clock.now()
    provider = oidc.provider_on(provider_id, on=clock.today())
    try:
        begun = oidc.start(provider, back=_back(request), at=now)
    except Refused as refused:
        return _refused(request, provider.agency.name, refused.sentence)
    request.session[MEMORY] = {
        **begun.memory,
        "next": kept.own_page(request.GET.get("next"), request),
        "kept": request.session.pop("waiting", ""),
        "invitation": invitation,
    }
    return redirect(begun.url)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("signin:provider_back"))


@require_safe
def confirm_start(request: HttpRequest) -> HttpResponse:
    """Off to the agency to show there once more who one is, for people who have no password here."""
    now = clock.now()
    provider_id = oidc.provider_of(request.actor.user_id, on=clock.today())  # type: ignore[attr-defined]
    if provider_id is None:
        raise NotFound
    provider = oidc.provider_on(provider_id, on=clock.today())
    begun = oidc.start(provider, back=_back(request), at=now, anew=True)
    request.session[MEMORY] = {
        **begun.memory,
        "next": kept.own_page(request.GET.get("next"), request),
        "confirms": request.actor.user_id,  # type: ignore[attr-defined]
        "invitation": None,
    }
    return redirect(begun.url)


@runs_as_session
@login_not_required
@require_safe
def provider_back(request: HttpRequest) -> HttpResponse:
    """Back from the agency: judge its answer, find the person, go on as after a password."""
    now, memory = clock.now(), request.session.pop(MEMORY, None)
    if not memory or now.timestamp() - memory["at"] > PENDING_MINUTES * 60:
        return pending.back_to_start()
    provider = oidc.provider_on(memory["provider"], on=clock.today())
    try:
        account = oidc.account_of(provider, request.GET.dict(), memory, back=_back(request), at=now)
        if memory["invitation"]:
            _link(memory["invitation"], account)
    except Refused as refused:
        return _refused(request, provider.agency.name, refused.sentence)
    user = oidc.user_of(account, on=clock.today())
    if memory.get("confirms"):
        return _confirmed(request, account, user, memory)
    if user is None:
        record(
            SUBJECT_UNKNOWN,
            by=Visitor(None, provider.agency.name),
            kind="sign_in",
            detail={"issuer": account.issuer, "subject": account.subject},
        )
        return _page(request, oidc.NO_LINK)
    roles = sessions.roles_today(user.pk, on=clock.today())
    enough = provider.checks_second_factor and provider_is_enough(
        account.methods, roles=roles, key_roles=settings.SECURITY_KEY_ROLES
    )
    return pending.start(
        request,
        user,
        way="sso",
        after=memory["next"],
        waiting=memory["kept"],
        passed="provider" if enough else "",
        just_now=account.shown_just_now(at=now),
    )


def _confirmed(
    request: HttpRequest, account: oidc.Account, user: User | None, memory: dict[str, Any]
) -> HttpResponse:
    """The same person, in the same session, showed the agency just now who they are; anything else is refused."""
    now, here = clock.now(), request.user
    fresh = account.shown_just_now(at=now)
    same = user is not None and here.is_authenticated and here.pk == user.pk == memory["confirms"]
    record(
        CONFIRMED if same and fresh else NOT_CONFIRMED,
        by=Visitor(user, user.name if user else account.provider.agency.name),
        kind="sign_in",
        detail={"way": "sso"},
    )
    if not (same and fresh):
        return _page(request, oidc.NOT_ACCEPTED)
    request.session.cycle_key()
    step_up.confirm(request.session, at=now)
    return redirect(memory["next"])


def _link(invitation_id: int, account: oidc.Account) -> None:
    now = clock.now()
    found = invitations.invitation_to_link(invitation_id, provider_id=account.provider.pk, at=now)
    oidc.link(account, found.user_id, at=now)
    invitations.use_up(found, at=now)
    record(LINKED, by=Visitor(found.user, found.user.name), kind="sign_in", detail={"issuer": account.issuer})


def _refused(request: HttpRequest, name: str, sentence: str) -> HttpResponse:
    record(PROVIDER_REFUSED, by=Visitor(None, name), kind="sign_in", detail={"why": sentence})
    return _page(request, sentence)


def _page(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "signin/refused.html", {"sentence": sentence}, status=403)


@runs_as_session
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A sign-in link: choose a password, or sign in at the agency so that its account is linked."""
    now = clock.now()
    try:
        found = invitations.invitation_of(token, at=now)
    except NotFound:
        return render(request, "signin/link_gone.html", status=404)
    if found.purpose == "link" and found.provider_id:
        if request.GET.get("go"):
            return _off(request, found.provider_id, found.pk)
        return render(request, "signin/link_account.html", {"name": found.user.name})
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["new_password"]
        if carried_out(form, lambda: invitations.take_up(found, password=chosen, at=now)):
            record(INVITATION_USED, by=Visitor(found.user, found.user.name), kind="sign_in")
            request.session.flush()
            return pending.start(request, found.user, way="invitation", after="/")
    return render(request, "signin/join.html", {"form": form, "found": found})

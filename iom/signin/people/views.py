"""Joiners, movers and leavers: administrators ask, another administrator signs."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iom.accounts.rules import Power
from iom.accounts.sealing import seal
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.errors import NotFound
from iom.kernel.forms import GovukForm
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from iom.signin.people import selectors
from iom.signin.people.forms import (
    EndForm,
    JoinForm,
    LinkForm,
    PeopleFilterForm,
    PlaceForm,
    ProviderForm,
    ReasonForm,
)
from iom.signin.people.rules import DRAWN_WITHIN, STANDING_LABELS, Act
from iom.signin.people.services import ask_for, draw_link
from iom.signin.services.oidc import secret_purpose

GET_POST = ["GET", "HEAD", "POST"]
SENT = "Another administrator has been asked to sign. Nothing changes until then."


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    places = [("People and sign-ins", reverse("signin:people")), *more]
    return [{"label": label, "url": url} for label, url in places]


def _actor(request: HttpRequest) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.KEEP_USERS)
    return actor


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who may sign in."""
    actor, at = _actor(request), clock.now()
    form = PeopleFilterForm(request.GET or None)
    given = {k: v for k, v in form.cleaned_data.items() if v} if form.is_bound and form.is_valid() else {}
    page = page_of(selectors.found(actor, on=clock.today(), at=at, **given), request.GET.get("page"))
    context = {
        "filters": form,
        "page": page,
        "rows": [selectors.row_of(user, at=at) for user in page.rows],
        "labels": STANDING_LABELS,
        "dormant_days": settings.DORMANT_DAYS,
    }
    return render(request, "signin/people.html", context)


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: their memberships, how they sign in, and what can be asked for."""
    actor, at = _actor(request), clock.now()
    user = selectors.one(actor, user_id, on=clock.today())
    context = {
        "row": selectors.row_of(user, at=at),
        "label": STANDING_LABELS[selectors.row_of(user, at=at).standing],
        "memberships": selectors.memberships_of(user_id),
        "today": clock.today(),
        "visits": selectors.visits_of(user_id),
        "invitations": selectors.invitations_of(user_id),
        "is_self": user_id == actor.user_id,
        "user_id": actor.user_id,
        "now": at,
        "drawn_from": at - DRAWN_WITHIN,
        "crumbs": _crumbs(),
        "has_providers": bool(selectors.provider_choices(on=clock.today())),
    }
    return render(request, "signin/person.html", context)


def _ask(
    request: HttpRequest,
    form: GovukForm,
    act: Act,
    *,
    heading: str,
    back: str,
    said: Callable[[dict[str, Any]], dict[str, Any]],
    intro: str = "",
    after: dict[str, Any] | None = None,
) -> HttpResponse:
    """The one way in which these pages ask: a form with a reason, sent to another administrator."""
    actor = _actor(request)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        payload = {k: v.isoformat() if isinstance(v, date) else v for k, v in said(given).items()}
        if carried_out(form, lambda: ask_for(act, by=actor, at=clock.now(), reason=reason, **payload)):
            messages.success(request, SENT)
            return redirect(back)
    context = {
        "heading": heading,
        "form": form,
        "submit_label": "Ask for a second signature",
        "back_url": back,
        "intro": intro,
        **(after or {}),
    }
    return render(request, "signin/user_admin.html", context)


@require_http_methods(GET_POST)
@step_up("user_admin")
def invite(request: HttpRequest) -> HttpResponse:
    """A joiner."""
    _actor(request)
    return _ask(
        request,
        JoinForm(request.POST or None, initial={"starts_on": clock.today()}),
        Act.JOIN,
        heading="Invite a person",
        back=reverse("signin:people"),
        said=lambda given: given,
        intro="When another administrator has signed, you draw a sign-in link on the person's page.",
    )


@require_http_methods(GET_POST)
@step_up("user_admin")
def join_team(request: HttpRequest, user_id: int, membership_id: int) -> HttpResponse:
    """A mover: one membership ends, another begins the same day."""
    user, row = _membership(request, user_id, membership_id)
    return _ask(
        request,
        PlaceForm(
            request.POST or None, initial={"starts_on": clock.today(), "team": row.team_id, "role": row.role}
        ),
        Act.MOVE,
        heading=f"Change the team or role of {user.name}",
        back=reverse("signin:person", args=[user_id]),
        said=lambda given: {"user": user_id, "membership": membership_id, **given},
        intro=f"Now: {row.get_role_display()}, {row.team.name}, {row.team.agency.name}.",
        after=_numbers(user_id),
    )


@require_http_methods(GET_POST)
@step_up("user_admin")
def end(request: HttpRequest, user_id: int, membership_id: int) -> HttpResponse:
    """A leaver: the membership ends; the session of whoever acts in it ends with it."""
    user, row = _membership(request, user_id, membership_id)
    return _ask(
        request,
        EndForm(request.POST or None, initial={"ends_on": clock.today()}),
        Act.END,
        heading=f"End a membership of {user.name}",
        back=reverse("signin:person", args=[user_id]),
        said=lambda given: {"user": user_id, "membership": membership_id, **given},
        intro=f"{row.get_role_display()}, {row.team.name}, {row.team.agency.name}.",
        after=_numbers(user_id),
    )


def _membership(request: HttpRequest, user_id: int, membership_id: int) -> tuple[Any, Any]:
    user = selectors.one(_actor(request), user_id, on=clock.today())
    row = next((m for m in selectors.memberships_of(user_id) if m.pk == membership_id), None)
    if row is None or (row.ends_on and row.ends_on <= clock.today()):
        raise NotFound
    return user, row


def _numbers(user_id: int) -> dict[str, Any]:
    return {"numbers": selectors.counted(selectors.needs_new_owner(user_id))}


_WITH_REASON = {
    "renew": (
        Act.RENEW,
        "Issue a new sign-in link for {}",
        "The password and second factors of now stop working when the link is used.",
    ),
    "close": (
        Act.CLOSE,
        "Close the sign-in of {}",
        "Every membership ends today and the session ends at once.",
    ),
    "reopen": (
        Act.REOPEN,
        "Open the sign-in of {} again",
        "Memberships do not come back: add one when the sign-in is open.",
    ),
}


@require_http_methods(GET_POST)
@step_up("user_admin")
def with_reason(request: HttpRequest, user_id: int, act: str) -> HttpResponse:
    """A new sign-in link, closing a sign-in, opening it again."""
    user = selectors.one(_actor(request), user_id, on=clock.today())
    if act not in _WITH_REASON:
        raise NotFound
    what, heading, intro = _WITH_REASON[act]
    return _ask(
        request,
        ReasonForm(request.POST or None),
        what,
        heading=heading.format(user.name),
        back=reverse("signin:person", args=[user_id]),
        said=lambda given: {"user": user_id},
        intro=intro,
        after=_numbers(user_id) if what is Act.CLOSE else None,
    )


@require_http_methods(GET_POST)
@step_up("user_admin")
def add_membership(request: HttpRequest, user_id: int) -> HttpResponse:
    """One more role in a team."""
    user = selectors.one(_actor(request), user_id, on=clock.today())
    return _ask(
        request,
        PlaceForm(request.POST or None, initial={"starts_on": clock.today()}),
        Act.ADD,
        heading=f"Add a membership for {user.name}",
        back=reverse("signin:person", args=[user_id]),
        said=lambda given: {"user": user_id, **given},
    )


@require_http_methods(GET_POST)
@step_up("user_admin")
def link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a person sign in with their agency's account."""
    user = selectors.one(_actor(request), user_id, on=clock.today())
    return _ask(
        request,
        LinkForm(request.POST or None, providers=selectors.provider_choices(on=clock.today())),
        Act.LINK,
        heading=f"Link an agency's account to {user.name}",
        back=reverse("signin:person", args=[user_id]),
        said=lambda given: {"user": user_id, **given},
        intro="The person opens a link once and signs in at the agency; from then on that account is theirs here.",
    )


@require_POST
@step_up("user_admin")
def draw(request: HttpRequest, user_id: int, invitation_id: int) -> HttpResponse:
    """The link, shown once to the administrator who asked for it."""
    actor = _actor(request)
    user = selectors.one(actor, user_id, on=clock.today())
    token = draw_link(invitation_id, by=actor, at=clock.now())
    address = request.build_absolute_uri(reverse("signin:invitation", args=[token]))
    context = {
        "address": address,
        "name": user.name,
        "hours": settings.INVITATION_HOURS,
        "crumbs": _crumbs((user.name, reverse("signin:person", args=[user_id]))),
    }
    return render(request, "signin/link.html", context)


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """The agencies whose people sign in with their own accounts."""
    context = {"providers": selectors.providers(_actor(request)), "today": clock.today(), "crumbs": _crumbs()}
    return render(request, "signin/providers.html", context)


@require_http_methods(GET_POST)
@step_up("user_admin")
def provider(request: HttpRequest, provider_id: int = 0) -> HttpResponse:
    """Add or change an agency's single sign-on."""
    now = selectors.provider(_actor(request), provider_id) if provider_id else None
    form = ProviderForm(
        request.POST or None,
        initial=now or {"starts_on": clock.today()},
        plain_http=settings.IOM_ENV != "production",
    )
    return _ask(
        request,
        form,
        Act.PROVIDER,
        heading="Change an agency's single sign-on" if now else "Add an agency's single sign-on",
        back=reverse("signin:providers"),
        said=lambda given: _sealed(given, provider_id),
    )


def _sealed(given: dict[str, Any], provider_id: int) -> dict[str, Any]:
    """The secret leaves the form encrypted: the request for a signature is read by others."""
    secret = given.pop("client_secret")
    if secret:
        purpose = secret_purpose(given["issuer"], given["client_id"])
        given["client_secret"] = seal(secret, purpose=purpose)
    return {**given, **({"provider": provider_id} if provider_id else {})}

"""What administrators keep about feeds: how often files are expected, and which systems may post them (INT-1)."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.scope import as_service
from iom.accounts.rules import Power
from iom.feeds import registry, selectors
from iom.feeds.forms import EndSenderForm, RhythmForm, SenderForm
from iom.feeds.services import end_sender, make_sender, set_rhythm
from iom.feeds.views.files import actor_of, crumbs
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up

GET_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_POST)
def rhythm(request: HttpRequest, feed: str) -> HttpResponse:
    """Say how often files of a feed are expected."""
    actor = actor_of(request)
    actor.require(Power.LOAD_FEEDS)
    kind = registry.find(feed)
    now = next(line for line in selectors.freshness(at=clock.now()) if line.kind == kind.name)
    form = RhythmForm(request.POST or None, initial={"every_hours": now.every_hours})
    if request.method == "POST" and form.is_valid():
        act = partial(set_rhythm, kind.name, by=actor, at=clock.now(), **form.cleaned_data)
        if carried_out(form, act):
            messages.success(request, f"The rhythm of {kind.title.lower()} was set.")
            return redirect("feeds:file_list")
    context = {
        "heading": f"How often do files of {kind.title.lower()} come?",
        "form": form,
        "intro": now.said,
        "submit_label": "Set the rhythm",
        "back_url": reverse("feeds:file_list"),
        "cancel_url": reverse("feeds:file_list"),
    }
    return render(request, "components/form_page.html", context)


@require_safe
def senders(request: HttpRequest) -> HttpResponse:
    """The systems that hold a key to post files."""
    rows = selectors.senders(actor_of(request))
    titles = {kind.name: kind.title for kind in registry.kinds()}
    page = page_of(rows, request.GET.get("page"))
    today = clock.today()
    lines = [
        {
            "sender": row,
            "feeds": ", ".join(titles.get(kind, kind) for kind in row.kinds),
            "state": "ended" if row.ended_at or row.expires_on < today else "in_force",
        }
        for row in page.rows
    ]
    return render(request, "feeds/senders.html", {"page": page, "lines": lines, "crumbs": crumbs()})


@require_http_methods(GET_POST)
@step_up("user_admin")
def new_sender(request: HttpRequest) -> HttpResponse:
    """Give a system a key; the answer shows it once."""
    actor = actor_of(request)
    selectors.senders(actor)
    form = SenderForm(request.POST or None)
    made: list[tuple[object, str]] = []
    if request.method == "POST" and form.is_valid():
        today, now = clock.today(), clock.now()
        with as_service():
            done = carried_out(
                form, lambda: made.append(make_sender(by=actor, at=now, on=today, **form.cleaned_data))
            )
        if done:
            sender, key = made[0]
            context = {"sender": sender, "key": key, "crumbs": crumbs()}
            return render(request, "feeds/sender_key.html", context)
    context = {
        "heading": "Give a system a key",
        "form": form,
        "intro": "The system posts files with the key and can read nothing but what became of them.",
        "submit_label": "Make the key",
        "back_url": reverse("feeds:senders"),
        "cancel_url": reverse("feeds:senders"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(GET_POST)
@step_up("user_admin")
def end(request: HttpRequest, sender_id: int) -> HttpResponse:
    """End a system's key."""
    actor = actor_of(request)
    sender = selectors.one_sender(actor, sender_id)
    form = EndSenderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(end_sender, sender.pk, by=actor, at=clock.now(), **form.cleaned_data)
        with as_service():
            done = carried_out(form, act)
        if done:
            messages.success(request, f"The key of {sender.name} was ended.")
            return redirect("feeds:senders")
    context = {
        "heading": f"End the key of {sender.name}",
        "form": form,
        "submit_label": "End the key",
        "back_url": reverse("feeds:senders"),
        "cancel_url": reverse("feeds:senders"),
    }
    return render(request, "components/form_page.html", context)

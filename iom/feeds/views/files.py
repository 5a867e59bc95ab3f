"""How fresh each feed is, what became of each file, and the rows to be mended (INT-1)."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.access.scope import as_service
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.feeds import registry, selectors, store
from iom.feeds.forms import AgainForm, UploadForm
from iom.feeds.rules import FileStatus, Source
from iom.feeds.services import Incoming, Received, load_again, receive
from iom.feeds.tasks import prompt
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def crumbs() -> list[dict[str, str]]:
    return [{"label": "Feeds", "url": reverse("feeds:file_list")}]


@require_safe
def file_list(request: HttpRequest) -> HttpResponse:
    """Freshness of each feed, and the files received, newest first."""
    actor = actor_of(request)
    received = selectors.files(actor)
    fresh = selectors.freshness(at=clock.now())
    context = {
        "page": page_of(received, request.GET.get("page")),
        "freshness": fresh,
        "overdue": [line for line in fresh if line.is_overdue],
        "may_load": actor.may(Power.LOAD_FEEDS),
        "may_keep": actor.may(Power.LOAD_FEEDS) and actor.may(Power.KEEP_USERS),
        "folder": settings.FEED_INBOX_DIR if actor.may(Power.LOAD_FEEDS) else "",
    }
    return render(request, "feeds/file_list.html", context)


@require_safe
def file_detail(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: how far it has come, its counts, and each rejected row with its reasons."""
    actor = actor_of(request)
    file = selectors.one_file(actor, file_id)
    look(request, subjects=[], what="rejected rows of a feed")
    may_load = actor.may(Power.LOAD_FEEDS)
    context = {
        "file": file,
        "feed": registry.title_of(file.kind),
        "is_waiting": file.status == FileStatus.WAITING,
        "progress": selectors.progress_of(file),
        "page": page_of(selectors.reject_rows(actor, file_id), request.GET.get("page"), 50),
        "may_download": selectors.may_see_rows(actor),
        "may_load": may_load,
        "may_try_again": may_load
        and file.is_stored
        and file.status in {FileStatus.PARKED, FileStatus.BROKEN},
        "is_parked": file.status == FileStatus.PARKED,
        "crumbs": crumbs(),
    }
    return render(request, "feeds/file_detail.html", context)


@require_safe
@step_up("export")
def rejects(request: HttpRequest, file_id: int) -> HttpResponse:
    """The rejected rows as CSV, to be mended and sent again; they hold people of every district."""
    file = selectors.one_file(actor_of(request), file_id, with_rows=True)
    look(request, subjects=[], kind="export", what="rejected rows of a feed")
    body = "".join(selectors.rejects_csv(file.pk, file.kind))
    return HttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.kind}-rejects-{file.pk}.csv"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Send a file; the workers load it by the same import as on the server."""
    actor_of(request).require(Power.LOAD_FEEDS)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        received = _receive(request, form)
        if received.is_new:
            transaction.on_commit(prompt)
            messages.success(request, "The file was received. It is loaded in a moment.")
        elif received.file.status == FileStatus.LOADED:
            messages.success(request, "This file was loaded before: nothing changed.")
        return redirect("feeds:file_detail", received.file.pk)
    context = {
        "heading": "Send a file",
        "form": form,
        "submit_label": "Send the file",
        "back_url": reverse("feeds:file_list"),
        "cancel_url": reverse("feeds:file_list"),
        "upload": True,
    }
    return render(request, "components/form_page.html", context)


def _receive(request: HttpRequest, form: UploadForm) -> Received:
    typed = form.cleaned_data
    sent = typed["file"]
    limit = settings.FEED_FILE_LIMIT_BYTES
    with store.incoming(sent.chunks(), limit_bytes=limit) as (part, digest, size), as_service():
        return receive(
            Incoming(typed["kind"], sent.name, part, digest, size),
            by=actor_of(request),
            at=clock.now(),
            source=Source.PAGE,
            accept_rejects=typed["accept_rejects"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, file_id: int) -> HttpResponse:
    """Let a parked or broken file be tried again, for a reason."""
    actor = actor_of(request)
    actor.require(Power.LOAD_FEEDS)
    file = selectors.one_file(actor, file_id)
    back = reverse("feeds:file_detail", args=[file.pk])
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(load_again, file.pk, by=actor, at=clock.now(), **form.cleaned_data)
        with as_service():
            done = carried_out(form, act)
        if done:
            transaction.on_commit(prompt)
            messages.success(request, "The file is loaded again in a moment.")
            return redirect(back)
    is_parked = file.status == FileStatus.PARKED
    context = {
        "heading": f"Load {file.name} again",
        "form": form,
        "submit_label": "Load the good rows" if is_parked else "Try again",
        "intro": f"{file.rejected:,} of {file.read:,} rows are rejected. The other rows are loaded, these stay out."
        if is_parked
        else file.problem,
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "components/form_page.html", context)

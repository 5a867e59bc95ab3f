"""The pages of the feeds: how fresh each is, what became of each file, and the rows to be mended (INT-1)."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.access.scope import as_service
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.feeds import selectors
from iom.feeds.forms import UploadForm
from iom.feeds.rules import ALREADY_LOADED, FileStatus
from iom.feeds.services import Outcome, import_file
from iom.kernel import clock
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_safe
def file_list(request: HttpRequest) -> HttpResponse:
    """Freshness of each feed, and the files received, newest first."""
    actor = _actor(request)
    context = {
        "page": page_of(selectors.files(actor), request.GET.get("page")),
        "freshness": selectors.freshness(),
        "may_load": actor.may(Power.LOAD_FEEDS),
    }
    return render(request, "feeds/file_list.html", context)


@require_safe
def file_detail(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: its counts, and each rejected row with its reasons."""
    file = selectors.one_file(_actor(request), file_id)
    look(request, subjects=[], what="rejected rows of a feed")
    context = {
        "file": file,
        "page": page_of(selectors.reject_rows(_actor(request), file_id), request.GET.get("page"), 50),
        "may_download": selectors.may_see_rows(_actor(request)),
        "crumbs": [{"label": "Feeds", "url": reverse("feeds:file_list")}],
    }
    return render(request, "feeds/file_detail.html", context)


@require_safe
@step_up("export")
def rejects(request: HttpRequest, file_id: int) -> HttpResponse:
    """The rejected rows as CSV, to be mended and sent again; they hold people of every district."""
    file = selectors.one_file(_actor(request), file_id, with_rows=True)
    look(request, subjects=[], kind="export", what="rejected rows of a feed")
    body = "".join(selectors.rejects_csv(file.pk, file.kind))
    return HttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.kind}-rejects-{file.pk}.csv"'},
    )


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Send a file; it is loaded at once by the same import as on the server."""
    _actor(request).require(Power.LOAD_FEEDS)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        outcome = _load(request, form)
        if outcome.file_id is not None:
            level = messages.SUCCESS if outcome.is_good else messages.WARNING
            messages.add_message(request, level, _said(outcome))
            return redirect("feeds:file_detail", outcome.file_id)
        form.add_error("file", outcome.problem)
    context = {
        "heading": "Send a file",
        "form": form,
        "submit_label": "Load the file",
        "back_url": reverse("feeds:file_list"),
        "cancel_url": reverse("feeds:file_list"),
        "upload": True,
    }
    return render(request, "components/form_page.html", context)


def _load(request: HttpRequest, form: UploadForm) -> Outcome:
    sent = form.cleaned_data["file"]
    with tempfile.NamedTemporaryFile(suffix=".csv") as copy:
        for block in sent.chunks():
            copy.write(block)
        copy.flush()
        with as_service():
            return import_file(
                form.cleaned_data["kind"],
                Path(copy.name),
                by=_actor(request),
                at=clock.now(),
                on=clock.today(),
                name=sent.name[:255],
                accept_rejects=form.cleaned_data["accept_rejects"],
            )


def _said(outcome: Outcome) -> str:
    if outcome.status == ALREADY_LOADED:
        return "This file was loaded before: nothing changed."
    if outcome.status == FileStatus.LOADED:
        return (
            f"Loaded: {outcome.inserted:,} new, {outcome.updated:,} changed, {outcome.rejected:,} rejected."
        )
    return outcome.problem

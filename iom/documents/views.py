"""Documents in the browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iom.access.actor import Actor
from iom.access.scoped import shown
from iom.accounts.rules import Power
from iom.agencies.models import Agency
from iom.audit.services import look
from iom.documents import selectors, services
from iom.documents.answers import DocumentSerializer, shown_one
from iom.documents.downloads import sent_as_file
from iom.documents.forms import AudienceForm, DocumentFilterForm, DocumentForm, FileForm, ReasonForm
from iom.documents.models import Document
from iom.documents.permissions import access_document, may_file_under, may_keep
from iom.documents.rules import AboutKind, ScanState
from iom.documents.tasks import wake
from iom.kernel import clock
from iom.kernel.compartments import Compartment
from iom.kernel.doors import carried_out
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from iom.kernel.uploads import was_too_large
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.sections import person_page

CHOOSE_AGAIN = "Choose the file again: browsers do not keep it."


def reader(request: HttpRequest, power: Power = Power.SEE_DOCUMENTS) -> Actor:
    """The actor, if the role has the power."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(power)
    return actor


def _context(actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "on": clock.today()}


@require_safe
def person_documents(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """The documents on a person's record that the reader may see, latest first."""
    actor = reader(request)
    today = clock.today()
    person = access_person(actor, nominal_ref)
    form = DocumentFilterForm(request.GET or None)
    kind = form.cleaned_data["kind"] if form.is_bound and form.is_valid() else ""
    about = _about(request.GET.get("about", ""))
    page = page_of(selectors.documents_of(actor, person.pk, kind=kind, about=about), request.GET.get("page"))
    look(request, subjects=[person.pk], what="documents of a person")
    context = person_page(actor, person, "documents", on=today) | {
        "filters": form,
        "page": page,
        "documents": shown(DocumentSerializer, page.rows, actor=actor, on=today),
        "about": "{}:{}".format(*about) if about else "",
        "may_add": actor.may(Power.HANDLE_DOCUMENTS),
        "may_open": actor.may(Power.OPEN_DOCUMENTS),
    }
    return render(request, "documents/person_documents.html", context)


def _about(text: str) -> tuple[AboutKind, int] | None:
    """What the list is limited to: `case:12`, `meeting:4`."""
    kind, _, number = text.partition(":")
    known = (
        kind in {one.value for one in AboutKind}
        and number.isascii()
        and number.isdigit()
        and len(number) < 19
    )
    return (AboutKind(kind), int(number)) if known else None


@require_http_methods(["GET", "POST"])
def document_add(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Upload a document to a person's record."""
    actor = reader(request, Power.HANDLE_DOCUMENTS)
    person = access_person(actor, nominal_ref)
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        compartments=may_file_under(actor, person.pk),
        agencies=_agencies(actor, person),
        too_large=was_too_large(request),
    )
    made: list[Document] = []

    def act() -> None:
        made.append(
            services.add_document(
                nominal_ref,
                _sent(form),
                _given(form, _about(request.GET.get("about", ""))),
                by=actor,
                at=clock.now(),
            )
        )

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        return _taken(request, made[0])
    look(request, subjects=[person.pk], what="uploading a document")
    back = reverse("documents:person_documents", args=[nominal_ref])
    return _upload_page(request, form, f"Upload a document about {person.full_name}", back)


def _agencies(actor: Actor, person: Person) -> list[Agency]:
    """Agencies that could be named under at least one compartment; the service asks for the one that was chosen."""
    found: dict[int, Agency] = {}
    for compartment in may_file_under(actor, person.pk):
        found |= {one.pk: one for one in selectors.agencies_to_name(actor, person.pk, compartment)}
    return sorted(found.values(), key=lambda agency: agency.name)


def _sent(form: FileForm) -> services.Sent:
    file = form.cleaned_data["file"]
    return services.Sent(Path(file.temporary_file_path()), file.name)


def _given(form: DocumentForm, about: tuple[AboutKind, int] | None) -> services.Given:
    given = form.cleaned_data
    return services.Given(
        type=given["type"],
        title=given["title"],
        marking=given["marking"],
        compartment=given["compartment"],
        handling=given["handling"],
        audience=tuple(int(pk) for pk in given.get("audience", ())),
        about=about,
    )


def _taken(request: HttpRequest, document: Document) -> HttpResponse:
    transaction.on_commit(wake)
    messages.success(request, "The document was uploaded. It can be downloaded once it has been checked.")
    return redirect("documents:document", pk=document.pk)


def _upload_page(request: HttpRequest, form: FileForm, heading: str, back: str) -> HttpResponse:
    """The form with everything that was typed; a file that was chosen is gone, and the page says so."""
    if form.errors and "file" not in form.errors:
        form.add_error("file", CHOOSE_AGAIN)
    context = {
        "heading": heading,
        "form": form,
        "submit_label": "Upload",
        "back_url": back,
        "cancel_url": back,
        "upload": True,
    }
    return render(request, "documents/upload.html", context)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one document, its versions, and what may be done with it."""
    actor = reader(request)
    found = access_document(actor, pk)
    look(request, subjects=[found.person_id], what="document")
    keeps = may_keep(actor, found)
    is_open = not found.withdrawn_at and not found.disposed_at
    newer = getattr(found, "newer", None)
    context = person_page(actor, found.person, "documents", on=clock.today()) | {
        "document": shown_one(found, _context(actor)),
        "versions": shown(
            DocumentSerializer, selectors.versions_of(actor, found), actor=actor, on=clock.today()
        ),
        "audience": selectors.audience_of(actor, found),
        "tells_audience": keeps or not actor.may(Power.OPEN_DOCUMENTS),
        "may_open": actor.may(Power.OPEN_DOCUMENTS),
        "may_withdraw": keeps and is_open,
        "may_follow": keeps and is_open and newer is None,
        "may_check_again": keeps and found.scan_state == ScanState.FAILED and not found.disposed_at,
        "crumbs": [
            {
                "label": "Documents",
                "url": reverse("documents:person_documents", args=[found.person.nominal_ref]),
            }
        ],
    }
    return render(request, "documents/document.html", context)


@step_up("export")  # type: ignore[arg-type]
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download an OFFICIAL document; a sensitive one asks for a reason first."""
    actor = reader(request, Power.OPEN_DOCUMENTS)
    if services.needs_reason(access_document(actor, pk)):
        return redirect("documents:download_sensitive", pk=pk)
    return sent_as_file(services.open_document(pk, by=actor, at=clock.now()))


@step_up("export")  # type: ignore[arg-type]
@require_http_methods(["GET", "POST"])
def download_sensitive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say why an OFFICIAL-SENSITIVE document is taken out, and download it; a closed one asks nothing."""
    actor = reader(request, Power.OPEN_DOCUMENTS)
    found = access_document(actor, pk)
    services.require_open(found)
    form = ReasonForm(request.POST or None)
    opened: list[services.Opened] = []

    def act() -> None:
        reason = form.cleaned_data["reason"]
        opened.append(services.open_document(pk, reason=reason, by=actor, at=clock.now()))

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        return sent_as_file(opened[0])
    look(request, subjects=[found.person_id], what="document")
    back = reverse("documents:document", args=[pk])
    context = {
        "heading": f"Download “{found}”",
        "form": form,
        "intro": f"This document is {found.get_marking_display()}. Your name, the time and the reason are recorded.",
        "handling": found.handling,
        "submit_label": "Download",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "documents/reason.html", context)


def _form_page(
    request: HttpRequest,
    pk: int,
    form: Any,
    act: Callable[[Actor], object],
    *,
    words: tuple[str, str, str],
    intro: str = "",
) -> HttpResponse:
    """One question about one document: `words` are heading, button and what is said afterwards."""
    actor = reader(request, Power.HANDLE_DOCUMENTS)
    found = access_document(actor, pk, keep=True)
    heading, button, done = words
    back = reverse("documents:document", args=[pk])
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: act(actor)):
        messages.success(request, done)
        return redirect(back)
    look(request, subjects=[found.person_id], what="document")
    context = {"heading": f"{heading}: {found}", "form": form, "submit_label": button, "intro": intro}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a document, with the reason."""
    form = ReasonForm(request.POST or None)

    def act(actor: Actor) -> None:
        services.withdraw(pk, reason=form.cleaned_data["reason"], by=actor, at=clock.now())

    words = ("Withdraw a document", "Withdraw", "The document was withdrawn.")
    return _form_page(
        request, pk, form, act, words=words, intro="Nobody can download it any more, from now on."
    )


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which other agencies read a document."""
    actor = reader(request, Power.HANDLE_DOCUMENTS)
    found = access_document(actor, pk, keep=True)
    named = selectors.audience_of(actor, found)
    allowed = selectors.agencies_to_name(actor, found.person_id, Compartment(found.compartment))
    choices = sorted({one.pk: one for one in [*named, *allowed]}.values(), key=lambda one: one.name)
    form = AudienceForm(
        request.POST or None, agencies=choices, initial={"audience": [one.pk for one in named]}
    )

    def act(by: Actor) -> None:
        chosen = [int(one) for one in form.cleaned_data["audience"]]
        services.set_audience(pk, chosen, by=by, at=clock.now())

    words = ("Who else may read", "Save", "It is recorded which agencies may read the document.")
    intro = "" if choices else "No other agency can be named on a document about this."
    return _form_page(request, pk, form, act, words=words, intro=intro)


@require_http_methods(["GET", "POST"])
def version_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a new version of a document."""
    actor = reader(request, Power.HANDLE_DOCUMENTS)
    found = access_document(actor, pk, keep=True)
    form = FileForm(request.POST or None, request.FILES or None, too_large=was_too_large(request))
    made: list[Document] = []

    def act() -> None:
        made.append(services.add_version(pk, _sent(form), by=actor, at=clock.now()))

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        return _taken(request, made[0])
    look(request, subjects=[found.person_id], what="document")
    back = reverse("documents:document", args=[pk])
    return _upload_page(request, form, f"Upload a new version: {found}", back)


@require_POST
def check_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a document checked for viruses once more."""
    services.check_again(pk, by=reader(request, Power.HANDLE_DOCUMENTS), at=clock.now())
    transaction.on_commit(wake)
    messages.success(request, "The document will be checked again.")
    return redirect("documents:document", pk=pk)


@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    """What the reader uploaded that waits, was refused or could not be checked."""
    actor = reader(request, Power.HANDLE_DOCUMENTS)
    page = page_of(selectors.uploads_of(actor), request.GET.get("page"))
    look(request, subjects=[one.person_id for one in page.rows], what="own uploads")
    lines = shown(DocumentSerializer, page.rows, actor=actor, on=clock.today())
    people = [one.person for one in page.rows]
    context = {"page": page, "lines": list(zip(lines, people, strict=True))}
    return render(request, "documents/uploads.html", context)


@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """How much room each agency's documents take; no names."""
    reader(request, Power.ADMINISTER)
    return render(request, "documents/room.html", {"lines": selectors.room_lines()})

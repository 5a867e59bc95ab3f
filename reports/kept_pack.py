"""A record pack made to be given away: kept as a document on the record, and disclosed as one by two people (SHR-2).

It holds less than the pack that somebody prints for themselves: no police identifiers, no intelligence, nothing of
victims, no agency's notes, no alerts, and not where a child lives, for it may go to any agency.
"""

import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from iom.access.actor import Actor
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.audit.services import look, record
from iom.documents.models import Document
from iom.documents.permissions import may_file_under
from iom.documents.rules import DocumentType, Marking
from iom.documents.services import Given, Sent, add_document
from iom.kernel import clock
from iom.kernel.compartments import Compartment
from iom.kernel.doors import carried_out
from iom.kernel.errors import Invalid
from iom.kernel.step_up import step_up
from iom.persons.api import PersonSerializer
from iom.persons.models import Person
from iom.persons.permissions import access_person, require_more_than_opened
from iom.records.forms import ReasonForm
from iom.records.permissions import open_kinds
from reports.audit import PACK_KEPT
from reports.pdf import render_pdf
from reports.record_pack import IDENTITY, contents

# What a pack that is given away may hold besides who it is about: the section, and the compartment it is filed under.
PARTS: Mapping[str, Compartment] = {
    "identity": Compartment.CORE,
    "young-person": Compartment.YOUTH,
    "tactics": Compartment.OPERATIONS,
}
PART_LABELS = {
    "identity": "Who it is about, and nothing more",
    "young-person": "The young person's record",
    "tactics": "Police tactics",
}


def parts_open(actor: Actor, person: Person) -> list[str]:
    """The parts that the actor reads of this person and may file."""
    filed = may_file_under(actor, person.pk)
    sections = {"identity", *(kind.code for kind in open_kinds(actor, person.nominal_ref))}
    return [part for part, compartment in PARTS.items() if part in sections and compartment in filed]


def given_away(actor: Actor, person: Person, part: str, *, on: date) -> dict[str, Any]:
    """What the pack says: of the answers that the actor is shown, those that any agency may be given."""
    whole = contents(actor, person, on=on)
    shown = dict(whole["shown"])
    if shown["is_child"]:
        shown.pop("addresses", None)
    core = {name for name in IDENTITY if _is_core(PersonSerializer, name)}
    labels = {IDENTITY[name] for name in core}
    return {
        "alerts": [],
        "shown": shown,
        "identity": [(label, words) for label, words in whole["identity"] if label in labels],
        "sections": [section for section in whole["sections"] if section.kind.code == part],
        "not_shown": [],
    }


def _is_core(serializer: type[ScopedSerializer], name: str) -> bool:
    return serializer.needs(name) <= {Compartment.CORE, Compartment.STRUCTURE}


def keep_pack(nominal_ref: str, *, part: str, reason: str, by: Actor, at: datetime, on: date) -> Document:
    """Make the pack and keep it as a document; it can be disclosed once the scanner has passed it."""
    by.require(Power.DISCLOSE)
    by.require(Power.HANDLE_DOCUMENTS)
    person = access_person(by, nominal_ref)
    require_more_than_opened(by, person)
    if part not in parts_open(by, person):
        raise Invalid({"part": ["Select what the pack holds"]})
    title = f"Record pack of {on:%-d %B %Y}"
    context = given_away(by, person, part, on=on) | {"reason": reason}
    made_by = f"{by.name}, {by.role_label}, {by.agency_name}"
    content = render_pdf(
        "reports/record_pack.html",
        context,
        title=f"Record of {person.full_name}",
        made_by=made_by,
        made_at=at,
    )
    given = Given(
        type=DocumentType.OTHER.value,
        title=f"{title}: {PART_LABELS[part].lower()}",
        marking=Marking.OFFICIAL_SENSITIVE.value,
        compartment=PARTS[part].value,
    )
    with tempfile.TemporaryDirectory() as place, transaction.atomic():
        path = Path(place) / "pack.pdf"
        path.write_bytes(content)
        document = add_document(nominal_ref, Sent(path, f"{title}.pdf"), given, by=by, at=at)
        detail = {"document": document.pk, "part": part}
        record(PACK_KEPT, by=by, subjects=[person.pk], reason=reason, detail=detail)
    return document


class KeepPackForm(ReasonForm):
    part = forms.ChoiceField(
        label="What does the pack hold besides who it is about?", widget=forms.RadioSelect
    )
    field_order = ("part", "reason")

    def __init__(self, *args: Any, parts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(part, PART_LABELS[part]) for part in parts]  # type: ignore[attr-defined]


@step_up("export")
@require_http_methods(["GET", "POST"])
def record_pack_keep(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Keep a pack as a document, to ask for its disclosure."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    person = access_person(actor, nominal_ref)
    actor.require(Power.DISCLOSE)
    require_more_than_opened(actor, person)
    form = KeepPackForm(request.POST or None, parts=parts_open(actor, person))
    made: list[Document] = []

    def act() -> None:
        made.append(keep_pack(nominal_ref, by=actor, at=clock.now(), on=clock.today(), **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(
            request,
            "The pack is kept. Once it is checked for viruses you can ask to disclose it to one agency.",
        )
        return redirect("documents:document", pk=made[0].pk)
    look(request, subjects=[person.pk], what="form: keep a record pack")
    back = reverse("cohorts:profile", args=[nominal_ref])
    context = {
        "heading": "Make a record pack to disclose",
        "intro": (
            f"A PDF about {person.full_name}, kept as a document. It holds no PNC, CRO or prison numbers, "
            "no intelligence, nothing of victims and no agency's notes. An agency sees it only when you then ask to "
            "disclose the document, and another person signs."
        ),
        "form": form,
        "submit_label": "Make and keep the pack",
    }
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})

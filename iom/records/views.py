"""The sections of a person that hold compartments of their own, and what is done in them (SHR-2, NEW-3, YTH-1)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.access.actor import Actor
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.csv_files import csv_response
from iom.kernel.doors import carried_out
from iom.kernel.errors import Forbidden
from iom.kernel.forms import GovukForm
from iom.kernel.step_up import step_up
from iom.persons.models import Person
from iom.persons.permissions import only_opened
from iom.persons.sections import person_page
from iom.records.forms import FORMS, AudienceForm, ReasonForm, SanitiseForm
from iom.records.kinds import KINDS, Kind
from iom.records.models import Record
from iom.records.permissions import access_record, access_section, addressable_agencies, may_change
from iom.records.selectors import section
from iom.records.services import add_record, address_note, correct_record, end_record, sanitise_item


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def address(kind: Kind, nominal_ref: str, step: str = "") -> str:
    """The page of a kind of record of one person, or of a step there."""
    return reverse(f"records:{name_of(kind)}{step}", args=[nominal_ref])


def name_of(kind: Kind) -> str:
    return kind.code.replace("-", "_")


@require_safe
def record_list(request: HttpRequest, nominal_ref: str, kind: str) -> HttpResponse:
    """A person's records of one kind: the current ones, and the earlier ones with why they ended."""
    actor, of_kind, today = actor_of(request), KINDS[kind], clock.today()
    person = access_section(actor, of_kind, nominal_ref)
    shown = section(actor, person, of_kind, on=today)
    look(request, subjects=[person.pk], what=f"records: {of_kind.label.lower()}")
    name = name_of(of_kind)
    context = person_page(actor, person, f"records_{kind}", on=today) | {
        "section": shown,
        "add_url": address(of_kind, nominal_ref, "_add") if shown.may_add else "",
        "csv_url": address(of_kind, nominal_ref, "_csv"),
        "pack_url": reverse("reports:record_pack", args=[nominal_ref]),
        "correct_name": f"records:{name}_correct",
        "end_name": f"records:{name}_end",
    }
    return render(request, "records/section.html", context)


@require_http_methods(["GET", "POST"])
def record_add(request: HttpRequest, nominal_ref: str, kind: str) -> HttpResponse:
    """Add a record."""
    actor, of_kind = actor_of(request), KINDS[kind]
    person = access_section(actor, of_kind, nominal_ref, write=True)
    look(request, subjects=[person.pk], what=f"form: add {of_kind.noun}")
    form = _form(of_kind, actor, person, _sent(request))
    return _asked(
        request,
        form,
        lambda: add_record(nominal_ref, of_kind, form.cleaned_data, by=actor, at=clock.now()),
        heading=f"Add {of_kind.noun}",
        intro=f"About {person.full_name}.",
        done="The record is added.",
        submit="Add",
        back=address(of_kind, nominal_ref),
    )


@require_http_methods(["GET", "POST"])
def record_correct(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Correct a record: the old one is kept, ended with the reason."""
    actor, of_kind = actor_of(request), KINDS[kind]
    record = _changeable(actor, of_kind, pk)
    look(request, subjects=[record.person_id], what=f"form: correct {of_kind.noun}")
    form = _form(of_kind, actor, record.person, _sent(request), initial=_held(record))
    form.add_field("reason", ReasonForm().fields["reason"])

    def act() -> None:
        given = dict(form.cleaned_data)
        correct_record(pk, of_kind, given, reason=given.pop("reason"), by=actor, at=clock.now())

    return _asked(
        request,
        form,
        act,
        heading=f"Correct {of_kind.noun}",
        intro=f"About {record.person.full_name}. The record as it was stays, with the reason.",
        done="The record is corrected.",
        submit="Correct",
        back=address(of_kind, record.person.nominal_ref),
    )


@require_http_methods(["GET", "POST"])
def record_end(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """End a record for a reason."""
    actor, of_kind = actor_of(request), KINDS[kind]
    record = _changeable(actor, of_kind, pk)
    look(request, subjects=[record.person_id], what=f"form: end {of_kind.noun}")
    form = ReasonForm(_sent(request))
    return _asked(
        request,
        form,
        lambda: end_record(pk, of_kind, reason=form.cleaned_data["reason"], by=actor, at=clock.now()),
        heading=f"End {of_kind.noun}",
        intro=f"About {record.person.full_name}. The record stays, as an earlier one.",
        done="The record is ended.",
        submit="End",
        back=address(of_kind, record.person.nominal_ref),
    )


@require_http_methods(["GET", "POST"])
def item_sanitise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what a partner may be told of an intelligence item."""
    actor, of_kind = actor_of(request), KINDS["intelligence"]
    record = _changeable(actor, of_kind, pk)
    look(request, subjects=[record.person_id], what="form: sanitise an intelligence item")
    form = SanitiseForm(_sent(request))
    return _asked(
        request,
        form,
        lambda: sanitise_item(pk, form.cleaned_data["sanitised"], by=actor, at=clock.now()),
        heading="Prepare an item for partners",
        intro=f"About {record.person.full_name}. To disclose it to an agency is a separate step.",
        done="The text for partners is kept. Nobody outside the police reads it until it is disclosed.",
        submit="Keep this text",
        back=address(of_kind, record.person.nominal_ref),
    )


@require_http_methods(["GET", "POST"])
@step_up("disclosure")
def note_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which other agencies read a note."""
    actor, of_kind = actor_of(request), KINDS["notes"]
    note = _changeable(actor, of_kind, pk)
    look(request, subjects=[note.person_id], what="form: who reads a note")
    now = {
        row.agency_id: row.agency.name
        for row in note.audience.select_related("agency").all()
        if not row.withdrawn_at
    }
    choices = dict(addressable_agencies(actor, note.person, on=clock.today())) | now
    form = AudienceForm(
        _sent(request),
        agencies=sorted(choices.items(), key=lambda one: one[1]),
        initial={"agencies": list(now)},
    )
    return _asked(
        request,
        form,
        lambda: address_note(pk, form.cleaned_data["agencies"], by=actor, at=clock.now()),
        heading="Who reads this note",
        intro=f"About {note.person.full_name}.",
        done="Who reads the note is kept.",
        submit="Save",
        back=address(of_kind, note.person.nominal_ref),
    )


@step_up("export")
@require_http_methods(["GET", "POST"])
def record_csv(request: HttpRequest, nominal_ref: str, kind: str) -> HttpResponse:
    """A person's records of one kind as a table, for a reason that is kept."""
    actor, of_kind, today = actor_of(request), KINDS[kind], clock.today()
    person = access_section(actor, of_kind, nominal_ref)
    form = ReasonForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        shown = section(actor, person, of_kind, on=today)
        what = f"records: {of_kind.label.lower()} as CSV"
        look(request, subjects=[person.pk], kind="export", what=what, reason=form.cleaned_data["reason"])
        rows = [{name: text for name, _, text in line.said.lines} for line in shown.lines]
        cells = [(person.nominal_ref, *(words.get(name, "") for name in shown.columns)) for words in rows]
        return csv_response(f"{of_kind.code}.csv", ("Reference", *shown.columns.values()), cells)
    look(request, subjects=[person.pk], what=f"form: export {of_kind.label.lower()}")
    back = address(of_kind, nominal_ref)
    context = {
        "heading": f"Download {of_kind.label.lower()} as CSV",
        "intro": f"About {person.full_name}. What leaves the product is yours to keep safe.",
        "form": form,
        "submit_label": "Download",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "components/form_page.html", context)


def _sent(request: HttpRequest) -> Any:
    """What was sent; nothing ticked is an answer too."""
    return request.POST if request.method == "POST" else None


def _form(
    kind: Kind, actor: Actor, person: Person, data: Any, initial: dict[str, Any] | None = None
) -> GovukForm:
    of_notes = (
        {"agencies": addressable_agencies(actor, person, on=clock.today())} if kind.code == "notes" else {}
    )
    return FORMS[kind.code](data, initial=initial or {}, **of_notes)


def _held(record: Record) -> dict[str, Any]:
    """What a form of correction starts from."""
    held = {field.name: getattr(record, field.attname) for field in record._meta.concrete_fields}
    source = getattr(record, "source", None)
    if source is not None:
        held |= {field.name: getattr(source, field.attname) for field in source._meta.concrete_fields}
    if hasattr(record, "audience"):
        rows = record.audience.filter(withdrawn_at__isnull=True)
        held["agencies"] = list(rows.values_list("agency_id", flat=True))
    return held


def _changeable(actor: Actor, kind: Kind, pk: int) -> Any:
    record = access_record(actor, kind, pk)
    access_section(actor, kind, record.person.nominal_ref, write=True)
    opened = only_opened(actor, record.person)
    if record.ended_at is None and not may_change(actor, record, kind, opened=opened):
        raise Forbidden
    return record


def _asked(
    request: HttpRequest,
    form: GovukForm,
    act: Callable[[], object],
    *,
    heading: str,
    intro: str,
    done: str,
    submit: str,
    back: str,
) -> HttpResponse:
    """A page that asks for one act, and goes back when it was done."""
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, done)
        return redirect(back)
    context = {"heading": heading, "form": form, "submit_label": submit, "intro": intro}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})

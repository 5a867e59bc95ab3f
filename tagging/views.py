"""The stock of tags and who wears them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.selectors.cases import open_case_of
from cohorts.views.frame import person_frame
from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Unit
from iom.agencies.rules import UnitKind
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.doors import carried_out
from iom.kernel.forms import GovukForm
from iom.kernel.pagination import page_of
from iom.kernel.reads import reads_nobody
from iom.persons.permissions import access_person
from iom.persons.subjects import typed_reference
from tagging.forms import AddDeviceForm, ChangeStateForm, FitForm, InventoryFilterForm, RemoveForm
from tagging.permissions import access_device, access_wearing, may_handle
from tagging.rules import FITTABLE, DeviceState
from tagging.selectors import counts_by_state, history_of, in_service, inventory, lines, wearings_of
from tagging.services import add_device, change_state, fit_device, remove_device


def reader(request: HttpRequest, power: Power = Power.SEE_TAGS) -> Actor:
    """The actor, if the role has the power."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(power)
    return actor


@require_safe
def device_list(request: HttpRequest) -> HttpResponse:
    """The stock by district and state, with the wearers whom the reader may see (TAG-1)."""
    actor = reader(request)
    today = clock.today()
    form = InventoryFilterForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    unit = given.get("unit", "")
    page = page_of(
        inventory(actor, unit_code=unit, state=given.get("state", ""), kind=given.get("kind", "")),
        request.GET.get("page"),
    )
    shown = lines(actor, page.rows, on=today)
    look(request, subjects=[line.wearing.person_id for line in shown if line.wearing], what="tags")
    counts = counts_by_state(actor, unit_code=unit)
    context = {
        "filters": form,
        "page": page,
        "lines": shown,
        "counts": counts,
        "in_service": in_service(counts),
        "unit": unit,
        "may_add": actor.may(Power.MANAGE_TAGS),
    }
    return render(request, "tagging/device_list.html", context)


@require_safe
def device_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One device: its state, its wearer if the reader may see them, its history."""
    actor = reader(request)
    device = access_device(actor, pk)
    line = lines(actor, [device], on=clock.today())[0]
    look(request, subjects=[line.wearing.person_id] if line.wearing else [], what="tag")
    handles = may_handle(actor, device)
    fitted = device.state == DeviceState.FITTED
    context = {
        "device": device,
        "line": line,
        "history": history_of(device),
        "may_fit": handles and device.state in FITTABLE,
        "may_change": handles and not fitted and device.state != DeviceState.RETIRED,
        "may_remove": line.wearing is not None and actor.may(Power.MANAGE_TAGS),
        "crumbs": [{"label": "Tags", "url": reverse("tagging:device_list")}],
    }
    return render(request, "tagging/device_detail.html", context)


@require_http_methods(["GET", "POST"])
def device_add(request: HttpRequest) -> HttpResponse:
    """Take a new device into the stock."""
    actor = reader(request, Power.MANAGE_TAGS)
    own = Unit.objects.filter(pk__in=actor.unit_ids).exclude(kind=UnitKind.FORCE).values_list("pk", "name")
    form = AddDeviceForm(request.POST or None, units=list(own))

    def act() -> None:
        given = form.cleaned_data
        add_device(
            serial=given["serial"],
            kind=given["kind"],
            unit_id=int(given["unit"]),
            cost=given["cost"],
            acquired_on=given["acquired_on"],
            by=actor,
            on=clock.today(),
            at=clock.now(),
        )

    back = reverse("tagging:device_list")
    return asked(
        request, form, act, heading="Add a tag", done="The tag is in the stock.", submit="Add", back=back
    )


@require_http_methods(["GET", "POST"])
def device_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the state of a device that nobody wears."""
    actor = reader(request, Power.MANAGE_TAGS)
    device = access_device(actor, pk, handle=True)
    form = ChangeStateForm(request.POST or None, state=device.state)

    def act() -> None:
        given = form.cleaned_data
        change_state(pk, to=given["to"], reason=given["reason"], by=actor, on=clock.today(), at=clock.now())

    back = reverse("tagging:device_detail", args=[pk])
    heading = f"Change the state of tag {device.serial}"
    return asked(
        request, form, act, heading=heading, done="The state is changed.", submit="Change state", back=back
    )


@require_http_methods(["GET", "POST"])
@reads_nobody("says back the reference that was typed; what is recorded names the person")
def device_fit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a device was fitted to a person who consents (TAG-2)."""
    actor = reader(request, Power.MANAGE_TAGS)
    device = access_device(actor, pk, handle=True)
    form = FitForm(request.POST or None, initial={"person": request.GET.get("person", "")})

    def act() -> None:
        nominal_ref = typed_reference(actor, form.cleaned_data["person"])
        fit_device(
            pk, nominal_ref=nominal_ref, fitting=form.fitting(), by=actor, on=clock.today(), at=clock.now()
        )

    return asked(
        request,
        form,
        act,
        heading=f"Fit tag {device.serial}",
        done="The fitting is recorded.",
        submit="Record the fitting",
        back=reverse("tagging:device_detail", args=[pk]),
        intro="Wearing is voluntary: the wearer may withdraw consent at any moment, and the tag then comes off.",
    )


@require_http_methods(["GET", "POST"])
def wearing_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a tag came off."""
    actor = reader(request, Power.MANAGE_TAGS)
    wearing = access_wearing(actor, pk)
    look(request, subjects=[wearing.person_id], what="form: remove a tag")
    form = RemoveForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        remove_device(
            pk,
            ends_on=given["ends_on"],
            reason=given["reason"],
            to_state=given["to_state"],
            note=given["note"],
            by=actor,
            on=clock.today(),
            at=clock.now(),
        )

    return asked(
        request,
        form,
        act,
        heading=f"Remove the tag of {wearing.person.full_name}",
        done="The removal is recorded.",
        submit="Record the removal",
        back=reverse("tagging:device_detail", args=[wearing.device_id]),
    )


@require_safe
def person_tags(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """What one person wears and wore."""
    actor = reader(request)
    today = clock.today()
    person = access_person(actor, nominal_ref)
    look(request, subjects=[person.pk], what="tags of a person")
    frame = person_frame(actor, person, "tags", on=today, case=open_case_of(actor, person.pk))
    return render(
        request, "tagging/person_tags.html", frame | {"wearings": wearings_of(actor, person.pk, on=today)}
    )


def asked(
    request: HttpRequest,
    form: GovukForm,
    act: Callable[[], None],
    *,
    heading: str,
    done: str,
    submit: str,
    back: str,
    intro: str = "",
) -> HttpResponse:
    """A page that asks for one act, and goes back when it was done."""
    if request.method == "POST" and form.is_valid() and carried_out(form, act):
        messages.success(request, done)
        return redirect(back)
    context = {"heading": heading, "form": form, "submit_label": submit, "intro": intro}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})

"""The printed record of one person: everything this reader sees of them, and nothing else (SHR-2)."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from iom.access.actor import Actor
from iom.access.readers import not_shown
from iom.access.scoped import in_words
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.step_up import step_up
from iom.persons.api import PersonFileSerializer
from iom.persons.models import Person
from iom.persons.permissions import access_person
from iom.persons.selectors import person_file
from iom.records.forms import ReasonForm
from iom.records.selectors import pack
from reports.pdf import render_pdf

IDENTITY = {
    "nominal_ref": "Reference",
    "family_name": "Family name",
    "given_names": "Given names",
    "date_of_birth": "Date of birth",
    "pnc_id": "PNC",
    "cro_no": "CRO",
    "prison_no": "Prison number",
    "crn": "Probation CRN",
    "home_unit": "District",
    "managing_unit": "Managed by",
}


@step_up("export")
@require_http_methods(["GET", "POST"])
def record_pack(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """The pack as a PDF, for a reason that is kept."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_PEOPLE)
    person = access_person(actor, nominal_ref)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        look(request, subjects=[person.pk], kind="export", what="record pack", reason=reason)
        made_by, at = f"{actor.name}, {actor.role_label}, {actor.agency_name}", clock.now()
        context = contents(actor, person, on=clock.today()) | {"reason": reason}
        title = f"Record of {person.full_name}"
        content = render_pdf("reports/record_pack.html", context, title=title, made_by=made_by, made_at=at)
        answer = HttpResponse(content, content_type="application/pdf")
        name = f"record-{person.nominal_ref.replace('/', '-')}.pdf"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    look(request, subjects=[person.pk], what="form: record pack")
    back = reverse("cohorts:profile", args=[nominal_ref])
    context = {
        "heading": "Print the record pack",
        "intro": f"A PDF marked OFFICIAL-SENSITIVE: who {person.full_name} is, and what you may read of the sections"
        " for intelligence, notes, victims and the like. The case, the plan and the documents are not in it.",
        "form": form,
        "submit_label": "Make the PDF",
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "components/form_page.html", context)


def contents(actor: Actor, person: Person, *, on: date) -> dict[str, Any]:
    """What the pack says: the answers of the same serializers as pages and API."""
    file = person_file(person, on=on, reader=actor)
    shown = PersonFileSerializer(file, context={"actor": actor, "on": on}).data
    identity = shown["person"]
    return {
        "alerts": file.alerts,
        "shown": shown,
        "identity": [
            (label, in_words(identity[name])) for name, label in IDENTITY.items() if name in identity
        ],
        "sections": pack(actor, person, on=on),
        "not_shown": not_shown(actor),
    }

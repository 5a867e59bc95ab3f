"""The ledger of one person's disclosures as a PDF (NEW-5, SHR-4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.step_up import step_up
from iom.persons.permissions import access_person
from iom.sharing.forms import ExportForm
from iom.sharing.selectors.ledger import ledger_of
from reports.pdf import render_pdf


@require_http_methods(["GET", "POST"])
@step_up("export")
def ledger_pdf(request: HttpRequest, nominal_ref: str) -> HttpResponse:
    """Ask for the reason, then answer with the file."""
    actor = request.actor  # type: ignore[attr-defined]
    person = access_person(actor, nominal_ref)
    actor.require(Power.SEE_LEDGER)
    form = ExportForm(request.POST or None)
    back = reverse("sharing:person", args=[person.nominal_ref])
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        look(request, subjects=[person.pk], kind="export", what="ledger of disclosures, PDF", reason=reason)
        made = render_pdf(
            "reports/ledger_pdf.html",
            {"person": person, "lines": ledger_of(actor, person.pk), "reason": reason},
            title=f"Disclosures about {person.nominal_ref}",
            made_by=actor.name,
            made_at=clock.now(),
        )
        answer = HttpResponse(made, content_type="application/pdf")
        name = f"disclosures-{person.pk}-{clock.today():%Y-%m-%d}.pdf"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    look(request, subjects=[person.pk], what="form: print the ledger of disclosures")
    context = {"form": form, "heading": "Make a PDF of the ledger", "submit_label": "Make the PDF"}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})

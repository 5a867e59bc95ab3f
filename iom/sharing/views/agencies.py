"""What one agency was given: for the central point of contact, auditors and the agency's own manager (NEW-5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.csv_files import csv_response
from iom.kernel.errors import NotFound
from iom.kernel.pagination import page_of
from iom.kernel.step_up import step_up
from iom.sharing.forms import ExportForm, LedgerFilterForm
from iom.sharing.rules import What
from iom.sharing.selectors.disclosures import received, words_of
from iom.sharing.selectors.ledger import HEADS, Filters, agency_ledger, in_lines
from iom.sharing.views.agreements import actor_of

EXPORT_LIMIT = 5_000


@require_safe
def agency_page(request: HttpRequest, code: str) -> HttpResponse:
    """What an agency was given, latest first, of people the reader may see."""
    actor = actor_of(request)
    form = LedgerFilterForm(request.GET or None)
    del form.fields["agency"]
    agency, rows = agency_ledger(actor, code, Filters(**form.values()))
    page = page_of(rows, request.GET.get("page"))
    lines = in_lines(actor, page.rows)
    look(
        request,
        subjects=[line.person.person_id for line in lines if line.person],
        what="ledger of an agency",
    )
    crumbs = [
        {"label": "Partnership", "url": reverse("agencies:agency_list")},
        {"label": agency.name, "url": reverse("agencies:agency_detail", args=[agency.code])},
    ]
    context = {"agency": agency, "filters": form, "page": page, "lines": lines, "crumbs": crumbs}
    return render(request, "sharing/agency_ledger.html", context)


@require_http_methods(["GET", "POST"])
@step_up("export")
def agency_export(request: HttpRequest, code: str) -> HttpResponse:
    """The agency's ledger as a CSV file, for a reason; the newest lines where there are very many."""
    actor = actor_of(request)
    agency, rows = agency_ledger(actor, code, Filters())
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lines = in_lines(actor, list(rows[:EXPORT_LIMIT]))
        people = [line.person.person_id for line in lines if line.person]
        reason = form.cleaned_data["reason"]
        look(request, subjects=people, kind="export", what="ledger of an agency", reason=reason)
        cells = [(line.person.reference if line.person else "", *line.cells()) for line in lines]
        return csv_response(f"given-to-{agency.code}-{clock.today():%Y-%m-%d}.csv", ("Person", *HEADS), cells)
    back = reverse("sharing:agency", args=[agency.code])
    look(request, subjects=[], what="form: export the ledger of an agency")
    context = {"form": form, "heading": f"Download what {agency.name} was given", "submit_label": "Download"}
    return render(request, "components/form_page.html", context | {"back_url": back, "cancel_url": back})


@require_safe
def received_list(request: HttpRequest) -> HttpResponse:
    """What the reader's agency holds by name today; a partner's page."""
    actor = actor_of(request)
    if not actor.is_partner:
        raise NotFound
    rows = received(actor, on=clock.today())
    look(
        request,
        subjects=[row.person.person_id for row in rows if row.person],
        what="disclosures to the agency",
    )
    return render(request, "sharing/received.html", {"rows": rows})


@require_safe
def received_item(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of one intelligence item that was disclosed to the reader's agency."""
    return _received(request, What.ITEM, pk, "disclosed intelligence")


@require_safe
def received_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of one decision of a meeting that was disclosed to the reader's agency."""
    return _received(request, What.MEETING, pk, "disclosed decision of a meeting")


def _received(request: HttpRequest, what: What, pk: int, said: str) -> HttpResponse:
    actor = actor_of(request)
    if not actor.is_partner:
        raise NotFound
    row = next((r for r in received(actor, on=clock.today()) if r.what == what and r.pk == pk), None)
    if row is None:
        raise NotFound
    words = words_of(actor, row.record, what)
    look(request, subjects=[row.person.person_id] if row.person else [], what=said)
    crumbs = [{"label": "Disclosed to us", "url": reverse("sharing:received")}]
    return render(request, "sharing/received_item.html", {"row": row, "words": words, "crumbs": crumbs})

"""The partnership, for everybody who has signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from iom.accounts.rules import Power
from iom.agencies.selectors import agency_view, contacts_by_unit, lacking, partnership
from iom.kernel import clock


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """Agencies, where they sit, whom to call per district, and their agreements."""
    agencies = partnership(on=clock.today())
    units = contacts_by_unit(agencies)
    chosen = request.GET.get("unit", "")
    known = {unit.code for unit in units}
    first = units[0].code if units else ""
    current = chosen if chosen in known else first
    context = {
        "agencies": agencies,
        "lacking": lacking(agencies),
        "unit": next((unit for unit in units if unit.code == current), None),
        "sections": [
            {"label": u.name, "url": f"?unit={u.code}#who-to-call", "current": u.code == current}
            for u in units
        ],
    }
    return render(request, "agencies/agency_list.html", context)


@require_safe
def agency_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: its teams, contacts and agreements."""
    actor = request.actor  # type: ignore[attr-defined]
    agency = agency_view(code, on=clock.today())
    own = not actor.is_partner or actor.agency_code == agency.code
    context = {
        "agency": agency,
        "may_keep": actor.may(Power.KEEP_AGREEMENTS),
        "reads_terms": own,
        "sees_ledger": agency.is_partner and own and actor.may(Power.SEE_AGENCY_LEDGER),
        "crumbs": [{"label": "Partnership", "url": reverse("agencies:agency_list")}],
    }
    return render(request, "agencies/agency_detail.html", context)

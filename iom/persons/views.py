"""Finding a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from iom.access.readers import sees
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.compartments import Compartment
from iom.kernel.pagination import page_of
from iom.persons.forms import SearchForm
from iom.persons.selectors import PersonLine, lines, search


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Search among the people the reader may see; nobody is listed without a search."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.SEE_PEOPLE)
    today = clock.today()
    form = SearchForm(request.GET or None, identifiers=sees(actor, Compartment.IDENTIFIER))
    typed = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    found = page_of(search(actor, typed, on=today), request.GET.get("page"))
    shown: list[PersonLine] = lines(actor, found.rows, on=today)
    if typed:
        look(
            request,
            subjects=[p.pk for p in found.rows],
            kind="search",
            what="people",
            reason=f"searched: {typed[:80]}",
        )
    context = {"form": form, "typed": typed, "found": found, "lines": shown}
    return render(request, "persons/people.html", context)

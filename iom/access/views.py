"""Choosing the role to act in, for people who have more than one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from iom.access.actor import is_lapsed, memberships_of
from iom.access.audit import ROLE_CHOSEN
from iom.access.forms import ChooseRoleForm
from iom.audit.services import record
from iom.kernel import clock


@require_http_methods(["GET", "POST"])
def choose_role(request: HttpRequest) -> HttpResponse:
    """Until a choice is made the least privileged role holds (SHR-2)."""
    after = request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(
        after, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        after = "/"
    actor = request.actor  # type: ignore[attr-defined]
    current = memberships_of(request.user, on=clock.today())  # type: ignore[arg-type]
    rows = [row for row in current if not is_lapsed(row)]
    form = ChooseRoleForm(request.POST or None, memberships=rows, initial={"membership": actor.membership_id})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["membership"]
        request.session["membership_id"] = request.session["acting"] = chosen
        row = next(row for row in rows if row.pk == chosen)
        record(ROLE_CHOSEN, by=actor, kind="sign_in", detail={"role": row.role, "team": row.team.name})
        return redirect(after)
    context = {"heading": "Which role are you acting in?", "form": form, "submit_label": "Continue"}
    return render(request, "components/form_page.html", context)


choose_role.before_role_choice = True  # type: ignore[attr-defined]

"""What somebody who leaves was answering for: open cases and open actions, as numbers by unit (ORG-3)."""

from django.db.models import Count, Q

from cohorts.models import Case, PlanAction
from cohorts.rules.statuses import ActionStatus, CaseStatus
from iom.agencies.leavers import LeftOver


def open_work(user_id: int) -> list[LeftOver]:
    """Called with the rights of the service; nobody is named."""
    url = f"/cases/?manager={user_id}"
    mine = Q(manager=user_id) | Q(partner_manager=user_id)
    cases = Case.objects.filter(mine).exclude(status=CaseStatus.CLOSED).values_list("unit_id")
    actions = (
        PlanAction.objects.filter(owner=user_id, status__in=OPEN)
        .exclude(case__status=CaseStatus.CLOSED)
        .values_list("case__unit_id")
    )
    return [
        *(LeftOver(unit, "cases", n, url) for unit, n in cases.annotate(n=Count("pk")).order_by("unit_id")),
        *(
            LeftOver(unit, "actions", n, "/deadlines/")
            for unit, n in actions.annotate(n=Count("pk")).order_by("case__unit_id")
        ),
    ]


OPEN = (ActionStatus.TO_DO, ActionStatus.IN_PROGRESS)

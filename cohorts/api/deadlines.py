"""Everything with a date that runs (CMP-2, CMP-7)."""

from typing import Any

from rest_framework import serializers

from cohorts.api.answers import DeadlineSerializer
from cohorts.rules.deadlines import DeadlineKind, State
from cohorts.selectors.deadlines import SORTS, DeadlineFilter, DeadlineLine, deadlines, said_of
from cohorts.services.deadlines import extend_deadline
from iom.access.actor import Actor
from iom.access.api import Rows, acts, endpoint, lists
from iom.accounts.rules import Power
from iom.agencies.api import UnitCode
from iom.kernel import clock
from iom.kernel.api import Code, Day, Id, Input, Paging, Words, sorts

TAG = "Deadlines"


class DeadlineQuery(Paging):
    state = serializers.ListField(child=Code("DeadlineState", State), required=False)
    kind = Code("DeadlineKind", DeadlineKind, required=False)
    unit = UnitCode(required=False)
    case = Id(required=False)
    mine = serializers.BooleanField(default=False)
    extended = serializers.BooleanField(default=False)
    started_from = Day(required=False)
    started_to = Day(required=False)
    due_from = Day(required=False)
    due_to = Day(required=False)
    sort = sorts(SORTS, "DeadlineSort", "due")


class Extension(Input):
    new_due_on = Day()
    reason = Words(2000)


@lists("deadlines_list", DeadlineSerializer, power=Power.SEE_PEOPLE, query=DeadlineQuery)
def listed(actor: Actor, asked: dict[str, Any]) -> Rows:
    """The deadlines of the cases you may see, soonest first, with what is said of each today."""
    today = clock.today()
    chosen = DeadlineFilter(
        states=tuple(asked.get("state", ())),
        kind=asked.get("kind", ""),
        unit_id=asked.get("unit"),
        owner_id=actor.user_id if asked["mine"] else None,
        case_id=asked.get("case"),
        extended_only=asked["extended"],
        started_from=asked.get("started_from"),
        started_to=asked.get("started_to"),
        due_from=asked.get("due_from"),
        due_to=asked.get("due_to"),
        sort=asked["sort"],
    )
    return Rows(
        deadlines(actor, today, chosen),
        lambda row: row.case.person_id,
        "deadlines",
        lambda page: said_of(actor, today, page),
    )


@acts("deadlines_extend", DeadlineSerializer, takes=Extension)
def extend(actor: Actor, typed: dict[str, Any], pk: int) -> DeadlineLine:
    """Give more time, with a reason; every report shows both dates."""
    row = extend_deadline(pk, by=actor, at=clock.now(), **typed)
    return said_of(actor, clock.today(), [row])[0]


deadline_list = endpoint(listed, tag=TAG)
deadline_extend = endpoint(extend, tag=TAG)

"""What the pages of retention and subject access show; already limited to what the reader may see (SHR-4)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from iom.access.actor import Actor
from iom.retention.models import AccessItem, AccessRequest, Correction, Disposal, LegalHold, Returned, Review
from iom.retention.permissions import (
    corrections_visible_to,
    disposals_visible_to,
    holds_visible_to,
    items_visible_to,
    requests_visible_to,
    returned_visible_to,
    reviews_visible_to,
)
from iom.retention.rules.groups import Assessment
from iom.retention.rules.statuses import ENDED, STANDING, RequestStatus
from iom.retention.sections import LABELS
from iom.retention.selectors.facts import assessments


@dataclass(frozen=True)
class ReviewLine:
    """One review of the queue, why it is due, and whether a hold stands."""

    review: Review
    judged: Assessment
    held: bool


def queue(actor: Actor, *, group: str = "", unit: str = "", status: str = "") -> QuerySet[Review]:
    """Reviews in reach, the longest due first; those that stand unless another state is asked for."""
    rows = reviews_visible_to(actor).select_related("person__home_unit")
    rows = rows.filter(status=status) if status else rows.filter(status__in=[s.value for s in STANDING])
    if group:
        rows = rows.filter(group=group)
    if unit:
        rows = rows.filter(person__home_unit__code=unit)
    return rows.order_by("due_on", "pk")


def review_lines(actor: Actor, rows: list[Review], *, on: date) -> list[ReviewLine]:
    """The reviews of a page with their reasons, in a query a kind of fact."""
    judged = assessments([row.person for row in rows], on=on)
    people = [row.person_id for row in rows]
    held = set(
        holds_visible_to(actor)
        .filter(person__in=people, lifted_at__isnull=True)
        .values_list("person_id", flat=True)
    )
    return [ReviewLine(row, judged[row.person_id], row.person_id in held) for row in rows]


def holds(actor: Actor, *, lifted: bool = False) -> QuerySet[LegalHold]:
    rows = holds_visible_to(actor).select_related("person", "set_by", "lifted_by")
    return rows.filter(lifted_at__isnull=not lifted).order_by("review_on", "pk")


def holds_of(actor: Actor, person_id: int) -> list[LegalHold]:
    return list(
        holds_visible_to(actor).filter(person=person_id, lifted_at__isnull=True).select_related("set_by")
    )


def disposals(actor: Actor) -> QuerySet[Disposal]:
    return (
        disposals_visible_to(actor).select_related("decided_by", "approved_by", "unit").order_by("-at", "-pk")
    )


def rows_by_table(found: Disposal) -> list[tuple[str, str, int]]:
    """What was deleted: what each table holds in words, its name in the database, and how many rows."""
    models = apps.get_models(include_auto_created=True)
    words = {model._meta.db_table: capfirst(model._meta.verbose_name) for model in models}
    return sorted((words.get(table, table), table, number) for table, number in found.counts.items())


def came_back(actor: Actor) -> QuerySet[Returned]:
    return (
        returned_visible_to(actor).select_related("person", "disposal").order_by("outcome", "found_on", "pk")
    )


def requests(actor: Actor, *, status: str = "", mine: bool = False) -> QuerySet[AccessRequest]:
    """Requests in reach, what is due first; the open ones unless another state is asked for."""
    rows = requests_visible_to(actor).select_related("person", "handler")
    rows = rows.filter(status=status) if status else rows.exclude(status__in=[s.value for s in ENDED])
    if mine:
        rows = rows.filter(handler=actor.user_id)
    return rows.order_by("due_on", "pk")


def corrections(actor: Actor) -> QuerySet[Correction]:
    return corrections_visible_to(actor).select_related("person").order_by("outcome", "due_on", "pk")


@dataclass(frozen=True)
class SectionLine:
    """One section of a request as its reader may see it."""

    code: str
    label: str
    items: int
    left: int
    outcomes: Mapping[str, int]


def sections_of(actor: Actor, found: AccessRequest) -> list[SectionLine]:
    """The sections with what is decided in each; those with nothing the reader may read are absent."""
    counted: dict[str, Counter[str]] = {}
    for section, outcome in items_visible_to(actor).filter(request=found).values_list("section", "outcome"):
        counted.setdefault(section, Counter())[outcome or "to_decide"] += 1
    return [
        SectionLine(code, label, sum(counted[code].values()), counted[code]["to_decide"], dict(counted[code]))
        for code, label in LABELS.items()
        if code in counted
    ]


def items_of(actor: Actor, found: AccessRequest, section: str) -> QuerySet[AccessItem]:
    rows = items_visible_to(actor).filter(request=found, section=section).select_related("decided_by")
    return rows.order_by("seq")


def waiting_for(actor: Actor) -> QuerySet[AccessRequest]:
    """The open requests that the reader handles, for my day."""
    rows = requests(actor, mine=True).filter(~Q(status__in=[RequestStatus.SIGNING, RequestStatus.ASSEMBLING]))
    return rows[:20]


def steps_of(actor: Actor, found: AccessRequest) -> list[dict[str, Any]]:
    """The task list of a request: what was done and what comes next."""
    order = ["received", "identity", "assembled", "decided", "signed", "made", "given"]
    at = {
        RequestStatus.RECEIVED: 2 if found.identity_proved_on else 1,
        RequestStatus.ASSEMBLING: 2,
        RequestStatus.DECIDING: 3,
        RequestStatus.SIGNING: 4,
        RequestStatus.SIGNED: 5,
        RequestStatus.READY: 6,
        RequestStatus.RELEASED: 7,
    }.get(RequestStatus(found.status), 0)
    words = {
        "received": "Request entered",
        "identity": "Proof of identity",
        "assembled": "What is held is put together",
        "decided": "Every item decided",
        "signed": "Signed by a second person",
        "made": "Bundle made",
        "given": "Given to the person",
    }
    return [
        {
            "title": words[name],
            "kind": "task",
            "state": "done" if n < at else "in_progress" if n == at else "to_do",
        }
        for n, name in enumerate(order)
    ]

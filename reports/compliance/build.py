"""Builds the compliance report (CMP-8, RPT-1)."""

from datetime import date

from django.db.models import Count

from cohorts.rules.deadlines import DeadlineKind
from iom.access.actor import Actor
from reports.compliance import facts, tab
from reports.compliance.facts import Question
from reports.compliance.figures import Cell, ComplianceReport
from reports.rules import Outcome, counted, total


def build(actor: Actor, *, unit_code: str | None, from_on: date, to_on: date, on: date) -> ComplianceReport:
    """The figures of one district or of all the actor may see, as things stood at the end of the day `on`.

    Raises NotFound for a district that is absent or not the actor's. Runs inside the actor's scope.
    """
    return build_from(facts.question(actor, unit_code=unit_code, from_on=from_on, to_on=to_on, on=on))


def build_from(asked: Question) -> ComplianceReport:
    """The figures for a question whose districts are known."""
    return ComplianceReport(
        from_on=asked.from_on,
        to_on=asked.to_on,
        on=asked.on,
        district=asked.district,
        districts=asked.districts,
        cells=_cells(asked),
        tabs=tab.figures(asked),
    )


def _cells(asked: Question) -> tuple[Cell, ...]:
    rows = list(
        facts.deadlines(asked)
        .values_list("case__unit_id", "manager_id", "kind", "outcome", "is_extended")
        .annotate(number=Count("id"))
        .order_by("case__unit_id", "manager_id", "kind")
    )
    found = facts.desks({row[1] for row in rows}, asked.unit_ids, on=asked.on)
    districts = {d.id: d for d in asked.districts}
    grouped: dict[tuple[int, int | None, str], list[tuple[str, bool, int]]] = {}
    for unit_id, manager_id, kind, what, extended, number in rows:
        grouped.setdefault((unit_id, manager_id, kind), []).append((what, extended, number))
    return tuple(
        Cell(
            districts[unit_id],
            found[manager_id, unit_id],
            DeadlineKind(kind),
            total(counted(Outcome(what), number, extended=extended) for what, extended, number in parts),
        )
        for (unit_id, manager_id, kind), parts in grouped.items()
    )

"""The clocks and checklists of the demo's cases: most met, some late, some missed (CMP)."""

from datetime import date, datetime, timedelta
from typing import Any

from cohorts import models as c
from cohorts.rules.checklists import CHECKLISTS, ChecklistKind, OwnerRole
from cohorts.rules.deadlines import RULE_VERSION, DeadlineKind, StartedBy, rules_started_by
from iom.accounts.models import User
from iom.demo.cases.maker import Maker
from iom.working_days.rules import add, due_after


class ClockMaker(Maker):
    """Makes deadlines with what became of them, and checklists."""

    def _deadline(self, case: c.Case, rule: Any, day: date, manager: User) -> c.Deadline:
        due = due_after(self.days, day, rule.working_days)
        return self.rows.add(
            c.Deadline(
                case=case, kind=rule.kind, clause=rule.clause, working_days=rule.working_days,
                started_by=rule.started_by,
                started_on=day, first_due_on=due.on, due_on=due.on, provisional=due.provisional,
                rule_version=RULE_VERSION,
                calendar_version=self.days.version, owner_role=rule.owner,
                owner=manager if rule.owner == OwnerRole.MANAGER else None,
            )
        )  # fmt: skip

    def _clocks(self, case: c.Case, day: date, manager: User, ended_on: date | None) -> dict[str, datetime]:
        """The three clocks of selection: most met, some late, some missed, some extended."""
        rng, met = self.rng, {}
        order: datetime | None = None
        for rule in rules_started_by(StartedBy.SELECTION):
            row = self._deadline(case, rule, day, manager)
            draw = rng.random()
            if draw < 0.06 and (self.on - day).days > 3:
                row.due_on = add(self.days, row.first_due_on, 5)
                self.rows.add(
                    c.DeadlineMove(
                        deadline=row, cause="extension", from_on=row.first_due_on, to_on=row.due_on,
                        reason="In hospital; first meeting agreed for the week after.",
                        by=self.supervisor(case.unit.code),
                        at=self.at(add(self.days, day, 3)),
                    )
                )  # fmt: skip
            span = {"engagement": (1, 5), "plan": (3, 7), "endorsement": (5, 7)}[rule.kind]
            when = add(self.days, day, rng.randint(*span))
            if 0.06 <= draw < 0.15:
                when = add(self.days, row.due_on, rng.randint(1, 9))
            missed = 0.15 <= draw < 0.19 and rule.kind != DeadlineKind.PLAN
            if order is not None and rule.kind == DeadlineKind.ENDORSEMENT and when < order.date():
                when = add(self.days, order.date(), 1)
            blocked = rule.kind == DeadlineKind.ENDORSEMENT and "plan" not in met
            if missed or blocked or when >= self.on or (ended_on and when >= ended_on):
                if ended_on:
                    row.stopped_on, row.stopped_reason = ended_on, "Deselected"
                continue
            row.met_at = self.at(when)
            row.met_on = when
            row.met_by = manager if rule.owner == OwnerRole.MANAGER else self.supervisor(case.unit.code)
            met[str(rule.kind)] = row.met_at
            if rule.kind == DeadlineKind.PLAN:
                order = row.met_at
        return met

    def _checklist(
        self, case: c.Case, kind: ChecklistKind, day: date, manager: User, unit: str, *, fresh: bool
    ) -> None:
        rng = self.rng
        for position, line in enumerate(CHECKLISTS[kind], start=1):
            row = self.rows.add(
                c.ChecklistItem(
                    case=case, kind=kind, code=line.code, position=position, owner_role=line.owner,
                    owner=manager if line.owner == OwnerRole.MANAGER else None,
                    due_on=due_after(self.days, day, line.days).on,
                )
            )  # fmt: skip
            done = line.code in {"cohort_set", "manager"} or rng.random() < (0.35 if fresh else 0.95)
            when = min(add(self.days, day, rng.randint(0, 6)), self.on - timedelta(days=1))
            if not done or when < day:
                continue
            row.status = "not_needed" if line.code == "prison_manager" else "done"
            row.done_on, row.done_at = when, self.at(when)
            row.done_by = manager if line.owner == OwnerRole.MANAGER else self.supervisor(unit)
            row.evidence = (
                "Not in prison."
                if row.status == "not_needed"
                else "Confirmed by e-mail."
                if line.needs_evidence
                else ""
            )

"""The way out of the scheme: deselections as far as they have come (DES)."""

from datetime import date, timedelta

from cohorts import models as c
from cohorts.rules.checklists import ChecklistKind
from cohorts.rules.deadlines import StartedBy, rules_started_by
from iom.access.models import AgencyAccess
from iom.accounts.rules import Role
from iom.demo import words
from iom.demo.cases.clocks import ClockMaker
from iom.demo.people import Candidate
from iom.working_days.rules import add


class EndingMaker(ClockMaker):
    """Makes deselections, with the notices to agencies and the end of the case."""

    def deselect(
        self, case: c.Case, who: Candidate, status: str, proposed_on: date, closed_on: date | None = None
    ) -> None:
        """A deselection as far as `status`: proposed, turned_down, agreed or deregistered."""
        rng = self.rng
        proposer, decider = case.manager, self.staff[who.unit, Role.INSPECTOR][0]
        assert proposer is not None
        decided = add(self.days, proposed_on, 2)
        row = self.rows.add(
            c.Deselection(
                case=case, status=status, rationale="No further offending and a stable life: the work is done.",
                exit_strategy=words.EXIT_STRATEGY, proposed_at=self.at(proposed_on), proposed_by=proposer,
                **words.DESELECTION,
            )
        )  # fmt: skip
        if status == "proposed":
            return
        row.decided_at, row.decided_by = self.at(decided), decider
        row.decided_on = decided
        if status == "turned_down":
            row.decision_note = "Offending has only just stopped; look again in three months."
            return
        case.deselected_on = decided
        rule = rules_started_by(StartedBy.DESELECTION)[0]
        clock = self._deadline(case, rule, decided, proposer)
        self._checklist(case, ChecklistKind.DESELECTION, decided, proposer, who.unit, fresh=closed_on is None)
        self.rows.add(
            c.CaseStage(
                case=case, from_status="active", to_status="deselecting", at=self.at(decided), by=decider
            )
        )
        for access in self.rows.by_model.get(AgencyAccess, []):
            if access.person_id == who.person_id and access.starts_on == case.selected_on:
                told = self.rows.add(
                    c.DeselectionNotice(case=case, deselection=row, agency=access.agency, told_on=decided)
                )
                if rng.random() < 0.7 and closed_on is not None:
                    told.acknowledged_on = decided + timedelta(days=2)
                    told.acknowledged_by = rng.choice(self.partners[access.agency.code])
        if status == "deregistered" and closed_on is not None:
            row.deregistered_on, row.deregistered_at = closed_on, self.at(closed_on)
            row.deregistered_by = self.supervisor(who.unit)
            row.deregistration_rationale = "Checklist complete; partners told; profile updated."
            clock.met_on, clock.met_at, clock.met_by = closed_on, row.deregistered_at, row.deregistered_by
            case.closed_on = closed_on
            self.rows.add(
                c.CaseStage(
                    case=case,
                    from_status="deselecting",
                    to_status="closed",
                    at=self.at(closed_on),
                    by=row.deregistered_by,
                )
            )
            for place in self.rows.by_model[c.Placement]:
                if place.case is case and place.ends_on is None:
                    place.ends_on = closed_on

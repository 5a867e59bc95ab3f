"""Managed people with their histories, written in sets: three hundred must take seconds (COH, REF, PLN).

What the services would have written is written here with the same dates, owners and statuses; the constraints of the
tables and the rule modules keep it honest.
"""

from cohorts import models as c
from iom.access.models import AgencyAccess
from iom.demo.cases.endings import EndingMaker
from iom.demo.cases.stays import StayMaker
from iom.demo.cases.surroundings import SurroundingsMaker
from iom.persons.models import Assessment, Marker, Person, StatutoryStatus


class CaseMaker(StayMaker, EndingMaker, SurroundingsMaker):
    """Makes cases and referrals for chosen people, seeded; `write` puts all of it into the database."""

    def write(self) -> dict[str, int]:
        """Write all rows, parents first, and mark who is managed by whom."""
        order = (
            c.Referral, c.ReferralStage, c.ResearchPack, c.SelectionDecision, c.DecisionAgency, c.Case, c.CaseStage,
            c.Placement, c.ChecklistItem, c.Deadline, c.DeadlineMove, c.Plan, c.PlanAction, c.PathwayNeed, c.Engagement,
            c.Deselection, c.DeselectionNotice, AgencyAccess, Assessment, Marker, StatutoryStatus,
        )  # fmt: skip
        for model in order:
            model._default_manager.bulk_create(self.rows.by_model.get(model, []), batch_size=1000)
        for unit_id, people in self._managed().items():
            Person.objects.filter(pk__in=people).update(is_managed=True, managing_unit=unit_id)
        return {model.__name__: len(rows) for model, rows in self.rows.by_model.items()}

    def _managed(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for case in self.rows.by_model.get(c.Case, []):
            if case.status != "closed":
                found.setdefault(case.unit_id, []).append(case.person_id)
        return found

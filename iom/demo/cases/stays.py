"""Stays in the scheme, from the referral to where each stands today (COH)."""

from datetime import date, timedelta

from cohorts import models as c
from cohorts.rules.checklists import ChecklistKind
from cohorts.rules.reviews import review_days
from iom.access.models import AgencyAccess
from iom.demo import words
from iom.demo.cases.clocks import ClockMaker
from iom.demo.cases.plans import PlanMaker
from iom.demo.cases.referrals import ReferralMaker
from iom.demo.people import Candidate

PLACES = {
    "acquisitive": (
        ("national", "fixed", "burglary"),
        ("three_cohort", "reoffending", "serious_acquisitive"),
    ),
    "vehicle": (
        ("national", "fixed", "theft_from_vehicle"),
        ("three_cohort", "reoffending", "serious_acquisitive"),
    ),
    "volume": (("national", "flex", "other_acquisitive"), ("three_cohort", "reoffending", "volume")),
    "domestic": (("national", "free", "domestic_abuse"), ("three_cohort", "harm", "domestic_abuse")),
    "exploitation": (("national", "free", "exploitation"), ("three_cohort", "harm", "cse")),
    "organised": (("national", "free", "organised_crime"), ("three_cohort", "harm", "ocg")),
    "firearms": (("national", "free", "firearms"), ("three_cohort", "harm", "firearms")),
    "rso": (("national", "free", "other_local"), ("three_cohort", "statutory", "rso")),
    "mappa": (("national", "flex", "similar_pathways"), ("three_cohort", "statutory", "mappa")),
}
GROUNDS = {
    "acquisitive": "reoffending",
    "vehicle": "reoffending",
    "volume": "reoffending",
    "rso": "mappa",
    "mappa": "mappa",
}


class StayMaker(ReferralMaker, ClockMaker, PlanMaker):
    """Makes cases with their places in the cohorts and the agencies that they are shared with."""

    def case(
        self,
        who: Candidate,
        kind: str,
        selected_on: date,
        *,
        status: str = "active",
        ended_on: date | None = None,
    ) -> c.Case:
        """One stay in the scheme, from its referral to where it stands today."""
        rng, day = self.rng, self.working(selected_on)
        ground = (
            "harm"
            if kind in {"domestic", "exploitation", "organised", "firearms"}
            else GROUNDS.get(kind, "reoffending")
        )
        referral = self.referral(
            who, "selected", self.working(day - timedelta(days=rng.randint(9, 25))), ground=ground
        )
        self.decision(referral, "selected", day, who.unit)
        unit = "prison-hub" if who.in_hub_prison and status == "active" and rng.random() < 0.7 else who.unit
        manager = self.manager(unit)
        three = PLACES[kind][1][1]
        case = self.rows.add(
            c.Case(
                person_id=who.person_id,
                referral=referral,
                unit=self.units[unit],
                manager=manager,
                status=status,
                selected_on=day,
                deselected_on=ended_on,
                closed_on=None,
                review_on=day + timedelta(days=56),
            )
        )
        self.rows.add(
            c.CaseStage(
                case=case,
                to_status="active",
                at=self.at(day, 15),
                by=self.supervisor(who.unit),
                note="Selected",
            )
        )
        age_days = (self.on - day).days
        period = review_days(three, rng.choice(("high", "medium", "low")) if three == "reoffending" else "")
        case.review_on = day + timedelta(days=period * (age_days // period + 1))
        if age_days > 90 and rng.random() < 0.1:
            case.review_on -= timedelta(days=period)
        self._places(case, kind, day)
        shared = self._share(case, who, day, ended_on if status == "closed" else None)
        if "probation" in shared and rng.random() < 0.15:
            case.partner_manager = rng.choice(self.partners[f"probation/{who.unit}"])
        met = self._clocks(case, day, manager, ended_on)
        self._checklist(case, ChecklistKind.SELECTION, day, manager, who.unit, fresh=age_days < 16)
        self._plan(case, day, manager, who.unit, met, shared)
        self._engagements(case, day, manager, ended_on or self.on, met, shared, who)
        return case

    def _places(self, case: c.Case, kind: str, day: date) -> None:
        moved = (
            self.rng.random() < 0.12
            and (self.on - day).days > 200
            and kind == "acquisitive"
            and case.deselected_on is None
        )
        for scheme, cohort, category in PLACES[kind]:
            ended = day + timedelta(days=120) if moved and scheme == "national" else None
            self._place(case, scheme, cohort, category, day, ended)
            if ended:
                self._place(case, scheme, "flex", "other_acquisitive", ended, None)

    def _place(
        self, case: c.Case, scheme: str, cohort: str, category: str, day: date, ended: date | None
    ) -> None:
        self.rows.add(
            c.Placement(
                case=case, scheme=scheme, cohort=cohort, category=category, starts_on=day, ends_on=ended,
                rationale=self.rng.choice(words.RATIONALES), by=self.supervisor(case.unit.code),
                recorded_at=self.at(day, 16),
            )
        )  # fmt: skip

    def _share(self, case: c.Case, who: Candidate, day: date, ended: date | None) -> list[str]:
        rng = self.rng
        chances = {"probation": 0.75, "clearway": 0.45, "hearth": 0.25, "second-step": 0.12, "council": 0.15}
        codes = [code for code, chance in chances.items() if rng.random() < chance]
        if who.is_child:
            codes = ["youth-justice", *[code for code in codes if code in {"council", "clearway"}]]
        if who.in_hub_prison:
            codes.append("prisons")
        for code in codes:
            self.rows.add(
                AgencyAccess(
                    person_id=who.person_id, agency=self.agencies[code], starts_on=day, ends_on=ended,
                    reason="Joint management agreed by the board", granted_by=self.supervisor(case.unit.code),
                )
            )  # fmt: skip
        return codes

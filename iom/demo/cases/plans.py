"""Plans and engagements of the demo's cases (PLN)."""

from datetime import date, datetime, time, timedelta

from cohorts import models as c
from iom.accounts.models import User
from iom.agencies.models import Agency
from iom.demo import words
from iom.demo.cases.maker import LONDON, Maker
from iom.demo.people import Candidate
from iom.working_days.rules import add


class PlanMaker(Maker):
    """Makes plans with their actions and needs, and the meetings with the person."""

    def _plan(
        self, case: c.Case, day: date, manager: User, unit: str, met: dict[str, datetime], shared: list[str]
    ) -> None:
        rng = self.rng
        if (self.on - day).days < 3 and "plan" not in met:
            return
        status = "endorsed" if "endorsement" in met else "completed" if "plan" in met else "draft"
        self.rows.add(
            c.Plan(
                case=case, version=1, status=status, risks=rng.choice(words.RISKS), triggers=rng.choice(words.TRIGGERS),
                protective_factors=rng.choice(words.STRENGTHS), vulnerabilities=rng.choice(words.VULNERABLE),
                family=rng.choice(words.FAMILY_TIES), objectives=rng.choice(words.OBJECTIVES),
                started_at=self.at(day, 16),
                started_by=manager, completed_at=met.get("plan"), completed_by=manager if "plan" in met else None,
                endorsed_at=met.get("endorsement"), endorsed_by=self.supervisor(unit) if "endorsement" in met else None,
            )
        )  # fmt: skip
        if status == "draft":
            return
        done_at = met["plan"]
        for pathway, agency, text in rng.sample(words.ACTIONS, rng.randint(3, 5)):
            due = done_at.date() + timedelta(days=rng.choice((21, 42, 60, 90)))
            state = (
                "to_do"
                if due > self.on and rng.random() < 0.5
                else "in_progress"
                if due > self.on
                else rng.choice(("done", "done", "done", "stopped", "in_progress"))
            )
            ended = min(due, self.on) if state in {"done", "stopped"} else None
            owner = agency if agency in shared else "northmoor-police"
            self.rows.add(
                c.PlanAction(
                    case=case, pathway=pathway, description=text, owner_agency=self.agencies[owner],
                    owner=manager if owner == "northmoor-police" else rng.choice(self.partners[owner]),
                    due_on=due, status=state, progress="" if state == "to_do" else "First appointment kept.",
                    result={"done": "Done as planned.", "stopped": "No longer needed."}.get(state, ""),
                    created_at=done_at, created_by=manager, ended_on=ended,
                )
            )  # fmt: skip
            self.rows.add(
                c.PathwayNeed(
                    case=case, pathway=pathway, need=rng.choice(("low", "medium", "high", "high")),
                    provider=self.agencies[agency], referred_on=done_at.date(),
                    uptake=rng.choice(("engaged", "engaged", "partly", "declined", "")),
                    outcome="achieved" if state == "done" and rng.random() < 0.6 else "", set_at=done_at,
                    set_by=manager,
                )
            )  # fmt: skip

    def _engagements(
        self,
        case: c.Case,
        day: date,
        manager: User,
        until: date,
        met: dict[str, datetime],
        shared: list[str],
        who: Candidate,
    ) -> None:
        rng = self.rng
        if "engagement" in met:
            self._held(case, "prison" if who.in_hub_prison else "initial", met["engagement"], manager, None)
        when = day + timedelta(days=rng.randint(14, 24))
        first = max(when, until - timedelta(days=240))
        when = first
        while when < until:
            agency = self.agencies[rng.choice(shared)] if shared and rng.random() < 0.3 else None
            kind = rng.choice(("home", "home", "office", "joint" if agency else "unannounced", "phone"))
            if rng.random() < 0.14:
                self.rows.add(
                    c.Engagement(
                        case=case, kind="office", planned_at=self.at(when), attended="no", place="Police station",
                        next_step=rng.choice(words.NEXT_STEPS), by=manager, recorded_at=self.at(when, 16),
                    )
                )  # fmt: skip
            else:
                self._held(case, kind, self.at(when), manager, agency)
            when += timedelta(days=rng.choice((14, 21, 28, 42)))
        if case.status == "active" and rng.random() < 0.6:
            ahead = add(self.days, self.on, rng.randint(1, 8))
            self.rows.add(
                c.Engagement(
                    case=case, kind="home", planned_at=datetime.combine(ahead, time(10), LONDON), attended="planned",
                    place="Home", by=manager, recorded_at=self.at(self.on),
                )
            )  # fmt: skip

    def _held(self, case: c.Case, kind: str, moment: datetime, manager: User, agency: Agency | None) -> None:
        self.rows.add(
            c.Engagement(
                case=case, kind=kind, held_at=moment, attended="late" if self.rng.random() < 0.06 else "yes",
                place={"home": "Home", "prison": "Prison", "phone": ""}.get(kind, "Police station"), with_agency=agency,
                notes=self.rng.choice(words.NOTES), by=manager, recorded_at=moment,
            )
        )  # fmt: skip

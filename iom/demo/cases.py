"""Managed people with their histories, written in sets: three hundred must take seconds (COH, REF, PLN).

What the services would have written is written here with the same dates, owners and statuses; the constraints of the
tables and the rule modules keep it honest.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cohorts import models as c
from cohorts.rules.checklists import CHECKLISTS, ChecklistKind, OwnerRole
from cohorts.rules.deadlines import RULE_VERSION, DeadlineKind, StartedBy, rules_started_by
from cohorts.rules.reviews import review_days
from iom.access.models import AgencyAccess
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Agency, Membership, Unit
from iom.demo import words
from iom.demo.people import Candidate
from iom.persons.models import Assessment, Marker, Person, StatutoryStatus
from iom.working_days.rules import add, due_after
from iom.working_days.selectors import calendar

LONDON = ZoneInfo("Europe/London")
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


@dataclass
class Rows:
    """Everything to be written, by model, in the order in which it is written."""

    by_model: dict[type, list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        self.by_model.setdefault(type(row), []).append(row)
        return row


class CaseMaker:
    """Makes cases and referrals for chosen people, seeded; `write` puts all of it into the database."""

    def __init__(self, *, on: date, seed: int) -> None:
        self.on, self.rng, self.rows = on, Random(seed), Rows()
        self.days = calendar()
        self.agencies = {agency.code: agency for agency in Agency.objects.all()}
        self.police = self.agencies["northmoor-police"]
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.staff: dict[tuple[str, str], list[User]] = {}
        self.partners: dict[str, list[User]] = {}
        for row in Membership.objects.select_related("user", "team__unit", "team__agency").order_by("id"):
            unit = row.team.unit.code if row.team.unit else ""
            self.staff.setdefault((unit, row.role), []).append(row.user)
            if row.role == Role.PARTNER_PRACTITIONER:
                self.partners.setdefault(f"{row.team.agency.code}/{unit}", []).append(row.user)
                self.partners.setdefault(row.team.agency.code, []).append(row.user)

    # when and who

    def at(self, day: date, hour: int | None = None) -> datetime:
        hour = self.rng.randint(9, 16) if hour is None else hour
        moment = datetime.combine(day, time(hour, self.rng.randrange(60)), LONDON)
        return min(moment, datetime.combine(self.on, time(0, 5), LONDON)) if day >= self.on else moment

    def working(self, day: date) -> date:
        return add(self.days, day, 0) if day.weekday() < 5 else day - timedelta(days=day.weekday() - 4)

    def supervisor(self, unit: str) -> User:
        role = Role.PRISON_SUPERVISOR if unit == "prison-hub" else Role.SUPERVISOR
        return self.rng.choice(self.staff[unit, role])

    def manager(self, unit: str) -> User:
        role = Role.PRISON_OFFICER if unit == "prison-hub" else Role.OFFENDER_MANAGER
        return self.rng.choice(self.staff[unit, role])

    # referrals

    def referral(self, who: Candidate, status: str, day: date, *, ground: str) -> c.Referral:
        """A referral that has come as far as `status`, begun on a day, with its steps."""
        rng = self.rng
        agency = self.agencies[
            rng.choice(("northmoor-police", "northmoor-police", "probation", "clearway", "hearth", "council"))
        ]
        by = rng.choice(self.partners.get(agency.code) or self.staff[who.unit, Role.OFFENDER_MANAGER])
        matched = status not in {"submitted"}
        row = self.rows.add(
            c.Referral(
                person_id=who.person_id if matched else None,
                given_names=who.given_names,
                family_name=who.family_name,
                date_of_birth=who.date_of_birth,
                referring_agency=agency,
                referred_by=by,
                unit=self.units[who.unit],
                ground=ground,
                route="mappa" if ground == "mappa" else "referral",
                reasons=rng.choice(words.REASONS),
                status=status,
                submitted_at=self.at(day),
                submitted_on=day,
            )
        )
        path = {
            "submitted": (),
            "being_researched": ("being_researched",),
            "withdrawn": ("withdrawn",),
            "listed": ("being_researched", "listed"),
        }.get(status, ("being_researched", "listed", status))
        before, when = "", day
        for step in ("submitted", *path):
            by_step = by if step in {"submitted", "withdrawn"} else self.supervisor(who.unit)
            self.rows.add(
                c.ReferralStage(
                    referral=row, from_status=before, to_status=step, at=self.at(when), by=by_step
                )
            )
            if step == "being_researched":
                self.rows.add(
                    c.ResearchPack(
                        referral=row,
                        content={"as_of": when.isoformat(), "person": who.ref},
                        built_at=self.at(when),
                        by=by_step,
                    )
                )
            before, when = step, min(self.on, when + timedelta(days=rng.randint(1, 4)))
        if status == "listed":
            row.board_on = add(self.days, self.on, rng.randint(1, 6))
        return row

    def decision(self, referral: c.Referral, outcome: str, day: date, unit: str) -> None:
        chair = self.supervisor(unit)
        row = self.rows.add(
            c.SelectionDecision(
                referral=referral,
                outcome=outcome,
                decided_on=day,
                recorded_at=self.at(day, 15),
                chair=self.staff[unit, Role.INSPECTOR][0].name,
                partner_information="Probation and the drug service gave their view at the board.",
                rationale=self.rng.choice(words.RATIONALES),
                by=chair,
                **words.CONSIDERED,
            )
        )
        referral.decided_on = day if outcome != "deferred" else None
        if outcome == "not_selected":
            referral.signpost = "Drug service drop-in and housing advice."
            referral.note_to_referrer = "Thank you. Not for joint management now; we will look again."
            referral.look_again_on = day + timedelta(days=90)
        for code in ("northmoor-police", "probation", *self.rng.sample(("clearway", "hearth", "council"), 2)):
            self.rows.add(c.DecisionAgency(decision=row, agency=self.agencies[code]))

    def open_referrals(self, people: list[Candidate]) -> None:
        """Referrals in every stage that has not led to a case."""
        stages = ("submitted", "being_researched", "listed", "deferred", "not_selected", "withdrawn")
        for number, who in enumerate(people):
            status = stages[number % len(stages)]
            day = self.on - timedelta(
                days=self.rng.randint(1, 9) if number % 6 < 3 else self.rng.randint(20, 200)
            )
            row = self.referral(who, status, self.working(day), ground="reoffending")
            if status in {"deferred", "not_selected"}:
                self.decision(
                    row,
                    status,
                    min(self.working(day) + timedelta(days=9), self.on - timedelta(days=1)),
                    who.unit,
                )

    # cases

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

    # the way out

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

    # what else is known of them

    def surroundings(self, who: Candidate, kind: str) -> None:
        """Partner assessments, markers and statutory statuses."""
        rng, since = self.rng, self.on - timedelta(days=self.rng.randint(40, 500))
        probation = self.agencies["probation"]
        value = rng.randint(35, 94)
        band = "Very high" if value >= 90 else "High" if value >= 75 else "Medium" if value >= 50 else "Low"
        self.rows.add(
            Assessment(
                person_id=who.person_id,
                instrument="OGRS3",
                value=f"{value}%",
                band=band,
                assessed_on=since,
                agency=probation,
            )
        )
        self.rows.add(
            Assessment(
                person_id=who.person_id, instrument="OASys RoSH", value=rng.choice(("Medium", "High", "Very high")),
                band="",
                assessed_on=since, agency=probation,
            )
        )  # fmt: skip
        if rng.random() < 0.5:
            self.rows.add(
                Marker(
                    person_id=who.person_id, kind=rng.choice(("warning", "vulnerability")),
                    text=rng.choice(words.MARKERS),
                    recorded_on=since,
                )
            )  # fmt: skip
        if kind in {"rso", "mappa"}:
            self.rows.add(
                StatutoryStatus(
                    person_id=who.person_id,
                    kind="mappa",
                    mappa_category=1 if kind == "rso" else 2,
                    mappa_level=rng.randint(1, 3),
                    starts_on=since,
                )
            )
        if kind == "rso":
            self.rows.add(
                StatutoryStatus(
                    person_id=who.person_id,
                    kind="rso",
                    starts_on=since,
                    conditions="Notification for ten years",
                )
            )
            if rng.random() < 0.4:
                self.rows.add(
                    StatutoryStatus(
                        person_id=who.person_id,
                        kind="shpo",
                        starts_on=since,
                        conditions="No unsupervised contact with children",
                    )
                )

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

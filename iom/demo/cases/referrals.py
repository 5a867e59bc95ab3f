"""Referrals of the demo, in every stage, and what boards decided on them (REF)."""

from datetime import date, timedelta

from cohorts import models as c
from iom.accounts.rules import Role
from iom.demo import words
from iom.demo.cases.maker import Maker
from iom.demo.people import Candidate
from iom.working_days.rules import add


class ReferralMaker(Maker):
    """Makes referrals with their steps, research and decisions."""

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

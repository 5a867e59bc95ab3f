"""What people of a population did: offences in series with spells in prison between, and what goes with them."""

from datetime import timedelta

from iom.demo.force import PRISONS
from iom.demo.population.events import EventMaker
from iom.demo.population.files import Files, Nominal
from iom.demo.weights import DOMESTIC, PROFILES, SERIES_CODES, SURGE_CODES, UNMAPPED


class LifeMaker(EventMaker):
    """Makes what each person did."""

    def _lives(self, people: list[Nominal], files: Files) -> None:
        """Offences in proportion to each one's weight, until about two thirds of the events are used."""
        total = sum(person.weight for person in people) or 1.0
        offences = self.goal * 0.148
        spill = 0.0
        for person in people:
            share = min(offences * person.weight / total, 220.0) + spill
            count = int(share)
            spill = share - count
            if files.events > self.goal * 0.97:
                count = 0
            self._custody(person, count, files)
            self._offend(person, count, files)
            if person.surges:
                self._surge(person, files)
            self._around(person, count, files)

    def _custody(self, person: Nominal, count: int, files: Files) -> None:
        """Spells in prison for those who offend much; some are inside now, some come out within three months."""
        rng = self.rng
        if (
            person.surges
            or count < 7
            or rng.random() > 0.75
            or person.born > self.as_of - timedelta(days=6940)
        ):
            return
        day = person.first_day + rng.randint(30, 200)
        while day < self.last_day and len(person.away) < 6:
            length = int(rng.choice((28, 42, 84, 120, 180, 270, 400)) * rng.uniform(0.8, 1.3))
            end = day + length
            reason = (
                "recall"
                if person.away and rng.random() < 0.45
                else "remand"
                if rng.random() < 0.2
                else "sentence"
            )
            self._spell(person, reason, day, end, files)
            person.away.append((day, end))
            day = end + rng.randint(40, 500)

    def _spell(self, person: Nominal, reason: str, day: int, end: int, files: Files) -> None:
        rng = self.rng
        self.number += 1
        over = end <= self.last_day
        expected = self.start + timedelta(days=end)
        prison = PRISONS[rng.randrange(4)] if rng.random() < 0.86 else PRISONS[4 + rng.randrange(2)]
        weeks = max(4, round((end - day) * 2 / 7))
        sentence = {"remand": "", "recall": "Recalled on licence"}.get(reason, f"{weeks} weeks' imprisonment")
        licence = (
            ""
            if reason == "remand"
            else rng.choice(
                (
                    "Reside as approved",
                    "Report to supervising officer",
                    "Curfew 7pm to 7am",
                    "Drug testing; reside as approved",
                )
            )
        )
        files.write("custody", (
            f"C{self.number:07d}", person.ref, prison[0], reason, sentence, self.days[day],
            "" if reason == "remand" else expected.isoformat(), self.days[end] if over else "", licence,
            self._recorded(end if over else day),
        ))  # fmt: skip
        if reason == "recall" and rng.random() < 0.7:
            self._incident(person, "licence_breach", max(0, day - rng.randint(1, 9)), "", files)

    def _offend(self, person: Nominal, count: int, files: Files) -> None:
        rng = self.rng
        left = count
        while left > 0:
            code = self.pick[person.profile](rng) if rng.random() > 0.004 else rng.choice(UNMAPPED)
            if rng.random() < 0.12:
                code = self.pick["acquisitive" if person.profile != "acquisitive" else "violent"](rng)
            day = self._free_day(person)
            run = min(left, rng.randint(3, 8)) if code in SERIES_CODES and rng.random() < 0.13 else 1
            for step in range(run):
                at = min(day + step * rng.randint(1, 4), self.last_day)
                self._crime(person, code, at, files)
            left -= run

    def _free_day(self, person: Nominal) -> int:
        for _ in range(4):
            day = self.rng.randint(person.first_day, person.last_day)
            if not person.is_away(day):
                return day
        return person.first_day

    def _crime(self, person: Nominal, code: str, day: int, files: Files, *, fresh: bool = False) -> None:
        """One recorded crime with the stages that this person's part in it has reached."""
        rng = self.rng
        self.number += 1
        ref = f"NM{self.days[day][2:4]}{self.number:07d}"
        domestic = person.profile == "domestic" and code in {c for c, _ in DOMESTIC}
        victim = rng.choice(person.victims) if domestic else ""
        flag = "Y" if domestic else "N"
        since = self.days[max(0, day - 1)] if rng.random() < 0.12 else self.days[day]
        offence = (code, flag, since, self.days[day] if rng.random() > 0.003 else "")
        offences = [("1", offence)]
        if code in {"02803", "02802", "03401"} and rng.random() < 0.12:
            offences.append(("2", (rng.choice(("00826", "14900", "03300")), *offence[1:])))
        known = day + (rng.randint(0, 2) if fresh else int(rng.expovariate(0.2)))
        for number, words in offences:
            self._stages(person, ref, number, words, day, known, victim, files, fresh=fresh)
        if len(files.crimes) < 200_000:
            files.crimes.append((ref, code, flag, self.days[day], victim))

    def _stages(
        self, person: Nominal, ref: str, number: str, words: tuple[str, ...], day: int, known: int,
        victim: str, files: Files,
        *, fresh: bool,
    ) -> None:  # fmt: skip
        rng = self.rng
        code, flag, since, until = words
        draw = rng.random()
        reached = known
        if reached > self.last_day:
            reached = self.last_day

        def row(role: str, status: str, on: int) -> None:
            files.write("crimes", (
                ref, number, person.ref, role, code, flag, since, until, status, self.days[on], victim,
                self._recorded(on),
            ))  # fmt: skip

        if draw < 0.9:
            row("suspect", "suspect", reached)
        if draw > 0.28 or fresh:
            reached += rng.randint(0, 1 if fresh else 20)
            if reached > self.last_day:
                return
            self._arrest(person, "offence", reached, (ref, number, code, flag, self.days[day]), files)
        else:
            if draw < 0.06:
                later = reached + rng.randint(10, 60)
                if later <= self.last_day:
                    row("suspect", "eliminated" if draw < 0.04 else "no_crime", later)
            return
        outcome = rng.random()
        if fresh:
            outcome = outcome * 0.6
        if outcome < 0.58:
            reached += rng.randint(0, 1 if fresh else 45)
            if reached > self.last_day:
                return
            row("suspect", "charged", reached)
            reached += rng.randint(25, 160)
            if reached <= self.last_day:
                row("offender", "convicted" if rng.random() < 0.82 else "acquitted", reached)
                if rng.random() < 0.5:
                    self._conviction(person, code, reached, files)
        elif outcome < 0.70:
            reached += rng.randint(1, 30)
            if reached <= self.last_day:
                row("offender", "out_of_court_disposal", reached)
        else:
            reached += rng.randint(5, 90)
            if reached <= self.last_day:
                row(
                    "suspect",
                    "nfa_victim_not_supporting" if flag == "Y" and rng.random() < 0.7 else "nfa",
                    reached,
                )

    def _surge(self, person: Nominal, files: Files) -> None:
        """The recent burst that puts someone on the emerging-threat tab."""
        rng = self.rng
        for _ in range(rng.randint(4, 7)):
            self._crime(
                person, rng.choice(SURGE_CODES), self.last_day - rng.randint(3, 24), files, fresh=True
            )
        for _ in range(rng.randint(2, 5)):
            self._log(
                person,
                "acquisitive",
                self.last_day - rng.randint(1, 20),
                files,
                grade=rng.choice(("1A", "1B", "2B", "2A")),
            )
        if rng.random() < 0.7:
            day = self.last_day - rng.randint(1, 15)
            self._test(
                person,
                "positive_opiate_and_cocaine" if rng.random() < 0.5 else "positive_cocaine",
                day,
                files,
            )

    def _around(self, person: Nominal, count: int, files: Files) -> None:
        """Intelligence, tests, breaches and the rest, in proportion to how much someone offends."""
        rng = self.rng
        subject = PROFILES[person.profile][1]
        for _ in range(min(int(rng.expovariate(1) * (0.4 + count * 0.85)), 160)):
            said = (
                subject
                if rng.random() < 0.75
                else rng.choice(("acquisitive", "drugs", "other", "organised_crime"))
            )
            self._log(person, said, self._free_day(person), files)
        if person.uses_drugs:
            for _ in range(min(int(rng.expovariate(1) * count * 0.33), 40)):
                result = rng.choice(
                    (
                        "positive_opiate_and_cocaine",
                        "positive_opiate",
                        "positive_cocaine",
                        "positive_cocaine",
                        "negative",
                        "negative",
                        "refused",
                    )
                )
                self._test(person, result, self._free_day(person), files)
        for _ in range(int(rng.expovariate(1) * count * 0.14)):
            self._arrest(
                person, rng.choice(("breach_bail", "recall_or_warrant")), self._free_day(person), None, files
            )
        if person.profile == "domestic":
            for _ in range(min(int(rng.expovariate(1) * (0.5 + count * 0.8)), 40)):
                kind = rng.choice(
                    (
                        "dash_standard",
                        "dash_standard",
                        "dash_medium",
                        "dash_medium",
                        "dash_high",
                        "nmo_or_ro",
                        "bail",
                    )
                )
                self._incident(person, kind, self._free_day(person), rng.choice(person.victims), files)
        for _ in range(int(rng.expovariate(1) * count * 0.06)):
            self._conviction(person, self.pick[person.profile](rng), self._free_day(person), files)

"""A believable, seeded population written as extract files in the feed formats (PER-1, INT-1).

Offending is skewed: a few people commit much of it, in series, with spells in prison between. The same numbers and
seed give the same files. Rows are written person by person, so that memory stays flat whatever the size.
"""

import csv
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from iom.demo.force import DISTRICTS, PRISONS
from iom.demo.names import FAMILY, FEMALE, MALE, STREETS
from iom.demo.weights import (
    DOMESTIC,
    ETHNICITIES,
    GRADES,
    PROFILES,
    SERIES_CODES,
    SURGE_CODES,
    UNMAPPED,
    Pick,
)
from iom.persons.rules import check_letter

SPAN_DAYS = 5 * 365
SURGING_PER_DISTRICT = 9

HEADERS: dict[str, tuple[str, ...]] = {
    "persons": (
        "nominal_ref", "family_name", "given_names", "date_of_birth", "sex", "ethnicity", "pnc_id", "cro_no",
        "prison_no", "crn", "home_unit", "address_line", "town", "postcode", "address_since", "aliases",
    ),
    "crimes": (
        "crime_ref", "offence_no", "nominal_ref", "role", "ho_code", "domestic_abuse", "occurred_from", "occurred_to",
        "status", "status_on", "victim_key", "recorded_at",
    ),
    "arrests": (
        "arrest_ref", "nominal_ref", "arrested_on", "reason", "crime_ref", "offence_no", "ho_code", "domestic_abuse",
        "offence_on", "recorded_at",
    ),
    "intelligence": ("log_ref", "nominal_ref", "role", "logged_on", "subject", "grade", "recorded_at"),
    "custody": (
        "custody_ref", "nominal_ref", "prison", "reason", "sentence", "held_from", "expected_release_on", "held_to",
        "licence_conditions", "recorded_at",
    ),
    "drug_tests": ("test_ref", "nominal_ref", "tested_on", "result", "recorded_at"),
    "incidents": ("incident_ref", "nominal_ref", "role", "kind", "occurred_on", "victim_key", "recorded_at"),
    "convictions": ("conviction_ref", "nominal_ref", "convicted_on", "ho_code", "recorded_at"),
}  # fmt: skip
EVENT_KINDS = tuple(kind for kind in HEADERS if kind != "persons")


@dataclass
class Nominal:
    """One person while their rows are made."""

    ref: str
    sex: str
    born: date
    unit: str
    profile: str
    weight: float
    first_day: int
    last_day: int
    uses_drugs: bool
    surges: bool
    victims: tuple[str, ...] = ()
    away: list[tuple[int, int]] = field(default_factory=list)

    def is_away(self, day: int) -> bool:
        return any(start <= day <= end for start, end in self.away)


@dataclass
class Files:
    """The open files, how many rows each has, and the references that victims are added to at the end."""

    writers: dict[str, Callable[[Sequence[Any]], Any]]
    counts: dict[str, int]
    crimes: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def write(self, kind: str, row: Sequence[Any]) -> None:
        self.writers[kind](row)
        self.counts[kind] += 1

    @property
    def events(self) -> int:
        return sum(self.counts[kind] for kind in EVENT_KINDS)


class Population:
    """The making of one population; `write` is the only door."""

    def __init__(self, *, persons: int, events: int, seed: int, as_of: date) -> None:
        self.size, self.goal, self.as_of = persons, events, as_of
        self.rng = Random(seed)
        self.start = as_of - timedelta(days=SPAN_DAYS)
        self.last_day = SPAN_DAYS - 1
        self.days = [(self.start + timedelta(days=n)).isoformat() for n in range(SPAN_DAYS + 1)]
        self.ending = [f"T{hour:02d}:{minute:02d}" for hour in range(24) for minute in (5, 20, 35, 50)]
        self.pick = {name: Pick(codes) for name, (codes, _) in PROFILES.items()}
        self.pick_grade, self.pick_ethnicity = Pick(GRADES), Pick(ETHNICITIES)
        self.pick_unit = Pick([(unit.code, unit.share) for unit in DISTRICTS])
        self.units = {unit.code: unit for unit in DISTRICTS}
        self.number = 0

    def write(self, out: Path, *, with_faults: bool = False) -> dict[str, int]:
        """Write all files into a folder; returns the rows of each; `with_faults` adds a few to reject."""
        out.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = Files({}, dict.fromkeys(HEADERS, 0))
            for kind, header in HEADERS.items():
                handle = stack.enter_context((out / f"{kind}.csv").open("w", encoding="utf-8", newline=""))
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerow(header)
                files.writers[kind] = writer.writerow
            people = [self._person(number, files) for number in range(self.size)]
            self._lives(people, files)
            self._others(people, files)
            if with_faults:
                self._faults(people, files)
        return files.counts

    # people

    def _person(self, number: int, files: Files) -> Nominal:
        rng = self.rng
        sex = "F" if rng.random() < 0.17 else "M" if rng.random() < 0.997 else "U"
        age = self._age()
        born = self.as_of - timedelta(days=int(age * 365.25) + rng.randrange(365))
        profile = self._profile(sex)
        weight = rng.lognormvariate(0, 1.5) * (1.0 if 17 <= age < 45 else 0.45)
        first, last = self._career(age)
        unit = self.pick_unit(rng)
        surges = SURGING_PER_DISTRICT * len(DISTRICTS) > number >= 0 and self.size >= 200
        if surges:
            unit, profile, sex = (
                DISTRICTS[number % len(DISTRICTS)].code,
                "acquisitive",
                sex if sex != "U" else "M",
            )
            born = self.as_of - timedelta(days=int(rng.uniform(18.5, 40) * 365.25))
            weight, first, last = 0.7, 0, self.last_day
        victims = tuple(f"V{number:06d}{letter}" for letter in "ABCD"[: rng.choice((1, 1, 1, 2, 2, 3))])
        ref = f"N{1_000_000 + number}"
        files.write("persons", self._person_row(ref, sex, born, unit, number))
        return Nominal(
            ref, sex, born, unit, profile, weight, first, last, rng.random() < 0.35, surges, victims
        )

    def _age(self) -> float:
        rng, draw = self.rng, self.rng.random()
        for share, low, high in (
            (0.03, 13, 17.9),
            (0.27, 18, 25),
            (0.60, 25, 35),
            (0.83, 35, 45),
            (0.96, 45, 60),
        ):
            if draw < share:
                return rng.uniform(low, high)
        return rng.uniform(60, 82)

    def _profile(self, sex: str) -> str:
        draw = self.rng.random()
        if draw < (0.62 if sex == "F" else 0.44):
            return "acquisitive"
        if draw < 0.66:
            return "violent"
        if draw < 0.85:
            return "drugs"
        return "domestic" if draw < 0.985 else "firearms"

    def _career(self, age: float) -> tuple[int, int]:
        rng = self.rng
        earliest = max(0, SPAN_DAYS - int((age - 11) * 365))
        if rng.random() < 0.3:
            return earliest, self.last_day
        first = rng.randrange(min(earliest, self.last_day - 60), self.last_day - 30)
        return first, min(self.last_day, first + int(rng.uniform(120, 1200)))

    def _person_row(self, ref: str, sex: str, born: date, unit: str, number: int) -> tuple[Any, ...]:
        rng = self.rng
        given = rng.choice(FEMALE if sex == "F" else MALE)
        if rng.random() < 0.3:
            given += " " + rng.choice(FEMALE if sex == "F" else MALE)
        family = rng.choice(FAMILY)
        year = min(born.year + rng.randint(13, 24), self.as_of.year)
        serial = 10_000 + number
        pnc = (
            f"{year}/{serial:07d}{check_letter(f'{year % 100:02d}{serial:07d}')}"
            if rng.random() < 0.93
            else ""
        )
        cro = f"{serial % 1_000_000:06d}/{year % 100:02d}{check_letter(f'{year % 100:02d}{serial % 1_000_000:06d}')}"
        letters = "ABCDEFGHJKLMNPQRTUVWXY"
        prison = f"A{1000 + number % 9000}{letters[number // 9000 % 22]}{letters[number // 198_000 % 22]}"
        town, outward = rng.choice(self.units[unit].towns)
        since = self.start - timedelta(days=rng.randrange(-1700, 3000))
        alias = f"{rng.choice(FAMILY)}/{given}" if rng.random() < 0.06 else ""
        return (
            ref, family, given, born.isoformat() if rng.random() < 0.995 else "", sex, self.pick_ethnicity(rng), pnc,
            cro if pnc and rng.random() < 0.55 else "", prison if rng.random() < 0.4 else "",
            f"X{100_000 + number % 900_000}" if rng.random() < 0.35 and number < 900_000 else "", unit,
            f"{rng.randint(1, 180)} {rng.choice(STREETS)}", town,
            f"{outward} {rng.randint(1, 9)}{rng.choice('ABDEFGHJ')}{rng.choice('LNPQRSTU')}",
            max(since, born).isoformat(), alias,
        )  # fmt: skip

    # what they did

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

    def _recorded(self, day: int) -> str:
        """When the force's system knew: mostly within days, now and then weeks later, never after the last day."""
        rng = self.rng
        lag = int(rng.expovariate(0.9)) if rng.random() > 0.02 else rng.randint(5, 60)
        return self.days[min(day + lag, self.last_day)] + self.ending[rng.randrange(96)]

    def _arrest(
        self,
        person: Nominal,
        reason: str,
        day: int,
        crime: tuple[str, str, str, str, str] | None,
        files: Files,
    ) -> None:
        self.number += 1
        files.write("arrests", (
            f"A{self.number:08d}", person.ref, self.days[day], reason, *(crime or ("", "", "", "", "")),
            self._recorded(day),
        ))  # fmt: skip

    def _log(self, person: Nominal, subject: str, day: int, files: Files, *, grade: str = "") -> None:
        self.number += 1
        role = "suspect" if self.rng.random() > 0.06 else "associate"
        row = (
            f"L{self.number:08d}",
            person.ref,
            role,
            self.days[day],
            subject,
            grade or self.pick_grade(self.rng),
        )
        files.write("intelligence", (*row, self._recorded(day)))

    def _test(self, person: Nominal, result: str, day: int, files: Files) -> None:
        self.number += 1
        files.write(
            "drug_tests", (f"T{self.number:08d}", person.ref, self.days[day], result, self._recorded(day))
        )

    def _incident(self, person: Nominal, kind: str, day: int, victim: str, files: Files) -> None:
        self.number += 1
        files.write(
            "incidents",
            (f"I{self.number:08d}", person.ref, "suspect", kind, self.days[day], victim, self._recorded(day)),
        )

    def _conviction(self, person: Nominal, code: str, day: int, files: Files) -> None:
        self.number += 1
        files.write(
            "convictions", (f"P{self.number:08d}", person.ref, self.days[day], code, self._recorded(day))
        )

    # those who were there

    def _others(self, people: list[Nominal], files: Files) -> None:
        """Victims, witnesses and reporters, who never score, until the number of events asked for is reached."""
        rng, missing = self.rng, self.goal - files.events
        if not files.crimes or not people:
            return
        per_crime = -(-missing // len(files.crimes)) if missing > 0 else 0
        for ref, code, flag, day, victim in files.crimes:
            roles = ("victim", "witness", "reporter", "victim", "witness")
            chosen: set[str] = set()
            for step in range(per_crime):
                if missing <= 0:
                    return
                person = people[rng.randrange(len(people))]
                if person.ref in chosen:
                    continue
                chosen.add(person.ref)
                role = roles[(step + rng.randrange(2)) % 5]
                files.write("crimes", (
                    ref, "1", person.ref, role, code, flag, day, day, "", "", victim, self._recorded(self._index(day)),
                ))  # fmt: skip
                missing -= 1

    def _index(self, day: str) -> int:
        return (date.fromisoformat(day) - self.start).days

    def _faults(self, people: list[Nominal], files: Files) -> None:
        """A handful of rows that the import must reject, each for another reason."""
        ref, moment = people[-1].ref, self.days[self.last_day] + "T09:00"
        ahead = (self.as_of + timedelta(days=40)).isoformat()
        day = self.days[self.last_day - 5]
        for row in (
            ("NM-FAULT-1", "1", "N9999999", "suspect", "04600", "N", day, day, "suspect", day, "", moment),
            ("NM-FAULT-2", "1", ref, "suspect", "02803", "N", ahead, ahead, "suspect", day, "", moment),
            ("NM-FAULT-3", "1", ref, "suspekt", "02803", "N", "31/02/2026", day, "charged", day, "", moment),
        ):
            files.write("crimes", row)
        files.write("intelligence", ("L-FAULT-1", ref, "suspect", day, "acquisitive", "7Z", moment))
        number = self.size + 7
        pnc = f"1999/{number:07d}{check_letter(f'99{number:07d}')}"
        wrong = "A" if pnc[-1] != "A" else "B"
        for nominal, born, value in (
            ("N9000001", "1981-03-04", pnc),
            ("N9000002", "1985-09-12", pnc),
            ("N9000003", "1990-01-01", pnc[:-1] + wrong),
        ):
            person = dict.fromkeys(HEADERS["persons"], "") | {
                "nominal_ref": nominal,
                "family_name": "Testcase",
                "given_names": "Sam",
                "date_of_birth": born,
                "sex": "M",
                "pnc_id": value,
                "home_unit": DISTRICTS[0].code,
            }
            files.write("persons", tuple(person.values()))


def generate(
    out: Path, *, persons: int, events: int, seed: int, as_of: date, with_faults: bool = False
) -> dict[str, int]:
    """Write a population's extract files into a folder; returns the number of rows of each kind."""
    return Population(persons=persons, events=events, seed=seed, as_of=as_of).write(
        out, with_faults=with_faults
    )

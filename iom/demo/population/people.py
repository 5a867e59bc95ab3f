"""The people of a population: who they are, how long they offend, and their row (PER-1)."""

from datetime import date, timedelta
from typing import Any

from iom.demo.force import DISTRICTS
from iom.demo.names import FAMILY, FEMALE, MALE, STREETS
from iom.demo.population.files import Files, Nominal
from iom.demo.population.maker import SPAN_DAYS, Maker
from iom.persons.rules import check_letter

SURGING_PER_DISTRICT = 9


class PeopleMaker(Maker):
    """Makes persons."""

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

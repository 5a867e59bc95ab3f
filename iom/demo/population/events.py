"""Single rows of the extract files, each with its reference and when it became known (INT-1)."""

from iom.demo.population.files import Files, Nominal
from iom.demo.population.maker import Maker


class EventMaker(Maker):
    """Writes one row of each kind."""

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

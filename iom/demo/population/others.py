"""Those who were there and never score, and a handful of rows that an import must reject."""

from datetime import date, timedelta

from iom.demo.force import DISTRICTS
from iom.demo.population.events import EventMaker
from iom.demo.population.files import HEADERS, Files, Nominal
from iom.persons.rules import check_letter


class OtherMaker(EventMaker):
    """Makes victims, witnesses and reporters, and faults."""

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

"""What else is known of managed people: partner assessments, markers, statutory statuses (PER)."""

from datetime import timedelta

from iom.demo import words
from iom.demo.cases.maker import Maker
from iom.demo.people import Candidate
from iom.persons.models import Assessment, Marker, StatutoryStatus


class SurroundingsMaker(Maker):
    """Makes what stands beside a case."""

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

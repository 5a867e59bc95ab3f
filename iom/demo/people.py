"""Whom the demo manages: people of the population who fit each cohort."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from iom.demo.force import DISTRICTS
from iom.demo.population.people import SURGING_PER_DISTRICT
from iom.persons.models import CustodyPeriod, Person
from scoring.models import CurrentScore

FIRST_NUMBER = 1_000_000


@dataclass(frozen=True)
class Candidate:
    """One person as the demo needs them."""

    person_id: int
    ref: str
    family_name: str
    given_names: str
    date_of_birth: date | None
    sex: str
    unit: str
    is_child: bool
    in_hub_prison: bool
    ror: int
    da: int


def candidates(*, on: date) -> list[Candidate]:
    """Everybody but those whose recent surge belongs on the emerging-threat tab."""
    surging = {f"N{FIRST_NUMBER + number}" for number in range(SURGING_PER_DISTRICT * len(DISTRICTS))}
    scores: dict[str, dict[int, int]] = {"ROR": {}, "DA": {}}
    rows = CurrentScore.objects.filter(score_model__code__in=scores, score_model__status="active")
    for code, person_id, published in rows.values_list("score_model__code", "person_id", "published"):
        scores[code][person_id] = published
    inside = CustodyPeriod.objects.filter(person=OuterRef("pk"), held_to__isnull=True, prison__in_area=True)
    adult_since = on - timedelta(days=int(18 * 365.25))
    fields = (
        "id",
        "nominal_ref",
        "family_name",
        "given_names",
        "date_of_birth",
        "sex",
        "home_unit__code",
        "inside",
    )
    people = Person.objects.annotate(inside=Exists(inside)).order_by("nominal_ref").values_list(*fields)
    return [
        Candidate(
            person_id,
            ref,
            family_name,
            given_names,
            born,
            sex,
            unit,
            born is not None and born > adult_since,
            is_inside,
            scores["ROR"].get(person_id, 0),
            scores["DA"].get(person_id, 0),
        )
        for person_id, ref, family_name, given_names, born, sex, unit, is_inside in people
        if ref not in surging
    ]

"""Random people for the property tests, and the way they are handed to the product's pricing."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from scoring import pricing
from scoring.kernel.extract import extract
from scoring.kernel.price import Scores, price
from scoring.kernel.tables import tables_of
from scoring.rules.cases import PRICE, Case, CaseEvent
from scoring.rules.config import ModelConfig
from scoring.rules.vocabulary import FAMILIES, INTEL_GRADES, ROLES, STATUS_STAGES
from scoring.services import cases as service
from tests.scoring.reference import E

AS_OF = date(2026, 6, 30)


def random_person(chance: random.Random, model: dict[str, Any]) -> list[E]:
    """Up to 25 events that touch every rule: stages, occurrences, victims, windows, edges, late links."""
    events: list[E] = []
    for number in range(1, chance.randint(0, 25) + 1):
        family = chance.choice([*FAMILIES, "crime", "crime", "crime", "crime"])
        if family == "crime" and events and chance.random() < 0.35:
            events.append(_next_stage(chance, number, chance.choice(events)))
            continue
        categories = [*model["weights"].get(family, {"x": 0}), "not_in_the_model"]
        events.append(
            E(
                id=number,
                family=family,
                category=chance.choice(categories),
                on=AS_OF - timedelta(days=_days(chance, model, family)),
                role=chance.choice([*ROLES, *["suspect"] * 12, "offender"]),
                status=chance.choice([None, *STATUS_STAGES, *STATUS_STAGES[:5]])
                if family == "crime"
                else None,
                occurrence=f"OCC/{chance.randint(1, 4)}"
                if family == "crime" and chance.random() < 0.4
                else "",
                grading=chance.choice(INTEL_GRADES) if family == "intelligence" else None,
                victim=chance.choice(["", "", "v1", "v2", "v3"]),
                bulk=chance.random() < 0.1,
                recorded=AS_OF - timedelta(days=chance.randint(-2, 40)) if chance.random() < 0.3 else None,
            )
        )
    return events


def _next_stage(chance: random.Random, number: int, earlier: E) -> E:
    """A later (or the same day's) outcome of an earlier event, or another offence of the same occurrence."""
    return E(
        id=number,
        family=earlier.family,
        category=earlier.category,
        on=earlier.on,
        status=chance.choice(STATUS_STAGES) if earlier.family == "crime" else None,
        status_on=earlier.on + timedelta(days=chance.randint(0, 2)),
        occurrence=earlier.occurrence,
        grading=earlier.grading,
        victim=chance.choice([earlier.victim, "v4"]),
    )


def _days(chance: random.Random, model: dict[str, Any], family: str) -> int:
    lookback = model["families"].get(family, {"lookback": 400})["lookback"]
    edges = [0, -1, lookback, lookback + 1, 28, 29, 27, 90, 91, 180, 181, 1095, 1096]
    return chance.choice([chance.randint(0, 60), chance.randint(0, lookback + 30), chance.choice(edges)])


def as_case(place: int, model: str, events: Sequence[E], as_of: date = AS_OF) -> Case:
    return Case(
        place=place,
        title="",
        model=model,
        version=None,
        as_of=as_of,
        wants=PRICE,
        events=tuple(
            CaseEvent(
                event_id=e.id + place * 1000,
                name=str(e.id),
                family=e.family,
                category=e.category,
                occurred_on=e.on,
                recorded_at=_midnight(e.recorded or e.on),
                role=e.role,
                status=e.status,
                status_on=e.status_on,
                occurrence_ref=e.occurrence,
                intel_grade=e.grading or "",
                victim_key=e.victim,
                bulk_load=e.bulk,
            )
            for e in events
        ),
    )


def by_kernel(configs: Sequence[ModelConfig], as_of: date, count: int) -> list[Scores]:
    """The people who were loaded, priced by the kernel under each model from one read."""
    tables = tables_of(configs)
    asks = [pricing.question(config, as_of) for config in configs]
    events = extract(tables, asks, pricing.people_between(1, count), source=service.RELATION)
    return [price(table, events, ask) for table, ask in zip(tables.models, asks, strict=True)]


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=pricing.LONDON)


def price_all(
    config: ModelConfig, people: Sequence[Sequence[E]], as_of: date = AS_OF
) -> list[dict[str, Any]]:
    """Every person priced by the product in one go: raw hundredths, published, band, points of each event.

    The lines come from the SQL; the kernel of the night must give the same scores.
    """
    service._load(
        [as_case(place, config.code, events, as_of) for place, events in enumerate(people, start=1)]
    )
    found = pricing.prices(
        config,
        pricing.question(config, as_of),
        pricing.people_between(1, len(people)),
        source=service.RELATION,
    )
    scores = by_kernel([config], as_of, len(people))[0]
    by_night = dict(zip(scores.person_ids.tolist(), scores.raw_hundredths.tolist(), strict=True))
    assert by_night == {place: told.raw_hundredths for place, (told, _) in found.items()}
    answers = []
    for place in range(1, len(people) + 1):
        told, row = found.get(place, (pricing.nothing(config), None))
        answers.append(
            {
                "raw_hundredths": told.raw_hundredths,
                "published": told.published,
                "band": told.band,
                "lines": {
                    line.event_id - place * 1000: line.points_hundredths
                    for line in told.lines
                    if line.event_id is not None
                },
                "news": sorted(event_id - place * 1000 for event_id in row["news"]) if row else [],
                "sum": sum(line.points_hundredths for line in told.lines),
            }
        )
    return answers

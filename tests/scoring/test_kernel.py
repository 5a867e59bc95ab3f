"""The fast kernel against the readable SQL and the plain Python reference, person for person (SCO-1, SCO-4)."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.access.scope import as_service
from scoring import pricing, shipped
from scoring.kernel.extract import EPOCH, extract
from scoring.kernel.price import NO_DAY, Scores, price
from scoring.kernel.tables import Tables, tables_of
from scoring.rules.config import ModelConfig
from scoring.services import cases as service
from tests.scoring import reference
from tests.scoring.people import AS_OF, as_case, random_person
from tests.scoring.reference import E

MODELS = shipped.models()
CONFIGS = tuple(MODELS.values())
WINDOW = 28
PEOPLE = 150
pytestmark = pytest.mark.django_db
on_random_people = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def some_people(seed: int, count: int = PEOPLE) -> list[list[E]]:
    """People whose events use the words of one model or another, and of none."""
    chance = random.Random(seed)
    return [random_person(chance, dict(chance.choice(CONFIGS).document)) for _ in range(count)]


def load(people: Sequence[Sequence[E]]) -> None:
    service._load([as_case(place, "ROR", events) for place, events in enumerate(people, start=1)])


def by_kernel(
    ask: pricing.Question,
    people: pricing.People,
    configs: Sequence[ModelConfig] = CONFIGS,
) -> list[Scores]:
    tables: Tables = tables_of(configs)
    events = extract(tables, [ask] * len(configs), people, source=service.RELATION)
    return [price(table, events, ask) for table in tables.models]


def as_rows(scores: Scores) -> list[dict[str, Any]]:
    """The kernel's answer in the shape of score.sql."""
    news = scores.news_of(scores.person)
    return [
        {
            "person_id": person,
            "raw_hundredths": raw,
            "published": published,
            "latest_on": None if latest == NO_DAY else EPOCH + timedelta(days=latest),
            "highest_base": base,
            "crimes_90": crimes,
            "occurrences": occurrences,
            "victims": victims,
            "news": list(news.get(person, ())),
        }
        for person, raw, published, latest, base, crimes, occurrences, victims in zip(
            *(
                column.tolist()
                for column in (
                    scores.person_ids, scores.raw_hundredths, scores.published, scores.latest, scores.highest_base,
                    scores.crimes_90, scores.occurrences, scores.victims,
                )
            ),
            strict=True,
        )
    ]  # fmt: skip


def by_sql(config: ModelConfig, ask: pricing.Question, people: pricing.People) -> list[dict[str, Any]]:
    rows = pricing.scores(config, ask, people, source=service.RELATION)
    return sorted(({**row, "news": sorted(row["news"])} for row in rows), key=lambda row: row["person_id"])


@on_random_people
@given(seed=st.integers(0, 2**32))
def test_kernel_sql_and_reference_agree_on_1200_people_under_every_model(seed):
    people = some_people(seed)

    with as_service():
        load(people)
        everyone = pricing.people_between(1, PEOPLE)
        ask = pricing.question(CONFIGS[0], AS_OF)
        for config, scores in zip(CONFIGS, by_kernel(ask, everyone), strict=True):
            rows = as_rows(scores)
            assert rows == by_sql(config, ask, everyone)
            found = {row["person_id"]: row for row in rows}
            for place, events in enumerate(people, start=1):
                wanted = reference.price(dict(config.document), events, AS_OF)
                row = found.get(place, {"raw_hundredths": 0, "published": 0})
                assert Decimal(row["raw_hundredths"]) / 100 == wanted["raw"], events
                assert row["published"] == wanted["published"]


@on_random_people
@given(seed=st.integers(0, 2**32))
def test_kernel_and_sql_agree_on_the_score_of_28_days_before(seed):
    people = some_people(seed)

    with as_service():
        load(people)
        everyone = pricing.people_between(1, PEOPLE)
        ask = pricing.question(CONFIGS[0], AS_OF)
        tables = tables_of(CONFIGS)
        events = extract(tables, [ask] * len(CONFIGS), everyone, source=service.RELATION)
        for config, table in zip(CONFIGS, tables.models, strict=True):
            then = as_rows(price(table, events, ask.looking_back()))
            assert _without_news(then) == _without_news(by_sql(config, ask.looking_back(), everyone))


def _without_news(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "news": []} for row in rows]

"""The kernel held against the readable SQL over a whole night: every person, every column, the same fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.db import connection

from iom.access.scope import as_service
from iom.kernel.rights import rights_of
from scoring import pricing
from scoring.kernel.digest import hash_extended
from scoring.kernel.extract import extract
from scoring.kernel.packing import read_packed
from scoring.kernel.price import Scores, price
from scoring.kernel.shapes import Integers
from scoring.kernel.tables import tables_of
from scoring.models import ScoreModel
from scoring.pricing import VIEW, People, Question
from scoring.rules.config import ModelConfig
from scoring.services.models import config_of
from scoring.services.runs import models_in_use, ranges

WIDTHS = {
    "person": 8, "raw_hundredths": 8, "published": 8, "latest": 4, "highest_base": 4, "crimes_90": 4, "occurrences": 8,
    "victims": 8, "news": 8, "digest": 8,
}  # fmt: skip
SHOWN = 10


@dataclass(frozen=True)
class Verified:
    """How one model came out: people compared, both fingerprints, and the first of those who differ."""

    model: str
    persons: int
    kernel_digest: int
    sql_digest: int
    differing: tuple[int, ...]

    @property
    def is_same(self) -> bool:
        return not self.differing and self.kernel_digest == self.sql_digest


def verify_night(
    as_of: date, *, at: datetime, code: str | None = None, sample: int | None = None
) -> list[Verified]:
    """Every model in use (or one) as at a day and as at its baseline, over all people or some chunks spread evenly.

    For commands: each chunk is its own transaction; nothing is stored.
    """
    with as_service():
        models, chunks = models_in_use(as_of, code), ranges()
    if sample is not None and sample < len(chunks):
        chunks = [chunks[len(chunks) * number // sample] for number in range(sample)]
    found = [Verified(str(model), 0, 0, 0, ()) for model in models]
    if not models:
        return found
    for persons in chunks:
        with as_service():
            people = pricing.people_between(persons.first_id, persons.last_id)
            compared = _chunk(models, as_of, at, people)
        found = [_both(so_far, one) for so_far, one in zip(found, compared, strict=True)]
    return found


def differing(
    configs: Sequence[ModelConfig], asks: Sequence[Question], people: People, *, source: str = VIEW
) -> list[tuple[Scores, int, tuple[int, ...]]]:
    """For each model: the kernel's scores, the SQL's fingerprint, and the people who differ, now or at the baseline."""
    answers = []
    with rights_of(pricing.SCORING_ROLE):
        tables = tables_of(configs)
        events = extract(tables, asks, people, source=source)
    for table, ask in zip(tables.models, asks, strict=True):
        now = price(table, events, ask)
        digest, wrong = _against_sql(table.config, now, ask, people, source)
        before = price(table, events, ask.looking_back())
        # What was news 28 days ago is asked by nobody.
        _, wrong_before = _against_sql(
            table.config, before, ask.looking_back(), people, source, with_news=False
        )
        answers.append((now, digest, tuple(sorted({*wrong, *wrong_before}))))
    return answers


def _chunk(models: Sequence[ScoreModel], as_of: date, at: datetime, people: People) -> list[Verified]:
    configs = [config_of(model) for model in models]
    asks = [
        pricing.question(config, as_of, watermark=at, news_from=model.news_from or pricing.ALWAYS)
        for model, config in zip(models, configs, strict=True)
    ]
    return [
        Verified(str(model), len(scores.person), scores.digest, digest, wrong)
        for model, (scores, digest, wrong) in zip(models, differing(configs, asks, people), strict=True)
    ]


def _both(one: Verified, other: Verified) -> Verified:
    return replace(
        one,
        persons=one.persons + other.persons,
        kernel_digest=one.kernel_digest ^ other.kernel_digest,
        sql_digest=one.sql_digest ^ other.sql_digest,
        differing=(one.differing + other.differing)[:SHOWN],
    )


def _against_sql(
    config: ModelConfig, scores: Scores, ask: Question, people: People, source: str, *, with_news: bool = True
) -> tuple[int, list[int]]:
    """The SQL's fingerprint, and who differs in any column or is priced by one side only."""
    text = pricing.statement(config, ask, people, tail="packed.sql", source=source)
    with rights_of(pricing.SCORING_ROLE), connection.cursor() as cursor:
        cursor.execute(pricing.PLAN_SQL)
        sent = read_packed(text, pricing.parameters(config, ask, people), WIDTHS)
    digest = int(sent.pop("digest")[0])
    order = np.argsort(sent["person"])
    columns = np.stack([sent[name][order] for name in sent if with_news or name != "news"])
    own = np.stack([column for name, column in _columns(scores).items() if with_news or name != "news"])
    if columns.shape == own.shape and np.array_equal(columns, own):
        return digest, []
    theirs, ours = ({row[0]: row for row in zip(*side.tolist(), strict=True)} for side in (columns, own))
    return digest, [
        person for person in theirs.keys() | ours.keys() if theirs.get(person) != ours.get(person)
    ]


def _columns(scores: Scores) -> dict[str, Integers]:
    news = np.zeros(len(scores.ids), dtype=np.int64)
    np.bitwise_xor.at(
        news, scores.news_person, hash_extended(scores.news_event, np.ones_like(scores.news_event))
    )
    return {
        "person": scores.person_ids,
        "raw_hundredths": scores.raw_hundredths,
        "published": scores.published,
        "latest": scores.latest,
        "highest_base": scores.highest_base,
        "crimes_90": scores.crimes_90,
        "occurrences": scores.occurrences,
        "victims": scores.victims,
        "news": news[scores.person],
    }

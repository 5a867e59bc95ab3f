"""One chunk of people under every model of a run: one read, a price for each model, and only what changed (SCO-4).

One transaction, safe to repeat: a second time it writes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import connection, transaction

from iom.kernel.rights import rights_of
from scoring import pricing
from scoring.kernel.changes import Changes, changes, current_scores
from scoring.kernel.extract import Events, extract
from scoring.kernel.price import Scores, price
from scoring.kernel.tables import Table, tables_of
from scoring.kernel.write import write
from scoring.models import ScoreModel, ScoreRun
from scoring.pricing import People, Question
from scoring.rules.config import ModelConfig
from scoring.rules.emerging import fired_rules, least_jump
from scoring.services.alerts import Firing, raise_alerts
from scoring.services.models import config_of

# First of the two keys of the advisory locks that keep two recomputes of the same people apart.
LOCK_SPACE = 7_101
COUNT_SQL = """
WITH told AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::bigint[])
        AS told (id, persons, changed, written, alerts, digest)
), locked AS (
    SELECT id FROM scoring_run WHERE id IN (SELECT id FROM told) ORDER BY id FOR UPDATE
)
UPDATE scoring_run r
SET persons = r.persons + told.persons, changed = r.changed + told.changed, written = r.written + told.written,
    alerts = r.alerts + told.alerts, digest = r.digest # told.digest
FROM told JOIN locked USING (id)
WHERE r.id = told.id
"""


@dataclass(frozen=True)
class Priced:
    """One run's answer for the people of the chunk."""

    run: ScoreRun
    ask: Question
    table: Table
    scores: Scores
    events: Events


def score_chunk(runs: Sequence[ScoreRun], people: People, lock_keys: Sequence[int]) -> None:
    """Price these people under the models of these runs, store what changed, raise alerts, count."""
    with transaction.atomic():
        _lock(lock_keys)
        priced = _price(runs, people)
        kept = [one for one in priced if not one.run.replay]
        found = _store(kept, people)
        # Last in the chunk, so that workers wait for each other only briefly; always in the same order.
        alerts = _alerts(kept)
        _count(priced, found, alerts)


def digest_of(run: ScoreRun, people: People) -> int:
    """The fingerprint of these people's raw scores under one run, worked out again."""
    (priced,) = _price([run], people)
    return priced.scores.digest


def _lock(keys: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, key])


def _price(runs: Sequence[ScoreRun], people: People) -> list[Priced]:
    """The events are read once for all runs of the same day and the same knowledge."""
    found = []
    for _, alike in groupby(sorted(runs, key=_known), key=_known):
        group = list(alike)
        configs = [config_of(run.score_model) for run in group]
        asks = [_question(run, config) for run, config in zip(group, configs, strict=True)]
        # With the rights of the class that reads the events and nothing else (scoring.md 2.13).
        with rights_of(pricing.SCORING_ROLE):
            tables = tables_of(configs)
            events = extract(tables, asks, people)
        for run, ask, table in zip(group, asks, tables.models, strict=True):
            found.append(Priced(run, ask, table, price(table, events, ask), events))
    return found


def _known(run: ScoreRun) -> tuple[object, ...]:
    return run.as_of, run.watermark


def _question(run: ScoreRun, config: ModelConfig) -> Question:
    return pricing.question(
        config, run.as_of, watermark=run.watermark, news_from=run.score_model.news_from or pricing.ALWAYS
    )


def _store(priced: Sequence[Priced], people: People) -> dict[int, Changes]:
    """Compare with the stored scores and write what differs; the changes by run."""
    if not priced:
        return {}
    stored = current_scores({one.run.score_model_id: one.run.exact_from for one in priced}, people)
    found = {
        one.run.pk: changes(one.scores, stored[one.run.score_model_id], exact_from=one.run.exact_from)
        for one in priced
    }
    write([(one.run, one.table.config, found[one.run.pk]) for one in priced])
    return found


def _alerts(priced: Sequence[Priced]) -> dict[int, int]:
    """Alerts raised, by run; a shadow model raises none."""
    active = [one for one in priced if one.run.score_model.status == ScoreModel.Status.ACTIVE]
    return raise_alerts({one.run: list(_firings(one)) for one in active})


def _firings(priced: Priced) -> Iterator[Firing]:
    """Who rose significantly: the score of 28 days before is worked out only for those who could fire."""
    config, scores = priced.table.config, priced.scores
    candidates = (scores.published >= config.emerging.entry_floor) & scores.has_news
    if not candidates.any():
        return
    before = price(priced.table, priced.events, priced.ask.looking_back(), people=scores.person[candidates])
    places = scores.person[candidates]
    baselines = before.published_of(places)
    rises = scores.published[candidates] - baselines >= least_jump(config)
    news = scores.news_of(places[rises])
    rows = zip(
        scores.ids[places[rises]].tolist(), scores.published[candidates][rises].tolist(), baselines[rises].tolist(),
        strict=True,
    )  # fmt: skip
    for person_id, score, baseline in rows:
        fired = fired_rules(config, score=score, baseline=baseline, has_new_event=True)
        if fired:
            yield Firing(person_id, score, baseline, tuple(fired), news[person_id])


def _count(priced: Sequence[Priced], found: dict[int, Changes], alerts: dict[int, int]) -> None:
    """Add the chunk's figures to the runs, which are locked in the order of their numbers."""
    rows = []
    for one in priced:
        change = found.get(one.run.pk)
        rows.append(
            (
                one.run.pk, len(one.scores.person), change.changed if change else 0, change.written if change else 0,
                alerts.get(one.run.pk, 0), one.scores.digest,
            )
        )  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_SQL, [list(column) for column in zip(*rows, strict=True)])

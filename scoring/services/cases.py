"""Prices worked cases through the pricing of the nightly run (SCO-1): only the relation it reads is another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from iom.kernel.rights import rights_of
from scoring import pricing, shipped
from scoring.models import ScoreModel
from scoring.rules.arithmetic import decay_as_text
from scoring.rules.cases import ALERT, BOTH, PRICE, BadCase, Case
from scoring.rules.config import ModelConfig
from scoring.rules.emerging import fired_rules
from scoring.rules.lines import Line, Price
from scoring.services.models import config_of
from scoring.services.verify import differing

RELATION = "score_event_case"
COLUMNS = (
    "event_id", "person_id", "family", "category", "da_category", "occurred_on", "recorded_at", "role", "status",
    "status_on", "occurrence_ref", "intel_grade", "victim_key", "bulk_load",
)  # fmt: skip


def price_cases(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The answers in the order of the cases: raw, published, band, lines, or score, baseline, jump, fired."""
    configs = {case.place: config_for(case) for case in cases}
    _load(cases)
    groups: dict[Any, list[Case]] = defaultdict(list)
    for case in cases:
        groups[configs[case.place].config_hash, case.as_of].append(case)
    answers: dict[int, dict[str, Any]] = {}
    for group in groups.values():
        answers |= _answers(configs[group[0].place], group)
    return [answers[case.place] for case in cases]


def config_for(case: Case) -> ModelConfig:
    """The model the case names: one of this deployment, else a shipped one."""
    own = ScoreModel.objects.filter(code=case.model)
    if case.version is None:
        row = own.filter(status=ScoreModel.Status.ACTIVE).first()
    else:
        row = own.filter(version=case.version).first()
    if row:
        return config_of(row)
    known = shipped.models().get(case.model)
    if known is None or case.version not in (None, known.version):
        raise BadCase(
            f"Case {case.place}: there is no score model {case.model} {case.version or ''}".rstrip() + "."
        )
    return known


def _load(cases: Sequence[Case]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{RELATION}")
        cursor.execute(f"CREATE TEMPORARY TABLE {RELATION} (LIKE {pricing.VIEW}) ON COMMIT DROP")
        with cursor.copy(f"COPY {RELATION} ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for case in cases:
                for event in case.events:
                    copy.write_row(
                        (
                            event.event_id,
                            case.place,
                            event.family,
                            event.category,
                            event.category,
                            event.occurred_on,
                            event.recorded_at,
                            event.role,
                            event.status,
                            event.status_on,
                            event.occurrence_ref,
                            event.intel_grade,
                            event.victim_key,
                            event.bulk_load,
                        )
                    )
        cursor.execute(f"ANALYZE {RELATION}")
        cursor.execute(f"GRANT SELECT ON {RELATION} TO {pricing.SCORING_ROLE}")


def _answers(config: ModelConfig, cases: Sequence[Case]) -> dict[int, dict[str, Any]]:
    """Place -> answer for cases of one model and one day, by the nightly kernel and by the SQL that gives the lines."""
    pricing.require_decay(config)
    people = pricing.people_in(case.place for case in cases)
    ask = pricing.question(config, cases[0].as_of)
    ((_, _, wrong),) = differing([config], [ask], people, source=RELATION)
    if wrong:
        raise AssertionError(f"The kernel and the SQL price these cases differently: {wrong}.")
    with rights_of(pricing.SCORING_ROLE):
        priced = pricing.prices(config, ask, people, source=RELATION)
        before = (
            {
                row["person_id"]: row
                for row in pricing.scores(config, ask.looking_back(), people, source=RELATION)
            }
            if any(case.wants != PRICE for case in cases)
            else {}
        )
    found = {}
    for case in cases:
        price, row = priced.get(case.place, (pricing.nothing(config), None))
        answer: dict[str, Any] = {}
        if case.wants in (PRICE, BOTH):
            answer |= _price(price, {event.event_id: event.name for event in case.events})
        if case.wants in (ALERT, BOTH):
            answer |= _alert(config, price, before.get(case.place), has_news=bool(row and row["news"]))
        found[case.place] = answer
    return found


def _price(price: Price, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "raw": price.raw,
        "published": price.published,
        "band": price.band,
        "lines": [line_as_json(line, names) for line in price.lines],
    }


def _alert(
    config: ModelConfig, price: Price, before: Mapping[str, Any] | None, *, has_news: bool
) -> dict[str, Any]:
    baseline = before["published"] if before else 0
    return {
        "score": price.published,
        "baseline": baseline,
        "jump": price.published - baseline,
        "fired": fired_rules(config, score=price.published, baseline=baseline, has_new_event=has_news),
    }


def line_as_json(line: Line, names: Mapping[int, Any]) -> dict[str, Any]:
    """A line in the shape of the worked examples; `names` turns the event's number into its id."""
    if line.event_id is None:
        return {"event": None, "family": line.family, "text": line.text, "points": line.points}
    return {
        "event": names[line.event_id],
        "family": line.family,
        "category": line.category,
        "date": line.occurred_on.isoformat() if line.occurred_on else None,
        "base": str(line.base),
        "factor": line.factor,
        "days": line.days,
        "decay": decay_as_text(line.decay_millionths),
        "points": line.points,
        "text": line.text,
    }


def remarks(cases: Sequence[Case]) -> list[str]:
    """Data-quality flags, a sentence each: what was counted as something else, or not at all."""
    found = []
    for case in cases:
        weights = config_for(case).weights
        for event in case.events:
            where = f"Case {case.place}, event {event.name}"
            if event.occurred_on > case.as_of:
                found.append(f"{where}: dated after {case.as_of.isoformat()}, not counted.")
            known = weights.get(event.family, {})
            if event.family in weights and event.category not in known:
                how = 'counted as "other"' if "other" in known else "not counted"
                found.append(f"{where}: the category {event.category!r} is not in the model, {how}.")
    return found

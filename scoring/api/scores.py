"""The prioritised list, a person's scores, their explanation and history (SCO-2, SCO-3)."""

from datetime import date
from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, Seen, endpoint, lists, reads
from iom.access.scoped import ScopedSerializer
from iom.accounts.rules import Power
from iom.agencies.api import UnitCode
from iom.kernel import clock
from iom.kernel.api import Code, Day, Input, KeyPaging, Paging
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Invalid, NotFound
from iom.persons.api import PersonRefSerializer
from iom.persons.permissions import access_person
from scoring.models import CurrentScore, ScoreHistory, ScoreModel
from scoring.rules.bands import BAND_NAMES, GUIDE_ONLY, listed_from
from scoring.rules.changes import GONE, NEW, OUTCOME, STEP
from scoring.selectors.explanation import explanation
from scoring.selectors.history import history
from scoring.selectors.list_pages import is_key, page_by_key
from scoring.selectors.lists import (
    ModelInUse,
    models_in_use,
    prioritised,
    ranked,
    scores_from,
    scores_of,
)
from scoring.selectors.tenures import active_model
from scoring.services.models import config_of

TAG = "Scores"
BANDS = ("", *BAND_NAMES)
FIRST_AS_OF = date(2000, 1, 1)


class ScoresFromSerializer(ScopedSerializer):
    """From when the stored scores are."""

    as_of = serializers.DateField()
    watermark = serializers.DateTimeField()
    finished_at = serializers.DateTimeField()

    class Meta:
        compartments = dict.fromkeys(("as_of", "watermark", "finished_at"), Compartment.OPERATIONS)


class ScoreModelSerializer(ScopedSerializer):
    """A model in use."""

    code = serializers.CharField()
    version = serializers.CharField()
    banded = serializers.BooleanField()
    listed_from = serializers.IntegerField()
    scores_from = ScoresFromSerializer(allow_null=True)
    guide = serializers.CharField()

    class Meta:
        model = ScoreModel
        compartments = dict.fromkeys(
            ("banded", "listed_from", "scores_from", "guide"), Compartment.OPERATIONS
        )


class RankedSerializer(ScopedSerializer):
    """One place of the prioritised list; equal scores share a rank."""

    rank = serializers.IntegerField()
    person = PersonRefSerializer()
    published = serializers.IntegerField()
    band = Code("Band", BANDS)
    latest_on = serializers.DateField(allow_null=True)
    crimes_90 = serializers.IntegerField()
    change_in_28_days = serializers.IntegerField()

    class Meta:
        model = CurrentScore
        compartments = dict.fromkeys(("rank", "change_in_28_days"), Compartment.OPERATIONS)


class ScoreSerializer(ScopedSerializer):
    """A person's score under one model; a guide, never a decision."""

    model_code = serializers.CharField()
    model_version = serializers.CharField()
    published = serializers.IntegerField()
    band = Code("Band", BANDS)

    class Meta:
        model = CurrentScore
        compartments = dict.fromkeys(("model_code", "model_version"), Compartment.OPERATIONS)


class ScoreLineSerializer(ScopedSerializer):
    """One line of a score; the points of all lines add up to the raw score."""

    kind = Code("ScoreLineKind", ("event", "cap", "frequency", "victims"))
    family = serializers.CharField()
    category = serializers.CharField()
    event_id = serializers.IntegerField(allow_null=True)
    occurred_on = serializers.DateField(allow_null=True)
    points = serializers.CharField()
    text = serializers.CharField()

    class Meta:
        compartments = dict.fromkeys(
            ("kind", "family", "category", "event_id", "occurred_on", "points", "text"),
            Compartment.OPERATIONS,
        )


class NotScoredSerializer(ScopedSerializer):
    """An event that adds nothing, and why."""

    event_id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    occurred_on = serializers.DateField()
    reason = serializers.CharField()

    class Meta:
        compartments = dict.fromkeys(("event_id", "label", "occurred_on", "reason"), Compartment.OPERATIONS)


class ExpiringSerializer(ScopedSerializer):
    """A line that drops out within 28 days."""

    event_id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    last_day = serializers.DateField()
    points = serializers.CharField()

    class Meta:
        compartments = dict.fromkeys(("event_id", "label", "last_day", "points"), Compartment.OPERATIONS)


class ChangeSerializer(ScopedSerializer):
    """A line that came, went or counts differently since a day."""

    kind = Code("ScoreChangeKind", (NEW, GONE, OUTCOME, STEP))
    event_id = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    reason = serializers.CharField()
    points = serializers.CharField()

    class Meta:
        compartments = dict.fromkeys(("kind", "event_id", "text", "reason", "points"), Compartment.OPERATIONS)


class ChangedSerializer(ScopedSerializer):
    """What changed since a day, both days by one version; changes and what faded add up to the total."""

    since = serializers.DateField()
    published = serializers.IntegerField()
    since_version = serializers.CharField()
    changes = ChangeSerializer(many=True, source="difference.changes")
    faded_lines = serializers.IntegerField(source="difference.faded_lines")
    faded = serializers.CharField(source="difference.faded")
    total = serializers.CharField(source="difference.total")

    class Meta:
        compartments = dict.fromkeys(
            ("since", "published", "since_version", "changes", "faded_lines", "faded", "total"),
            Compartment.OPERATIONS,
        )


class FreshnessSerializer(ScopedSerializer):
    """How fresh a source is."""

    kind = serializers.CharField()
    title = serializers.CharField()
    loaded_at = serializers.DateTimeField(allow_null=True)
    newest_on = serializers.DateField(allow_null=True)

    class Meta:
        compartments = dict.fromkeys(("kind", "title", "loaded_at", "newest_on"), Compartment.OPERATIONS)


class ExplanationSerializer(ScopedSerializer):
    """One score to the point."""

    nominal_ref = serializers.CharField()
    model_code = serializers.CharField()
    model_version = serializers.CharField()
    config_hash = serializers.CharField()
    as_of = serializers.DateField()
    known_until = serializers.DateTimeField()
    raw = serializers.CharField()
    published = serializers.IntegerField()
    band = Code("Band", BANDS, allow_null=True)
    guide = serializers.CharField(source="guide_only")
    change_in_28_days = serializers.IntegerField()
    lines = ScoreLineSerializer(many=True, source="all_lines")
    not_scored = NotScoredSerializer(many=True)
    expiring = ExpiringSerializer(many=True)
    in_90_days = serializers.IntegerField()
    flags = serializers.ListField(child=serializers.CharField())
    freshness = FreshnessSerializer(many=True)
    changed = ChangedSerializer(allow_null=True)

    class Meta:
        compartments = dict.fromkeys(
            (
                "nominal_ref",
                "model_code",
                "model_version",
                "config_hash",
                "as_of",
                "known_until",
                "raw",
                "published",
                "band",
                "guide",
                "change_in_28_days",
                "lines",
                "not_scored",
                "expiring",
                "in_90_days",
                "flags",
                "freshness",
                "changed",
            ),
            Compartment.OPERATIONS,
        )


class ScorePointSerializer(ScopedSerializer):
    """A night on which the published score changed; versions are never to be joined."""

    as_of = serializers.DateField()
    version = serializers.CharField()
    published = serializers.IntegerField()
    band = Code("Band", BANDS)

    class Meta:
        model = ScoreHistory
        compartments = {"version": Compartment.OPERATIONS}


class ScoreQuery(KeyPaging):
    unit = UnitCode(required=False)
    band = Code("Band", BANDS, required=False)
    managed = serializers.BooleanField(required=False, allow_null=True, default=None)


class AsOf(Input):
    as_of = Day(required=False, help_text="Today when left out; a past day is explained as it was then.")
    since = Day(required=False, help_text="Also tell what changed since the end of this earlier day.")


class Since(Paging):
    since = Day(required=False)


@lists("score_models_list", ScoreModelSerializer, power=Power.SEE_SCORES)
def models(actor: Actor, asked: dict[str, Any]) -> Rows:
    """The models in use, and from when their stored scores are."""
    return Rows(models_in_use(), lambda _: None, "score models", lambda rows: [_model(row) for row in rows])


def _model(row: ModelInUse) -> dict[str, Any]:
    return {
        "code": row.code,
        "version": row.version,
        "banded": row.banded,
        "listed_from": row.listed_from,
        "scores_from": scores_from(row.code),
        "guide": GUIDE_ONLY,
    }


@lists("scores_list", RankedSerializer, power=Power.SEE_SCORES, query=ScoreQuery)
def ranking(actor: Actor, asked: dict[str, Any], model: str) -> Rows:
    """People by score under one model, greatest first; a guide, never a decision."""
    row = active_model(model)
    for name in ("after", "before"):
        if name in asked and not is_key(asked[name]):
            raise Invalid(
                {name: ["That is no place of this list. Follow `next` and `previous` as they are."]}
            )
    today = clock.today()
    unit = asked.get("unit")
    listed = prioritised(
        actor,
        code=model,
        on=today,
        unit_ids=None if unit is None else [unit],
        band=asked.get("band", ""),
        managed=asked["managed"],
    )
    return Rows(
        listed,
        lambda row: row.person_id,
        f"prioritised list {model}",
        lambda page: ranked(actor, listed, page, on=today),
        by_key=lambda size: page_by_key(
            listed,
            after=asked.get("after", ""),
            before=asked.get("before", ""),
            size=size,
            floor=listed_from(config_of(row)),
        ),
    )


@lists("person_scores_list", ScoreSerializer, power=Power.SEE_SCORES)
def person_scores(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Rows:
    """One person's stored scores under each model in use."""
    person = access_person(actor, nominal_ref)
    found = scores_of(actor, [person.pk]).get(person.pk, {})
    return Rows(list(found.values()), lambda _: None, "scores", about=person.pk)


@reads("score_explain", ExplanationSerializer, power=Power.SEE_SCORES, query=AsOf)
def explain(actor: Actor, asked: dict[str, Any], nominal_ref: str, model: str) -> Seen:
    """One person's score to the point: lines, caps, uplifts, what did not count and why."""
    today = clock.today()
    as_of = asked.get("as_of", today)
    if not FIRST_AS_OF <= as_of <= today:
        raise Invalid({"as_of": ["The day must be between 2000 and today."]})
    since = asked.get("since")
    if since is not None and not FIRST_AS_OF <= since < as_of:
        raise Invalid({"since": ["The day must be since 2000 and before the day that is explained."]})
    person = access_person(actor, nominal_ref)
    told = explanation(actor, person, model=model, as_of=as_of, since=since)
    return Seen(told, [person.pk], f"score {model}")


@lists("score_history_list", ScorePointSerializer, power=Power.SEE_SCORES, query=Since)
def past(actor: Actor, asked: dict[str, Any], nominal_ref: str, model: str) -> Rows:
    """Every night one person's score changed, oldest first."""
    person = access_person(actor, nominal_ref)
    if model not in {row.code for row in models_in_use()}:
        raise NotFound
    points = history(actor, person.pk, code=model, since=asked.get("since"))
    return Rows(points, lambda _: None, f"score history {model}", about=person.pk)


score_models = endpoint(models, tag=TAG)
score_list = endpoint(ranking, tag=TAG)
person_score_list = endpoint(person_scores, tag=TAG)
person_score = endpoint(explain, tag=TAG)
person_history = endpoint(past, tag=TAG)

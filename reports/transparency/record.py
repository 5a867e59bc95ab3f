"""The transparency record of the version of a score that is in use, made from it (SCO-7, scoring.md 2.14, 2.15)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.agencies.models import Agency
from iom.agencies.rules import AgencyKind
from iom.feeds.registry import kinds
from iom.kernel.errors import NotFound
from iom.kernel.wording import date_uk
from reports.transparency import words
from reports.transparency.performance import performance
from scoring.models import ScoreModel, ScoreRun
from scoring.permissions import models_visible_to, runs_visible_to
from scoring.rules.bands import BAND_NAMES, GUIDE_ONLY
from scoring.rules.config import FamilyRule, ModelConfig
from scoring.rules.vocabulary import model_name
from scoring.services.models import config_of


@dataclass(frozen=True)
class Field:
    """One field of the standard; `is_missing` where the force has yet to say it."""

    name: str
    text: str
    is_missing: bool = False


@dataclass(frozen=True)
class Section:
    """One section of a tier."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Record:
    """The record of one version, in the order of the standard."""

    title: str
    code: str
    version: str
    as_at: date
    tier_1: Section
    tier_2: tuple[Section, ...]

    @property
    def missing(self) -> list[str]:
        """Fields that the force has to give before the record can be published."""
        return [one.name for part in (self.tier_1, *self.tier_2) for one in part.fields if one.is_missing]


def in_use(actor: Actor) -> list[ScoreModel]:
    """The versions that have a record: those in use."""
    actor.require(Power.SEE_WORTH)
    return list(models_visible_to(actor).filter(status="active").order_by("code"))


def build(actor: Actor, code: str, *, on: date) -> Record:
    """The record of the version in use of a model; NotFound where none is."""
    row = next((one for one in in_use(actor) if one.code == code), None)
    if row is None:
        raise NotFound
    config = config_of(row)
    return Record(
        title=f"{model_name(code)} score",
        code=code,
        version=row.version,
        as_at=on,
        tier_1=_overview(config),
        tier_2=(
            _owner(),
            _rationale(config),
            _decisions(actor, row),
            _specification(config, row),
            Section("How it turned out", tuple(Field(*one) for one in performance(actor, row))),
            _data(config),
            _risks(),
        ),
    )


def _given(name: str, key: str) -> Field:
    text = settings.TRANSPARENCY[key]
    return Field(name, text or words.NOT_GIVEN, is_missing=not text)


def _overview(config: ModelConfig) -> Section:
    purpose = words.PURPOSES.get(config.code, words.ANY_PURPOSE)
    text = f"A sum of points for recorded events that {purpose}. {GUIDE_ONLY}"
    return Section(
        "Overview",
        (
            Field("Name", f"{model_name(config.code)} score"),
            Field("Description", text),
            _given("Website", "website"),
            _given("Contact e-mail", "contact"),
        ),
    )


def _owner() -> Section:
    force = (
        Agency.objects.filter(kind=AgencyKind.POLICE).order_by("pk").values_list("name", flat=True).first()
    )
    return Section(
        "Owner and responsibility",
        (
            Field("Organisation", force or words.NOT_GIVEN, is_missing=not force),
            _given("Team", "team"),
            _given("Senior responsible owner", "owner"),
            Field("Third parties", words.SUPPLIER),
        ),
    )


def _rationale(config: ModelConfig) -> Section:
    return Section(
        "Description and rationale",
        (
            Field("Detailed description", " ".join(_how_it_counts(config))),
            Field("Benefits", words.BENEFITS),
            Field("Previous process", words.BEFORE),
            Field("Alternatives considered", words.ALTERNATIVES),
        ),
    )


def _how_it_counts(config: ModelConfig) -> Iterator[str]:
    yield "Each recorded event of the last years has points by its category."
    yield "A crime counts by its latest outcome, from suspicion to conviction; intelligence counts by its grading."
    yield "Points halve with time:"
    yield "; ".join(_family(name, rule) for name, rule in config.families.items()) + "."
    yield "Of several offences in one occurrence the gravest alone counts."
    if config.frequency:
        yield f"Many separate crimes within {config.frequency.window} days add points."
    if config.victims:
        yield f"Several victims within {config.victims.window} days add points."


def _family(name: str, rule: FamilyRule) -> str:
    cap = f", {rule.cap} points at most" if rule.cap else ""
    return f"{words.FAMILIES[name]} every {rule.half_life:,} days, for {rule.lookback:,} days{cap}"


def _decisions(actor: Actor, row: ScoreModel) -> Section:
    return Section(
        "Decision-making process",
        (
            Field("Place in the process", words.IN_THE_PROCESS),
            Field("What people are shown", words.SHOWN_TO_PEOPLE),
            Field("How often, and of how many", _scale(actor, row)),
            Field("Human decisions and review", words.HUMAN_DECISIONS),
            Field("Training", words.TRAINING),
            Field("Appeals and review", words.APPEALS),
        ),
    )


def _scale(actor: Actor, row: ScoreModel) -> str:
    runs = runs_visible_to(actor).filter(score_model=row, replay=False, partial=False)
    last: ScoreRun | None = runs.filter(finished_at__isnull=False).order_by("-as_of", "-pk").first()
    often = "Every night, and in between for people about whom a file brings something new."
    if last is None:
        return f"{often} No night was worked out with this version yet."
    return (
        f"{often} On the night of {date_uk(last.as_of)} {last.persons:,} people had at least one event that counts;"
        f" {last.changed:,} scores changed and {last.alerts:,} rises were pointed out."
    )


def _specification(config: ModelConfig, row: ScoreModel) -> Section:
    return Section(
        "Tool specification",
        (
            Field("Model and version", f"{row}, fingerprint {row.config_hash}"),
            Field("In use since", _since(row)),
            Field(
                "Task",
                "To put people in an order by recorded events. It predicts nothing and decides nothing.",
            ),
            Field("Input", f"Of each event: {'; '.join(words.COLUMNS.values())}."),
            Field("Output", _output(config)),
            Field("Architecture", words.ARCHITECTURE),
            Field(
                "Kind of model",
                "Fixed points and rules set by people, the same for everybody; nothing is learnt.",
            ),
            Field("Maintenance", words.MAINTENANCE),
        ),
    )


def _since(row: ScoreModel) -> str:
    since = date_uk(row.effective_from) if row.effective_from else words.NOT_GIVEN
    signed = f", approved by a second person on {date_uk(row.approved_at)}" if row.approved_at else ""
    return f"{since}{signed}"


def _output(config: ModelConfig) -> str:
    if config.banded:
        grades = ", ".join(f"{BAND_NAMES.get(band, band).lower()} from {low}" for band, low in config.bands)
        return f"Whole points and a grade: {grades}."
    return (
        f"Whole points and a place on a list, without grades; {config.emerging.entry_floor} points is the least that"
        " is told of."
    )


def _data(config: ModelConfig) -> Section:
    counted = ", ".join(words.FAMILIES[family] for family in config.families)
    files = ", ".join(kind.title.lower() for kind in kinds())
    return Section(
        "Data",
        (
            Field(
                "Data for development",
                "None: the points are set by people with a reason for each, not learnt from data.",
            ),
            Field("Data in use", f"The force's own records of {counted}, by files of its systems ({files})."),
            Field("Personal characteristics", f"{words.NEVER_READ} {words.FOR_FAIRNESS}"),
            Field("Processing", words.PROCESSING),
            Field("Access and storage", words.ACCESS),
        ),
    )


def _risks() -> Section:
    return Section(
        "Risks, mitigations and impact assessments",
        (
            _given("Impact assessments", "assessments"),
            *(Field(risk, answer) for risk, answer in words.RISKS),
        ),
    )

"""The emerging-threat rule in force, number by number, as the tab tells it (SCO-5, scoring.md 2.8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from iom.kernel.together import read_together
from scoring.models import ScoreModel, ThreatNumbers
from scoring.rules.arithmetic import as_text
from scoring.rules.config import ModelConfig
from scoring.rules.emerging import AGAIN_AFTER
from scoring.services.models import config_of


@dataclass(frozen=True)
class Numbers:
    """What no model holds: points for a further rise, and how many are the top of an ungraded list (None: off)."""

    again_after: int = AGAIN_AFTER
    top_n: int | None = None


@dataclass(frozen=True)
class RuleInForce:
    """The nine settings side by side: the models, and for each setting its words with a value for every model."""

    models: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def numbers_set() -> QuerySet[ThreatNumbers]:
    """The latest that were set, if any were."""
    return ThreatNumbers.objects.all()[:1]


def numbers_in_force(latest: Iterable[ThreatNumbers] | None = None) -> Numbers:
    """The latest that were set; the specification's own before anybody set any."""
    row = next(iter(numbers_set() if latest is None else latest), None)
    return Numbers(row.again_after, row.top_n) if row else Numbers()


def earlier_numbers() -> list[ThreatNumbers]:
    """Every change, latest first."""
    return list(ThreatNumbers.objects.select_related("by"))


@dataclass(frozen=True)
class RuleRows:
    """What the rule in force is told from, as queries: the models in use and the numbers that no model holds."""

    models: QuerySet[ScoreModel]
    numbers: QuerySet[ThreatNumbers]


def rule_rows() -> RuleRows:
    return RuleRows(ScoreModel.objects.filter(status=ScoreModel.Status.ACTIVE), numbers_set())


def rule_in_force(rows: RuleRows | None = None) -> RuleInForce:
    """The rule of each model in use, ROR first; read in one unless `rows` have been."""
    rows = rows or rule_rows()
    read_together(rows.models, rows.numbers)
    numbers = numbers_in_force(rows.numbers)
    configs = sorted(
        (config_of(row) for row in rows.models),
        key=lambda config: (config.code != "ROR", config.code),
    )
    by_model = [nine_settings(config, numbers) for config in configs]
    return RuleInForce(
        models=tuple(f"{config.code} {config.version}" for config in configs),
        rows=tuple((same[0][0], tuple(value for _, value in same)) for same in zip(*by_model, strict=True)),
    )


def nine_settings(config: ModelConfig, numbers: Numbers) -> tuple[tuple[str, str], ...]:
    """All nine, each with its value in words."""
    rule = config.emerging
    band = f"{rule.band_min_abs} points" if config.banded and rule.band_min_abs is not None else "not used"
    top = "not used: the model has grades" if config.banded else "switched off"
    if not config.banded and numbers.top_n is not None:
        top = f"the first {numbers.top_n}"
    return (
        ("Compared with the score of", f"{rule.window} days before"),
        ("Nobody is alerted below", f"{rule.entry_floor} points"),
        ("Large rise in score: at least", f"{rule.abs_jump} points"),
        (
            "Large rise for this person: at least",
            f"{as_text(rule.rel_ratio_hundredths)} times the earlier score",
        ),
        ("Large rise for this person: and at least", f"{rule.rel_min_abs} points"),
        ("Large rise for this person: from an earlier score of", f"{rule.rel_floor} points"),
        ("Crossed into a higher band: and rose by at least", band),
        ("While an entry is open it tells of a further rise of", f"{numbers.again_after} points"),
        ("Newly at the top of the list", top),
    )

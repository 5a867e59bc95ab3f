"""Emerging threat (SCO-5, scoring.md 2.8): which rules a rise in score fires."""

from scoring.rules.arithmetic import HUNDREDTHS
from scoring.rules.bands import band_index
from scoring.rules.config import ModelConfig

ABSOLUTE = "ABSOLUTE"
RELATIVE = "RELATIVE"
BAND_CROSSING = "BAND_CROSSING"
NEW_AT_TOP = "NEW_AT_TOP"
RULE_NAMES = {
    ABSOLUTE: "Large rise in score",
    RELATIVE: "Large rise for this person",
    BAND_CROSSING: "Crossed into a higher band",
    NEW_AT_TOP: "Newly at the top of the list",
}
# While an alert is open, only a further rise of this many points is told again, unless a deployment sets another.
AGAIN_AFTER = 150


def fired_rules(config: ModelConfig, *, score: int, baseline: int, has_new_event: bool) -> list[str]:
    """The rules that fire for a published score and the one 28 days before, in the order of the specification."""
    rule = config.emerging
    if not has_new_event or score < rule.entry_floor:
        return []
    jump = score - baseline
    fired = []
    if jump >= rule.abs_jump:
        fired.append(ABSOLUTE)
    if (
        baseline >= rule.rel_floor
        and jump >= rule.rel_min_abs
        and score * HUNDREDTHS >= baseline * rule.rel_ratio_hundredths
    ):
        fired.append(RELATIVE)
    if _rose_a_band(config, score, baseline) and rule.band_min_abs is not None and jump >= rule.band_min_abs:
        fired.append(BAND_CROSSING)
    return fired


def least_jump(config: ModelConfig) -> int:
    """The smallest rise by which any rule may fire: who rose less need not be looked at."""
    rule = config.emerging
    jumps = (rule.abs_jump, rule.rel_min_abs, rule.band_min_abs)
    return min(jump for jump in jumps if jump is not None)


def fires_again(*, score: int, score_at_open_alert: int, again_after: int = AGAIN_AFTER) -> bool:
    """Whether a second alert is due while the first is still open."""
    return score >= score_at_open_alert + again_after


def newly_at_top(
    config: ModelConfig, *, score: int, baseline: int, last_place: int, has_new_event: bool
) -> bool:
    """Whether somebody among the first of the list was not among them before: below the score of their last place.

    `last_place` is the published score that stood last among them then, 0 when there were fewer people.
    """
    return (
        has_new_event
        and score >= config.emerging.entry_floor
        and score > baseline
        and baseline < max(last_place, 1)
    )


def _rose_a_band(config: ModelConfig, score: int, baseline: int) -> bool:
    now, before = band_index(config, score), band_index(config, baseline)
    return now is not None and before is not None and now > before

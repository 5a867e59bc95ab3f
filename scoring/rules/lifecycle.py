"""The life of a version of a score model (scoring.md 2.11): which step leads from where to where."""

from collections.abc import Iterable
from dataclasses import dataclass

DRAFT, SHADOW, ACTIVE, RETIRED = "draft", "shadow", "active", "retired"


@dataclass(frozen=True)
class Step:
    """One step: from which statuses it may be taken, where it leads, and the sentence that refuses it elsewhere."""

    label: str
    from_statuses: frozenset[str]
    to: str
    otherwise: str


STEPS = {
    "edit": Step("Change", frozenset({DRAFT}), DRAFT, "only a draft can be changed: make a new version."),
    "shadow": Step(
        "Run beside the active version",
        frozenset({DRAFT}),
        SHADOW,
        "only a draft can run beside the active version.",
    ),
    "activate": Step("Bring into use", frozenset({SHADOW}), ACTIVE, "only a shadow version can be approved."),
    "withdraw": Step(
        "Withdraw", frozenset({DRAFT, SHADOW}), RETIRED, "only a draft or shadow version can be withdrawn."
    ),
    "succeed": Step(
        "Retire for a newer version", frozenset({ACTIVE}), RETIRED, "only the active version is succeeded."
    ),
}
TRANSITIONS = frozenset({(start, step.to) for step in STEPS.values() for start in step.from_statuses})
"""Every change of status there is; the trigger of the table knows the same (`tests/scoring/test_life.py`)."""

VERSION_STEPS = ("patch", "minor", "major")


def refusal(name: str, status: str) -> str:
    """The end of a sentence that refuses a step from this status, or nothing."""
    step = STEPS[name]
    return "" if status in step.from_statuses else step.otherwise


def numbers_of(version: str) -> tuple[int, int, int]:
    """'1.10.0' -> (1, 10, 0), so that 1.10.0 comes after 1.9.0."""
    major, minor, patch = (int(number) for number in version.split("."))
    return major, minor, patch


def next_version(existing: Iterable[str], step: str) -> str:
    """The number of a new version after the highest there is: never one that was used."""
    major, minor, patch = max(numbers_of(version) for version in existing)
    found = {
        "patch": (major, minor, patch + 1),
        "minor": (major, minor + 1, 0),
        "major": (major + 1, 0, 0),
    }[step]
    return ".".join(str(number) for number in found)

"""What changed between two days of one score, line by line (SCO-3): the differences add up to the score's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.rules.arithmetic import as_text
from scoring.rules.lines import Line, Price
from scoring.rules.vocabulary import in_words

NEW, GONE, OUTCOME, STEP = "new", "gone", "outcome", "step"


def signed(hundredths: int) -> str:
    """8553 -> '+85.53', -9000 -> '-90.00'."""
    return f"{'+' if hundredths > 0 else ''}{as_text(hundredths)}"


@dataclass(frozen=True)
class Change:
    """One line that came, went, or counts by another outcome, grading, cap or uplift; points in hundredths."""

    kind: str  # new, gone, outcome, step
    text: str
    reason: str
    points_hundredths: int
    event_id: int | None = None

    @property
    def points(self) -> str:
        return signed(self.points_hundredths)


@dataclass(frozen=True)
class Difference:
    """The changes, greatest first, and what the lines that stayed lost with time; together the change of raw."""

    changes: tuple[Change, ...]
    faded_lines: int
    faded_hundredths: int

    @property
    def total_hundredths(self) -> int:
        return sum(change.points_hundredths for change in self.changes) + self.faded_hundredths

    @property
    def faded(self) -> str:
        return signed(self.faded_hundredths)

    @property
    def total(self) -> str:
        return signed(self.total_hundredths)


def difference(before: Price, now: Price, reasons: Mapping[int, str]) -> Difference:
    """Compare the lines of two days of one model version. `reasons` says why an event adds nothing now, by its id."""
    old, new = _events(before.lines), _events(now.lines)
    changes = [
        Change(NEW, line.text, "newly counted", line.points_hundredths, pk)
        for pk, line in new.items()
        if pk not in old
    ]
    changes += [
        Change(GONE, _named(line), reasons.get(pk, "counts no longer"), -line.points_hundredths, pk)
        for pk, line in old.items()
        if pk not in new
    ]
    stayed = [(old[pk], line) for pk, line in new.items() if pk in old]
    changes += [_revalued(was, line) for was, line in stayed if _is_revalued(was, line)]
    changes += _steps(before.lines, now.lines)
    faded = [
        line.points_hundredths - was.points_hundredths for was, line in stayed if not _is_revalued(was, line)
    ]
    return Difference(
        changes=tuple(
            sorted(
                (change for change in changes if change.points_hundredths),
                key=lambda change: (-abs(change.points_hundredths), change.kind, change.event_id or 0),
            )
        ),
        faded_lines=sum(points != 0 for points in faded),
        faded_hundredths=sum(faded),
    )


def _events(lines: Sequence[Line]) -> dict[int, Line]:
    return {line.event_id: line for line in lines if line.event_id is not None}


def _named(line: Line) -> str:
    return f"{in_words(line.category)} {line.occurred_on:%d/%m/%Y}"


def _is_revalued(was: Line, now: Line) -> bool:
    return (was.base, was.factor) != (now.base, now.factor)


def _revalued(was: Line, now: Line) -> Change:
    reason = f"counts {now.base} x {now.factor} instead of {was.base} x {was.factor}"
    return Change(OUTCOME, now.text, reason, now.points_hundredths - was.points_hundredths, now.event_id)


def _steps(before: Sequence[Line], now: Sequence[Line]) -> list[Change]:
    """Caps and uplifts: one of each kind and family at most."""
    old = {(line.kind, line.family): line for line in before if line.event_id is None}
    new = {(line.kind, line.family): line for line in now if line.event_id is None}
    changes = []
    for key in sorted({*old, *new}):
        was, line = old.get(key), new.get(key)
        points = (line.points_hundredths if line else 0) - (was.points_hundredths if was else 0)
        text = line.text if line else was.text if was else ""
        reason = "no longer applies" if line is None else f"was: {was.text}" if was else "applies now"
        changes.append(Change(STEP, text, reason, points))
    return changes

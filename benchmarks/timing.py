"""Measuring side by side: one round asks each way once, so that a slow moment of the machine meets all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import TypeVar

T = TypeVar("T")
LONGEST_WAIT = 0.03


def wait_for_quiet() -> bool:
    """Pause until no other process wants to run, for a moment at most; whether it came to that."""
    began = perf_counter()
    try:
        while int(Path("/proc/loadavg").read_text().split()[3].split("/")[0]) > 1:
            if perf_counter() - began > LONGEST_WAIT:
                return False
            sleep(0.01)
    except OSError:
        return False
    return True


def cpu_of(pid: int) -> float:
    """Milliseconds that a process has been on a processor; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return 0.0


def interleaved(rounds: int, ways: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Ask every way in turn, `rounds` times, each second round backwards; a first round warms up and is dropped."""
    answers: dict[str, list[T]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        order = list(ways.items())
        for name, way in reversed(order) if number % 2 else order:
            answer = way()
            if number:
                answers[name].append(answer)
    return answers


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    began = perf_counter()
    work()
    return perf_counter() - began


def p95(values: Sequence[float]) -> float:
    """Nineteen of twenty are at most this."""
    return quantiles(values, n=20, method="inclusive")[18]


def ratio(values: Sequence[float], limits: Sequence[float]) -> str:
    """Median to median."""
    return f"{median(values) / median(limits):.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown, words to the left and figures to the right, as it goes into docs/performance.md."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in [list(head), *cells]) for place in range(len(head))]

    def line(row: Sequence[str]) -> str:
        first, *others = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "| " + " | ".join([first, *others]) + " |"

    rule = [("-" * (width - 1) + ":") if place else "-" * width for place, width in enumerate(widths)]
    return "\n".join([line(head), line(rule), *(line(row) for row in cells)])

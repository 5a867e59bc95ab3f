"""Charts as plain SVG: the same drawing on the page and in the PDF, always with its table beside it.

Presentation attributes only, because the Content-Security-Policy forbids `style`. Colours are the Government
Analysis Function's palette; bars and lines differ by more than colour so that they survive a grey printer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Number = int | float | Decimal

PALETTE = ("#12436D", "#28A197", "#F46A25", "#801650")
TEXT_ON = ("#ffffff", "#0b0c0c", "#0b0c0c", "#ffffff")
INK, GRID = "#0b0c0c", "#b1b4b6"
FONT = "Arimo, Helvetica, Arial, Liberation Sans, sans-serif"
CHARACTER = 7.4
"""Width of an average character at the charts' 14 pixels."""
_WIDTHS = {**dict.fromkeys("0123456789", 7.8), ",": 3.9, ".": 3.9, " ": 3.9, "%": 12.5}
"""Widths of what figures are made of, in whichever of the fonts is there: a percent sign is as wide as two letters."""
DASHES = ("", "8 4", "2 4", "12 4 2 4")


@dataclass(frozen=True)
class Series:
    """One line, or one part of each stacked bar; None is a gap."""

    name: str
    values: Sequence[Number | None]


def bar_chart(title: str, labels: Sequence[str], values: Sequence[Number], *, unit: str = "") -> SafeString:
    """Horizontal bars, one for each label, with the figure at the end of each."""
    return _bars(title, labels, [Series(title, values)], unit, legend=False)


def stacked_bar_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = ""
) -> SafeString:
    """Horizontal bars made of up to four parts, with a key above and the total at the end."""
    return _bars(title, labels, series, unit, legend=True)


def _bars(
    title: str, labels: Sequence[str], series: Sequence[Series], unit: str, *, legend: bool
) -> SafeString:
    _check(labels, series)
    width, row, bar = 640.0, 36, 24
    gutter = min(220.0, max((len(label) for label in labels), default=0) * CHARACTER + 12)
    totals = [sum((Decimal(str(s.values[i] or 0)) for s in series), Decimal(0)) for i in range(len(labels))]
    end_room = max((_width(say(t, unit)) for t in totals), default=CHARACTER) + 14
    scale = (width - gutter - end_room) / float(max([*totals, Decimal(0)]) or 1)
    parts, top = _key(series, width) if legend else ([], 4)
    for i, label in enumerate(labels):
        y, x = top + i * row, gutter
        middle = y + bar / 2 + 5
        parts.append(_text(gutter - 8, middle, shorten(label, gutter), anchor="end"))
        for k, one in enumerate(series):
            value = one.values[i] or 0
            length = max(float(value), 0) * scale
            if length <= 0:
                continue
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{bar}" fill="{PALETTE[k]}" '
                'stroke="#ffffff" stroke-width="1"/>'
            )
            inside = say(value, "")
            if legend and len(inside) * CHARACTER + 6 <= length:
                parts.append(_text(x + length / 2, middle, inside, anchor="middle", fill=TEXT_ON[k]))
            x += length
        parts.append(_text(x + 6, middle, say(totals[i], unit), weight="bold"))
    height = top + len(labels) * row + 4
    parts.append(_line(gutter, top - 4, gutter, height - 6, INK))
    return _svg(title, width, height, parts)


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    marks: Mapping[int, str] | None = None,
) -> SafeString:
    """Up to four lines over time, each with its own dash and marker, on an axis that starts at nought.

    `marks` draws an upright line with words at the place of a label: where what is measured changed.
    """
    _check(labels, series)
    width, plot_height = 640.0, 240.0
    known = [float(v) for s in series for v in s.values if v is not None]
    ticks = nice_ticks(max([*known, 0.0]))
    left = max(_width(say(t, unit)) for t in ticks) + 12
    right = 24.0
    parts, top = _key(series, width, lines=True) if len(series) > 1 else ([], 12)
    step = (width - left - right) / max(len(labels) - 1, 1)

    def at(i: int, value: Number) -> tuple[float, float]:
        return left + i * step, top + plot_height * (1 - float(value) / ticks[-1])

    for tick in ticks:
        y = at(0, tick)[1]
        parts += [
            _line(left, y, width - right, y, GRID),
            _text(left - 8, y + 5, say(tick, unit), anchor="end"),
        ]
    every = math.ceil(max((len(label) for label in labels), default=1) * CHARACTER / max(step, 1) + 0.2)
    parts += [
        _text(_inside(at(i, 0)[0], label, width), top + plot_height + 22, label, anchor="middle")
        for i, label in enumerate(labels)
        if (len(labels) - 1 - i) % every == 0
    ]
    for i, words in sorted((marks or {}).items()):
        x, near_end = at(i, 0)[0], i > len(labels) / 2
        parts += [
            f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + plot_height}" stroke="{INK}" '
            'stroke-dasharray="3 3"/>',
            _text(x - 6 if near_end else x + 6, top + 12, words, anchor="end" if near_end else "start"),
        ]
    for k, one in enumerate(series):
        points: list[tuple[float, float] | None] = [
            at(i, v) if v is not None else None for i, v in enumerate(one.values)
        ]
        parts += [_polyline(run, k) for run in _runs(points)]
        parts += [_marker(*point, k) for point in points if point is not None]
    return _svg(title, width, top + plot_height + 34, parts)


def nice_ticks(highest: float) -> list[float]:
    """Four to six round numbers from nought to at least the highest value."""
    if highest <= 0:
        return [0, 1]
    rough = highest / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= rough)
    if highest >= 5:
        step = math.ceil(step)
    count = math.ceil(highest / step)
    return [round(step * i, 6) for i in range(count + 1)]


def say(value: Number, unit: str) -> str:
    """12, 1,204, 85.5%: no noughts after the point that mean nothing."""
    exact = Decimal(str(value))
    text = f"{exact:,.0f}" if exact == exact.to_integral() else f"{exact:,.2f}".rstrip("0").rstrip(".")
    return f"{text}{unit}" if unit in {"", "%"} else f"{text} {unit}"


def _inside(x: float, label: str, width: float) -> float:
    """The middle of a label under its point, moved where it would stick out at either end."""
    half = len(label) * CHARACTER / 2
    return min(max(x, half), width - half)


def _width(figure: str) -> float:
    """How wide a figure with its unit is drawn, so that nothing of it falls off the edge."""
    return sum(_WIDTHS.get(sign, CHARACTER) for sign in figure)


def shorten(label: str, gutter: float) -> str:
    room = int((gutter - 10) / CHARACTER)
    return label if len(label) <= room else label[: room - 1].rstrip() + "…"


def _check(labels: Sequence[str], series: Sequence[Series]) -> None:
    if len(series) > len(PALETTE):
        raise ValueError("A chart shows four series at most; put the others in the table.")
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"{one.name} has {len(one.values)} values for {len(labels)} labels.")


def _key(series: Sequence[Series], width: float, *, lines: bool = False) -> tuple[list[str], int]:
    """The key, on as many rows as it needs, and where the drawing under it starts."""
    parts: list[str] = []
    x, y = 4.0, 6
    for k, one in enumerate(series):
        needed = 30 + len(one.name) * CHARACTER + 20
        if x > 4 and x + needed > width:
            x, y = 4.0, y + 24
        if lines:
            parts += [_polyline([(x, y + 7.0), (x + 22, y + 7.0)], k), _marker(x + 11, y + 7.0, k)]
        else:
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="14" height="14" fill="{PALETTE[k]}"/>')
        parts.append(_text(x + (28 if lines else 20), y + 12, one.name))
        x += needed
    return parts, y + 32


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The unbroken stretches of a line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def _polyline(points: Sequence[tuple[float, float]], k: int) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
    return f'<polyline points="{path}" fill="none" stroke="{PALETTE[k]}" stroke-width="2.5"{dash}/>'


def _marker(x: float, y: float, k: int) -> str:
    if k == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{PALETTE[k]}"/>'
    shapes: dict[int, list[tuple[float, float]]] = {
        1: [(-4, -4), (4, -4), (4, 4), (-4, 4)],
        2: [(0, -5), (5, 4), (-5, 4)],
        3: [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)],
    }
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in shapes[k])
    return f'<polygon points="{corners}" fill="{PALETTE[k]}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="1"/>'
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> SafeString:
    name = escape(title)
    return mark_safe(  # noqa: S308  every text in it is escaped above
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{name}" font-family="{FONT}" font-size="14">'
        f"<title>{name}</title>{''.join(parts)}</svg>"
    )

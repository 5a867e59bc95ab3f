"""Where each figure of the compliance page leads: the list of its cases (RPT-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from iom.working_days.review_windows import Reading, Verdict
from reports.compliance.cases import ON_TAB, OVERDUE, TAB_MEASURES
from reports.compliance.figures import ComplianceReport, District, Row, TabFigures
from reports.rules import DUE, EXTENDED, MEASURES, OUTCOMES, Outcome, Period, Rate

HEADS = (DUE, *(what.value for what in OUTCOMES), EXTENDED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and, unless it is nought, the address of its cases; `words` says which number it is."""

    number: int
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of the page."""

    heads: tuple[str, ...]
    figures: tuple[Figure, ...]
    rate: Rate


def asked_again(report: ComplianceReport, **more: str) -> str:
    """The query that leads to the same report from another page."""
    return urlencode(
        {
            "district": report.district_code,
            "period": Period.OWN.value,
            "from_on": report.from_on.isoformat(),
            "to_on": report.to_on.isoformat(),
            **more,
        }
    )


def cases_url(report: ComplianceReport, measure: str, where: Mapping[str, str]) -> str:
    return f"{reverse('reports:compliance_cases')}?{asked_again(report, measure=measure, **where)}"


def figure(report: ComplianceReport, row: Row, measure: str) -> Figure:
    """One number of one line."""
    counts = row.counts
    number = {DUE: counts.due, EXTENDED: counts.extended}.get(measure)
    if number is None:
        number = counts.of(Outcome(measure))
    url = cases_url(report, measure, dict(row.query)) if number else ""
    return Figure(number, url, f"{MEASURES[measure]}, {row.name}")


def line(report: ComplianceReport, row: Row, *heads: str) -> Line:
    """One line with all its numbers."""
    return Line(heads, tuple(figure(report, row, measure) for measure in HEADS), row.counts.rate)


def tab_figures(
    report: ComplianceReport, district: District | None, figures: TabFigures, reading: Reading
) -> tuple[Figure, ...]:
    """Kept, failed, not judged of one reading."""
    place = district.name if district else report.district_name
    return tuple(
        _tab_figure(
            report, district, figures.of(reading).of(verdict), f"{reading.value}_{verdict.value}", place
        )
        for verdict in Verdict
    )


def tab_now(report: ComplianceReport, district: District | None, figures: TabFigures) -> tuple[Figure, ...]:
    """On the tab in the period, on it now, and overdue now."""
    place = district.name if district else report.district_name
    numbers = (("stays", figures.stays), (ON_TAB, figures.on_tab_now), (OVERDUE, figures.overdue_now))
    return tuple(_tab_figure(report, district, number, measure, place) for measure, number in numbers)


def _tab_figure(
    report: ComplianceReport, district: District | None, number: int, measure: str, place: str
) -> Figure:
    where = {"at": district.code} if district else {}
    url = cases_url(report, measure, where) if number else ""
    return Figure(number, url, f"{TAB_MEASURES[measure]}, {place}")

"""The chart of the compliance report: the same drawing on the page and in the PDF."""

from django.utils.safestring import SafeString

from reports.charts import Series, stacked_bar_chart
from reports.compliance.figures import ComplianceReport, Row
from reports.rules import JUDGED, OUTCOME_NAMES, Counts

CHART_TITLE = "What became of the deadlines that can be judged"
ALL_REQUIREMENTS = "All requirements"
_HEADS = ("Due", *(OUTCOME_NAMES[what] for what in JUDGED), "Open", "Ended before due")


def charted(report: ComplianceReport) -> list[tuple[str, Row]]:
    """The bars and their labels: districts, or the requirements of one district."""
    if report.district is None:
        return [(row.name, row) for row in report.by_district]
    return [(row.requirement.short, row) for row in report.by_requirement if row.requirement]


def chart(report: ComplianceReport) -> SafeString:
    """Stacked bars of the four judged outcomes."""
    bars = charted(report)
    series = [Series(OUTCOME_NAMES[what], [row.counts.of(what) for _, row in bars]) for what in JUDGED]
    return stacked_bar_chart(CHART_TITLE, [label for label, _ in bars], series)


def chart_heads(report: ComplianceReport) -> tuple[str, ...]:
    """The heads of the table beside the chart; the first says what a bar stands for."""
    return ("Requirement" if report.district else "District", *_HEADS)


def chart_rows(report: ComplianceReport) -> list[tuple[str | int, ...]]:
    """The table beside the chart, with what the chart leaves out, and at its foot all of them together."""
    together = ALL_REQUIREMENTS if report.district else report.district_name
    return [_cells(label, row.counts) for label, row in charted(report)] + [_cells(together, report.all)]


def _cells(label: str, counts: Counts) -> tuple[str | int, ...]:
    return (label, counts.due, *(counts.of(what) for what in JUDGED), counts.open, counts.ended)

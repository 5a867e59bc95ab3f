"""`price_instrument ogrs3|ogrs4 FILE.csv`: calculates each row and prints the answers as JSON, in their order."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.instruments import shipped
from scoring.instruments.rules.ogrs3 import ogrs3
from scoring.instruments.rules.predictors import predictions
from scoring.instruments.rules.problems import NotCalculable
from scoring.instruments.rules.rows import ogrs3_row, predictors_row

ASSESSED_ON = date(2025, 10, 3)


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Calculate a published instrument for each row of a CSV file; a row that is wrong gets an error instead."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("instrument", choices=["ogrs3", "ogrs4"])
        parser.add_argument("file", help="a CSV file with a line of column names")
        parser.add_argument(
            "--assessed-on",
            default=ASSESSED_ON.isoformat(),
            help="the day of the assessment for ogrs4, written YYYY-MM-DD; %(default)s when left out",
        )

    def handle(self, *args: Any, instrument: str, file: str, assessed_on: str, **options: Any) -> None:
        try:
            day = date.fromisoformat(assessed_on)
        except ValueError as error:
            raise CommandError(f"{assessed_on} is not a date, written YYYY-MM-DD.") from error
        answers = []
        for cells in _rows(file):
            try:
                answers.append(_ogrs3(cells) if instrument == "ogrs3" else _ogrs4(cells, day))
            except NotCalculable as wrong:
                answers.append({"error": str(wrong)})
        self.stdout.write(json.dumps(answers, indent=1, ensure_ascii=False))


def _ogrs3(cells: dict[str, str]) -> dict[str, Any]:
    found = ogrs3(ogrs3_row(cells), shipped.ogrs3_weights())
    return {"one_year_pct": found.one_year_pct, "two_year_pct": found.two_year_pct, "band": found.band.value}


def _ogrs4(cells: dict[str, str], assessed_on: date) -> dict[str, Any]:
    found = predictions(predictors_row(cells, assessed_on=assessed_on), shipped.predictor_tables())
    fractions = {one.value.lower(): float(result.probability) for one, result in found.items()}
    return fractions | {f"{one.value.lower()}_band": result.band.value for one, result in found.items()}


def _rows(path: str) -> Iterator[dict[str, str]]:
    """Every row by the names of its columns; what is not text of a named column is left out."""
    csv.field_size_limit(1024 * 1024)
    try:
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
            for row in csv.DictReader(_without_nulls(file)):
                yield {
                    name.strip().lower(): text
                    for name, text in row.items()
                    if isinstance(name, str) and isinstance(text, str)
                }
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except csv.Error as error:
        raise CommandError(f"{path} is not a CSV file: {error}.") from error


def _without_nulls(lines: Iterator[str]) -> Iterator[str]:
    """Python before 3.11.4 refuses a whole file for one null character."""
    return (line.replace("\0", "") for line in lines)

"""`price_events FILE`: prices worked cases and prints the answers as JSON, in the order of the file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from iom.access.scope import as_service
from scoring.rules.cases import BadCase, read_cases
from scoring.services.cases import price_cases, remarks


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Price the cases of a JSON file with the pricing of the nightly run; remarks go to standard error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a JSON list of cases: model, version, as_of, events")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            cases = read_cases(json.loads(Path(file).read_text(encoding="utf-8")))
            with as_service():
                answers = price_cases(cases)
                found = remarks(cases)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not written in UTF-8.") from error
        except json.JSONDecodeError as error:
            raise CommandError(f"{file} is not JSON: line {error.lineno}, {error.msg}.") from error
        except BadCase as error:
            raise CommandError(str(error)) from error
        for sentence in found:
            self.stderr.write(sentence)
        self.stdout.write(json.dumps(answers, indent=1, ensure_ascii=False))

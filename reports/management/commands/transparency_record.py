"""The transparency record of a score in use, as Markdown to publish (SCO-7)."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.kernel.wording import date_uk
from reports.transparency import words
from reports.transparency.record import Record, build


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", metavar="CODE", help="ror, da, cse, firearms or ocg")

    def handle(self, *args: Any, model: str, **options: Any) -> None:
        try:
            with as_service():
                found = build(SYSTEM, model.upper(), on=clock.today())
        except NotFound:
            raise CommandError(f"No version of “{model}” is in use.") from None
        self.stdout.write("\n".join(_lines(found)))
        if found.missing:
            self.stderr.write(
                f"Not given yet: {', '.join(found.missing)}. See TRANSPARENCY_* in docs/operations.md."
            )


def _lines(found: Record) -> Iterator[str]:
    yield f"# Transparency record: {found.title}"
    yield f"Version {found.version}, as at {date_uk(found.as_at)}. {words.STANDARD}."
    yield f"\n## Tier 1: {found.tier_1.title}"
    yield from (f"\n**{one.name}.** {one.text}" for one in found.tier_1.fields)
    yield "\n## Tier 2"
    for section in found.tier_2:
        yield f"\n### {section.title}"
        yield from (f"\n**{one.name}.** {one.text}" for one in section.fields)

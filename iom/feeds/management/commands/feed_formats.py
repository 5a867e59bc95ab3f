"""Print the formats of the feeds, as they stand in `docs/feeds.md`."""

from typing import Any

from django.core.management.base import BaseCommand

from iom.feeds.formats import as_markdown


class Command(BaseCommand):
    help = "Print the columns of every kind of feed as Markdown."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown())

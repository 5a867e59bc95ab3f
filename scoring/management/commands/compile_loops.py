"""Compile the loops of the price, so that no other process needs the memory for it (SCO-4)."""

from typing import Any

from django.core.management.base import BaseCommand

from scoring.kernel.loops import run_over_nothing


class Command(BaseCommand):
    help = "Compiles the loops of the price for this machine; a worker does so by itself when it starts."

    def handle(self, *args: Any, **options: Any) -> None:
        run_over_nothing()

"""`authz_check`: prints every way in which the database falls short of the access rules; nothing when all is well."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from iom.access.faults import faults


class Command(BaseCommand):
    help = "Check grants, row policies, functions and roles; prints nothing and exits 0 when all is well."

    def handle(self, *args: Any, **options: Any) -> None:
        found = faults(connections["owner"])
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            sys.exit(1)

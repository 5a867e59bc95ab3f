"""One layer switched off, to see what the other holds alone (security.md, check 9)."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from django.db import transaction

from iom.access.scope import as_owner
from iom.persons import permissions as persons
from tests.security.facts import rows

CLASSES = ("police", "partner", "auditor")


@contextmanager
def without_row_policies() -> Iterator[None]:
    """Every row policy of police, partners and auditors is open; what a class has no grant for stays closed."""
    with transaction.atomic():
        with as_owner():
            for table, name in rows(
                "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND roles && %s::name[]",
                [f"iom_{one}" for one in CLASSES],
            ):
                rows(f'ALTER POLICY "{name}" ON "{table}" USING (true)')
        yield
        transaction.set_rollback(True)


@contextmanager
def without_the_orm() -> Iterator[None]:
    """Reach has no limit in the ORM: every module that took it in hand gives everything."""
    with ExitStack() as stack:
        for module in modules_with(persons.reach):
            stack.enter_context(patch.object(module, "reach", lambda actor, path="", few=False: None))
        yield


def modules_with(function: object) -> list[object]:
    """Every loaded module of the product that holds the function under its name."""
    name = function.__name__  # type: ignore[attr-defined]
    return [
        module
        for module in list(sys.modules.values())
        if getattr(module, name, None) is function and not module.__name__.startswith("tests")
    ]

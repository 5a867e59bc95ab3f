"""A populated force for the proofs, built once for a module and undone at its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.security.facts import Force, build


@pytest.fixture(scope="module")
def force(django_db_setup: None, django_db_blocker: Any) -> Iterator[Force]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)

"""Two kinds of acts that exist only while a test runs."""

from collections.abc import Iterator

import pytest

from iom.approvals import registry
from tests.approvals.kinds import KEEP, RENAME


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(registry._kinds)
    registry.register(RENAME)
    registry.register(KEEP)
    yield
    registry._kinds.clear()
    registry._kinds.update(before)

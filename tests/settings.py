"""The product's settings on the test servers: an embedded PostgreSQL and Valkey, started when they are not running.

Tests connect as the owner, who is no superuser, and take on the web login (`tests/conftest.py`).
"""

import os
from pathlib import Path

os.environ["IOM_ENV"] = "test"
os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / ".data-test"))

from iom.embedded import attach

if not os.environ.get("IOM_TEST_SERVERS"):
    _servers = attach(os.environ["DATA_DIR"], keep=True)
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = _servers.owner_url
    os.environ["REDIS_URL"] = _servers.redis_url
    os.environ["IOM_TEST_SERVERS"] = "attached"

from iom.settings import *  # noqa: F403

# A code is worked out in a test and judged a moment later, which may be in the next step.
AUTHENTICATOR_CLOCK_STEPS = 1
# Off in a deployment until it says otherwise; on here, so that every walk meets its pages.
LOCAL_INSTRUMENTS = True
# Tests ask faster than people; `tests/access/test_pace.py` sets a limit.
REQUESTS_A_MINUTE = 1_000_000
CACHES["default"]["KEY_PREFIX"] = f"test:{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"  # noqa: F405
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]

"""How the tests are shared out among the workers: what stands on one thing that is dear to make stays together.

The marks of pytest-xdist for this have no effect under pytest 9, so the place of a test says where it belongs.
"""

from zlib import crc32

from xdist.scheduler import LoadScopeScheduling

# One running product serves all of these, one after another.
ON_ONE_PRODUCT = (
    "tests/journeys/test_access.py",
    "tests/journeys/test_every_page.py",
    "tests/journeys/test_main_job.py",
    "tests/journeys/test_sign_in.py",
)
# Files with too many tests for one worker, in this many parts.
PARTS = {"tests/architecture/test_role_url_matrix.py": 8, "tests/architecture/test_api_matrix.py": 3}


def share_of(nodeid: str) -> str:
    """The share a test belongs to: its file, a part of a long file, or all that one running product serves."""
    path = nodeid.split("::", 1)[0]
    if path in ON_ONE_PRODUCT:
        return "one product"
    if path in PARTS:
        return f"{path} {crc32(nodeid.encode()) % PARTS[path]}"
    return path


def place_of(nodeid: str) -> int:
    """What takes longest begins first, so that the workers end together."""
    share = share_of(nodeid)
    return (
        0
        if share == "one product"
        else 1
        if share.startswith(("tests/security/", "tests/architecture/"))
        else 2
    )


class Shares(LoadScopeScheduling):
    """Whole shares go to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)

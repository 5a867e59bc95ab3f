"""What no running test can see: rules that the text of the product must keep (security.md, traps)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("iom", "cohorts", "scoring", "tagging", "meetings", "reports")
# Reference data that names nobody.
DOORS_MAY_READ = ("Unit.objects", "Agency.objects")
_extra: list[tuple[str, str]] = []


@contextmanager
def added(path: str, line: str) -> Iterator[None]:
    """The sources as if one had this line too."""
    _extra.append((path, line))
    yield
    _extra.remove((path, line))


def texts() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in (ROOT / app).rglob("*"):
            if path.suffix in (".py", ".sql") and "embedded" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()
    yield from _extra


def is_door(path: str) -> bool:
    return bool(re.search(r"/(views|api|tasks)(\.py|/\w+\.py)$", path))


def broken() -> list[str]:
    """Each rule with the file that breaks it."""
    found = []
    for path, text in texts():
        if re.search(r"set_config\([^)]*,\s*false\s*\)|SET SESSION |\"SET ROLE ", text):
            found.append(f"{path}: sets something for the whole connection")
        if "get_objects_for_user" in text and not path.startswith("iom/access/"):
            found.append(f"{path}: asks guardian for a list")
        if is_door(path):
            uses = re.findall(r"\w+\.(?:objects|_default_manager)\b", text)
            found += [f"{path}: {use}" for use in uses if use not in DOORS_MAY_READ]
    return found

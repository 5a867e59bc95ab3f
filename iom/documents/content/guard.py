"""Asks the checking process and believes nothing but its answer; whatever else happens, the file is not taken."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iom.documents.content.kinds import Unsafe, kind_of

logger = logging.getLogger("iom.documents")
PATIENCE_SECONDS = 60
_ROOT = Path(__file__).resolve().parents[3]
NOT_CHECKED = (
    "The file could not be checked: it is damaged, or far too large once unpacked."
    " Open it, save it again or print it to PDF, and try again."
)


@dataclass(frozen=True)
class Safe:
    """What was made of a file: its kind, and what was removed or changed."""

    extension: str
    media_type: str
    notes: tuple[str, ...]


def made_safe(source: Path, target: Path, name: str) -> Safe:
    """Check a file and write what is kept of it to `target`; Unsafe with a sentence otherwise."""
    found = _ask("clean", f"file.{kind_of(name).extension}", str(source), str(target))
    return Safe(str(found["extension"]), str(found["media_type"]), tuple(found["notes"]))


def stamped(source: Path, target: Path, lines: list[str]) -> None:
    """Write a PDF with these lines at the foot of every page."""
    _ask("stamp", str(source), str(target), *lines)


def _ask(*arguments: str) -> dict[str, Any]:
    arguments = tuple(argument.replace("\x00", "") for argument in arguments)
    try:
        done = subprocess.run(  # noqa: S603  (our own program, no shell)
            [sys.executable, "-m", "iom.documents.content", *arguments],
            cwd=_ROOT,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        logger.warning("A file could not be checked: %s.", type(error).__name__)
        raise Unsafe(NOT_CHECKED) from error
    if not found.get("ok"):
        raise Unsafe(str(found.get("sentence") or NOT_CHECKED))
    return found

"""Words, limits and the judging of a file before its rows are looked at (INT-1)."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

PARK_ABOVE_PERCENT = 5
"""A file with a larger share of rejected rows is parked: nothing of it is loaded until a person decides."""

LOAD_ATTEMPTS = 5
"""How often a file that a worker died over is tried before it is shown as broken."""

LONGEST_KEY_DAYS = 731
"""How long a key of a system may be in force."""

LONGEST_RHYTHM_HOURS = 24 * 366

GRACE = timedelta(hours=1)
"""A file that comes this much later than its rhythm says is not yet late."""

SHORTEST_REASON = 10
"""Characters of a reason."""

REJECTS_LISTED = 1_000
"""How many rejects an answer lists; all of them are kept, and are in the CSV of rejects."""

LARGEST_UPLOAD_BYTES = 50 * 1024**2
"""What may be sent through the browser and is loaded while the sender waits; larger files go by the command."""

MENDING_COLUMNS = ("rejected_line", "rejected_reason")
"""The two columns that the CSV of rejects adds; a file that still has them may be sent back as it is."""

WITHDRAWN = "withdrawn"
"""The column that a file may add after its own: Y on a row that the source has taken back."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_OTHER_FILES = {
    b"PK\x03\x04": "a spreadsheet or zip file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet file",
    b"\x1f\x8b": "a gzip file",
}


class FileStatus(StrEnum):
    WAITING = "waiting"
    LOADED = "loaded"
    PARKED = "parked"
    BROKEN = "broken"


ALREADY_LOADED = "already_loaded"
"""What an answer says of a second copy; the file's own status stays `loaded`."""

STATUS_LABELS = {
    FileStatus.WAITING: "Waiting to be loaded",
    FileStatus.LOADED: "Loaded",
    FileStatus.PARKED: "Parked: too many rejected rows",
    FileStatus.BROKEN: "Broken: nothing loaded",
}


class Source(StrEnum):
    """By which door a file came."""

    PAGE = "page"
    FOLDER = "folder"
    API = "api"
    COMMAND = "command"


SOURCE_LABELS = {
    Source.PAGE: "Sent on the page",
    Source.FOLDER: "Taken from the folder",
    Source.API: "Sent by a system",
    Source.COMMAND: "Loaded on the server",
}


class Stage(StrEnum):
    """How far a load has come."""

    READING = "reading"
    CHECKING = "checking"
    WRITING = "writing"


STAGE_LABELS = {
    Stage.READING: "Reading the file",
    Stage.CHECKING: "Checking the rows",
    Stage.WRITING: "Writing the good rows",
}
STAGE_PERCENT = {Stage.READING: 5, Stage.CHECKING: 35, Stage.WRITING: 60}
"""How much of the time of a load lies behind it when a stage begins: measured with a million crimes."""


class BrokenFile(Exception):
    """The file as a whole cannot be read; the sentence says why. Nothing of it is loaded."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def is_parked(*, read: int, rejected: int) -> bool:
    """Whether more than 5 % of the rows are rejected."""
    return rejected * 100 > read * PARK_ABOVE_PERCENT


def refuse_other_formats(first: bytes) -> None:
    """Raise for what is plainly no CSV text, by its first bytes."""
    if not first:
        raise BrokenFile("The file is empty.")
    for mark, name in _OTHER_ENCODINGS.items():
        if first.startswith(mark):
            raise BrokenFile(f"The file is in {name}. Save it as UTF-8.")
    for mark, name in _OTHER_FILES.items():
        if first.startswith(mark):
            raise BrokenFile(f"The file is {name}, not a CSV file. Save it as CSV in UTF-8.")


def read_header(line: str, expected: Sequence[str], *, can_withdraw: bool = False) -> tuple[str, ...]:
    """Check the header against the columns of the kind, and raise with what differs.

    Returns the columns that follow the kind's own: that of withdrawn rows, the two of a CSV of rejects, all or none.
    """
    try:
        names = next(csv.reader(io.StringIO(line), strict=True), [])
    except csv.Error as error:
        raise BrokenFile(
            f"The first line is not a CSV header ({error}). Expected: {','.join(expected)}."
        ) from error
    extras = tuple(names[len(expected) :])
    allowed = [(), MENDING_COLUMNS]
    if can_withdraw:
        allowed += [(WITHDRAWN,), (WITHDRAWN, *MENDING_COLUMNS)]
    if names[: len(expected)] == list(expected) and extras in allowed:
        return extras
    raise BrokenFile(_what_differs([name.strip() for name in names], expected))


def _what_differs(names: Sequence[str], expected: Sequence[str]) -> str:
    if len(names) < 2 and len(expected) > 1:
        return f"The first line is not a header of comma-separated columns. Expected: {','.join(expected)}."
    missing = [name for name in expected if name not in names]
    unknown = [name or "(no name)" for name in names if name not in expected and name not in MENDING_COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1 and name in expected})
    parts = [
        f"{words}: {', '.join(found)}"
        for words, found in (("missing", missing), ("not expected", unknown), ("more than once", twice))
        if found
    ]
    if not parts:
        parts = ["the columns are in another order"]
    return f"The columns have changed ({'; '.join(parts)}). Expected: {','.join(expected)}."


def kind_of_name(name: str, kinds: Sequence[str]) -> str | None:
    """The kind that a file's name begins with, as in `crimes-2026-06-30.csv`; the longest that fits."""
    stem = name.lower().removesuffix(".csv")
    fits = [
        kind for kind in kinds if stem == kind or (stem.startswith(kind) and not stem[len(kind)].isalpha())
    ]
    return max(fits, key=len, default=None)


def every_in_words(hours: int) -> str:
    """'day', '2 days', '6 hours', 'hour': what stands after "every"."""
    number, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return unit if number == 1 else f"{number} {unit}s"

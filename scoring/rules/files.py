"""The files by which a force edits a score model (scoring.md 2.3), read back into rows."""

import csv
import io

from scoring.rules.config import BadModel
from scoring.rules.tables import TABLES, Rows

ABOUT = ("model", "version")
LARGEST_FILE_BYTES = 1024**2
# A spreadsheet's guard, put before text that looks like a formula when the file was written.
_GUARDED = ("'=", "'+", "'-", "'@")


def read_table(name: str, raw: bytes, *, code: str, version: str) -> Rows:
    """The rows of an uploaded file; BadModel when it is no such file, or of another model or version."""
    columns = TABLES[name].columns
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        heads = list(reader.fieldnames or [])
        problems = _heads(heads, [*ABOUT, *columns])
        if problems:
            raise BadModel(problems)
        lines = list(reader)
    except UnicodeDecodeError:
        raise BadModel(["The file is not written in UTF-8."]) from None
    except csv.Error as error:
        raise BadModel([f"The file is not a CSV file ({error})."]) from None
    problems = [
        sentence
        for number, line in enumerate(lines, start=2)
        for sentence in _line(number, line, code=code, version=version)
    ]
    if problems:
        raise BadModel(problems)
    return [{column: _plain(line[column]) for column in columns} for line in lines]


def _heads(heads: list[str], wanted: list[str]) -> list[str]:
    unknown = [head for head in heads if head not in wanted]
    missing = [head for head in wanted if head not in heads]
    found = [f"Unknown column: {', '.join(unknown)}."] if unknown else []
    if len(set(heads)) < len(heads):
        found.append("A column stands twice.")
    return [*found, f"Missing column: {', '.join(missing)}."] if missing else found


def _line(number: int, line: dict[str, str], *, code: str, version: str) -> list[str]:
    if None in line or None in line.values():
        return [f"Line {number} has more or fewer cells than the heads."]
    if (line["model"].strip(), line["version"].strip()) != (code, version):
        return [f"Line {number} is of {line['model']} {line['version']}, not of {code} {version}."]
    return []


def _plain(text: str) -> str:
    return text[1:] if text.startswith(_GUARDED) else text

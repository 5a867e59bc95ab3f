"""Writes `docs/security.md` from the tables in code and from what `make test-security` measured.

    python -m tests.security.report [folder of figures]

Without figures those in the file stay as they are. A test compares everything else with the file.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if __name__ == "__main__":
    django.setup()

from iom.access.readers import compartment_lines
from iom.accounts.rules import DB_CLASS_LABELS, POWER_LABELS, REACH_OF_CLASS, ROLES, Power, Role
from iom.kernel import clock

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/security.md"
ASVS = Path(__file__).with_name("asvs.txt")
STATES = {"met": "Met", "part": "In part", "not": "Not met", "n/a": "Does not apply"}
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

INTRODUCTION = Path(__file__).with_name("introduction.md").read_text()


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def table(head: list[str], lines: list[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cell(one) for one in row)} |" for row in rows)


def roles() -> str:
    lines = [
        [row.label, DB_CLASS_LABELS[row.db_class], row.duty, REACH_OF_CLASS[row.db_class]]
        for row in ROLES.values()
    ]
    return "## Roles and reach\n\n" + table(["Role", "Class", "Duty", "Reach"], lines)


def powers() -> str:
    lines = [
        [
            POWER_LABELS[power],
            ", ".join(row.label for row in ROLES.values() if power in row.powers) or "Nobody",
        ]
        for power in Power
    ]
    return "## Powers\n\n" + table(["May", "Roles"], lines)


def compartments() -> str:
    lines = [
        [
            line.label,
            line.meaning,
            "; ".join(f"{who}: {why}" for who, why in line.reasons) or "Nobody.",
        ]
        for line in compartment_lines(tuple(Role))
    ]
    return "## Compartments and who reads them\n\n" + table(
        ["Compartment", "What is in it", "Read by"], lines
    )


def requirements() -> list[list[str]]:
    """The lines of the map: number, what is asked, state, what shows it."""
    found = [
        line.split("|", 3) for line in ASVS.read_text().splitlines() if line and not line.startswith("#")
    ]
    return [[part.strip() for part in line] for line in found]


def asvs() -> str:
    lines = requirements()
    counts = ", ".join(
        f"{words.lower()} {sum(1 for line in lines if line[2] == state)}" for state, words in STATES.items()
    )
    body = [[number, asked, STATES[state], how] for number, asked, state, how in lines]
    return (
        "## OWASP ASVS 5.0\n\n"
        "Levels 1 and 2 whole, and 2.3.5, 8.3.2, 8.3.3 (and 6.3.3, 16.3.2 as far) of level 3, in our own words; the"
        " standard's text is at https://github.com/OWASP/ASVS. A path is a part of `make test`; run one alone with"
        f" `.venv/bin/pytest <path>`. Of {len(lines)} requirements: {counts}.\n\n"
        + table(["No.", "Asked", "State", "Shown by, or why"], body)
    )


def figures(measured: dict[str, Any]) -> str:
    """What the whole run measured, as a list and the table of the faults."""
    lines = []
    faults = measured.get("faults")
    if faults:
        lines.append(f"- Faults put in and caught: {faults['caught']}/{faults['made']}.")
    if machine := measured.get("state_machine"):
        lines.append(
            f"- Oracle, row policies and ORM compared {machine['comparisons']:,} times, each for"
            f" {machine['members']} memberships and every row."
        )
    if edges := measured.get("boundaries"):
        lines.append(f"- Boundary cases: {edges['cases']}; moments around midnight: {edges['moments']}.")
    if marks := measured.get("markers"):
        plain = "; ".join(f"{number} {reason}" for reason, number in sorted(marks["unmarked"].items()))
        lines.append(f"- Fields marked: {marks['marked']}. Not marked: {plain}.")
    if scan := measured.get("scan"):
        lines.append(
            f"- Scanned: {scan['pages']} lines of pages and {scan['operations']} of the API as {scan['visitors']}"
            " visitors."
        )
    if openapi := measured.get("openapi"):
        lines.append(
            f"- Requests made from the OpenAPI document: {openapi['requests']:,} by {openapi['roles']} roles."
        )
    layers = {name: said for name, said in measured.items() if name.startswith("layer ")}
    lines += [
        f"- Asked of {name.removeprefix('layer ')}: {asked:,} answers, each as on both layers."
        for name, asked in sorted(layers.items())
    ]
    if lines:
        lines.insert(0, f"`make test-security`, {clock.today():%-d %B %Y}:\n")
    text = "## Figures\n\n" + ("\n".join(lines) or "Not measured yet: run `make test-security`.")
    if faults:
        text += "\n\n" + table(
            ["Fault", "Caught by"], [[name, ", ".join(by)] for name, by in faults["table"]]
        )
    return f"{BEGIN}\n{text}\n{END}"


def page(measured: dict[str, Any] | None) -> str:
    """The whole file; without new figures those that stand in it are kept."""
    kept = figures(measured or {})
    if measured is None and PAGE.exists():
        there = re.search(f"{re.escape(BEGIN)}.*{re.escape(END)}", PAGE.read_text(), re.S)
        kept = there[0] if there else kept
    return "\n\n".join([INTRODUCTION.strip(), kept, roles(), powers(), compartments(), asvs()]) + "\n"


def read(folder: Path) -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


if __name__ == "__main__":
    PAGE.write_text(page(read(Path(sys.argv[1])) if len(sys.argv) > 1 else None))

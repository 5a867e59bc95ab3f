"""One thing held about a person as it is put before whoever decides: words, and what a rule proposes (SHR-4)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from iom.kernel.compartments import Compartment
from iom.kernel.wording import date_uk, datetime_uk
from iom.persons.models import Person
from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.redaction import mark, names_in
from iom.retention.rules.statuses import Outcome

Line = tuple[str, Any]


@dataclass(frozen=True)
class Subject:
    """Whose request it is, the names that are theirs or nobody's, and those of staff who are not named to them."""

    person: Person
    on: date
    own_names: frozenset[str]
    hidden_staff: frozenset[str]
    names_staff_from: str = "inspector"


@dataclass(frozen=True)
class Draft:
    """An item before it is stored. `ground` says why the proposal is what it is."""

    title: str
    lines: Sequence[Line] = ()
    on: date | None = None
    compartment: Compartment = Compartment.CORE
    proposed: Outcome = Outcome.DISCLOSE
    ground: str = "own_data"
    locked: bool = False
    names: Sequence[str] = field(default_factory=tuple)
    """Names known to be somebody else's, hidden wherever they stand."""


@dataclass(frozen=True)
class Section:
    """One part of the answer: who reads from which tables, and how it is made."""

    code: str
    label: str
    build: Callable[[Subject], Iterable[Draft]]
    tables: tuple[str, ...]


def text_of(lines: Sequence[Line]) -> str:
    """The lines in words; what is empty is left out, and brackets of the record cannot be taken for ours."""
    said = [(label, _said(value)) for label, value in lines]
    whole = "\n".join(f"{label}: {value}" if label else value for label, value in said if value)
    return whole.replace("[[", "[ [").replace("]]", "] ]").strip()


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return datetime_uk(value)
    if isinstance(value, date):
        return date_uk(value)
    return "" if value is None else str(value).strip()


@dataclass(frozen=True)
class Proposal:
    """What a rule proposes of an item."""

    outcome: Outcome
    ground: str
    marked: str = ""


def propose(draft: Draft, text: str, subject: Subject) -> Proposal:
    """The draft's own proposal; what would be given whole is given with the names of others hidden."""
    if draft.proposed != Outcome.DISCLOSE:
        return Proposal(draft.proposed, draft.ground, text if draft.proposed == Outcome.REDACT else "")
    staff = [name for name in subject.hidden_staff if name and name in text]
    others = [*draft.names, *names_in(text, subject.own_names)]
    marked = mark(text, [*staff, *others])
    if marked == text:
        return Proposal(Outcome.DISCLOSE, draft.ground)
    only_staff = mark(text, staff) == marked
    return Proposal(Outcome.REDACT, "staff" if only_staff else "third_party", marked)


def withheld(title: str, ground: str, *, lines: Sequence[Line] = (), on: date | None = None,
             compartment: Compartment = Compartment.OPERATIONS, locked: bool = False) -> Draft:  # fmt: skip
    """An item that a rule proposes to withhold; a locked one comes without its words and stays withheld."""
    assert ground in GROUNDS
    return Draft(title, () if locked else lines, on, compartment, Outcome.WITHHOLD, ground, locked)

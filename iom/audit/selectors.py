"""Reading the audit: who looked at or changed whom, when and why (SHR-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from iom.audit.actions import sentence_of
from iom.audit.models import Act, Change, Seal, Verification
from iom.audit.permissions import Reader, access_act, changes_visible_to, visible_to
from iom.audit.rules import (
    EXPORT_LIMIT,
    KIND_LABELS,
    LOOK,
    NAMED_PER_ROW,
    day_begins,
    day_ends,
    key_of,
    look_sentence,
    read_key,
)
from iom.audit.subjects import Subject, find_subject, names_of, records_of
from iom.audit.withheld import shows

PAGE_SIZE = 25


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; empty values do not limit."""

    person: str = ""
    user: str = ""
    kinds: tuple[str, ...] = ()
    agency: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class ActRow:
    """One act in words: `people` are those the reader may see, `more` counts the others."""

    pk: int
    at: datetime
    who: str
    role: str
    agency: str
    kind: str
    sentence: str
    people: tuple[Subject, ...]
    more: int
    reason: str
    path: str

    @property
    def role_words(self) -> str:
        return self.role.replace("_", " ").capitalize()


@dataclass(frozen=True)
class ActPage:
    """One page of acts, newest first, with the keys of its neighbours."""

    rows: list[ActRow]
    previous_key: str
    next_key: str

    @property
    def subject_ids(self) -> list[int]:
        return [person.person_id for row in self.rows for person in row.people]


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """One changed row of a table, field by field."""

    table: str
    row_id: str
    operation: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class ActDetail:
    row: ActRow
    detail: dict[str, Any]
    changes: tuple[RowChange, ...]


def acts(reader: Reader, filters: Filters) -> QuerySet[Act]:
    """The acts the reader may read, limited by the filters, newest first."""
    rows = visible_to(reader)
    if filters.person:
        person = find_subject(reader, filters.person)
        rows = rows.filter(subjects__overlap=records_of(person)) if person is not None else rows.none()
    if filters.user:
        rows = rows.filter(user_name__icontains=filters.user)
    if filters.kinds:
        rows = rows.filter(kind__in=filters.kinds)
    if filters.agency:
        rows = rows.filter(agency__icontains=filters.agency)
    if filters.reason:
        rows = rows.exclude(reason="").filter(reason__icontains=filters.reason)
    if filters.since:
        rows = rows.filter(at__gte=day_begins(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=day_ends(filters.until))
    return rows.order_by("-at", "-pk")


def page_of_acts(reader: Reader, filters: Filters, *, after: str = "", before: str = "") -> ActPage:
    """A page by key: `after` goes on to older acts, `before` back to newer ones; no rows are counted."""
    rows = acts(reader, filters)
    older, newer = read_key(after), read_key(before)
    if newer:
        at, pk = newer
        found = list(rows.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk)).reverse()[: PAGE_SIZE + 1])
        has_newer, has_older = len(found) > PAGE_SIZE, True
        found = found[:PAGE_SIZE][::-1]
    else:
        if older:
            at, pk = older
            rows = rows.filter(at__lte=at).exclude(at=at, pk__gte=pk)
        found = list(rows[: PAGE_SIZE + 1])
        has_newer, has_older = older is not None, len(found) > PAGE_SIZE
        found = found[:PAGE_SIZE]
    return ActPage(
        rows=in_words(reader, found),
        previous_key=key_of(found[0].at, found[0].pk) if found and has_newer else "",
        next_key=key_of(found[-1].at, found[-1].pk) if found and has_older else "",
    )


def export(reader: Reader, filters: Filters) -> list[ActRow]:
    """The newest acts for a file, at most `EXPORT_LIMIT`."""
    return in_words(reader, list(acts(reader, filters)[:EXPORT_LIMIT]))


def act_detail(reader: Reader, pk: int) -> ActDetail:
    """One act with all its people, and for auditors the rows that changed in the same request."""
    act = access_act(reader, pk)
    changes: Iterable[Change] = ()
    if act.request_id:
        changes = changes_visible_to(reader).filter(request_id=act.request_id).order_by("pk")[:200]
    row = in_words(reader, [act], named=len(act.subjects))[0]
    return ActDetail(row, act.detail, tuple(_row_change(reader, change) for change in changes))


def in_words(reader: Reader, found: list[Act], *, named: int = NAMED_PER_ROW) -> list[ActRow]:
    """Acts as rows of words; one query names all their people."""
    ids = {person for act in found for person in act.subjects[:named]}
    names = names_of(reader, ids)
    return [_row(act, [names[person] for person in act.subjects[:named] if person in names]) for act in found]


def _row(act: Act, people: list[Subject]) -> ActRow:
    return ActRow(
        pk=act.pk,
        at=act.at,
        who=act.user_name,
        role=act.role,
        agency=act.agency,
        kind=KIND_LABELS.get(act.kind, act.kind),
        sentence=sentence(act.kind, act.action),
        people=tuple(people),
        more=len(act.subjects) - len(people),
        reason=act.reason,
        path=str(act.detail.get("path", "")),
    )


def sentence(kind: str, action: str) -> str:
    """What was done, in words."""
    if action.startswith(LOOK):
        return look_sentence(kind, action.removeprefix(LOOK))
    return sentence_of(action).replace("{person}", "a person")


def _row_change(reader: Reader, change: Change) -> RowChange:
    """The row field by field; a value of a compartment that the reader does not see is left out, name and all."""
    before, after = change.before or {}, change.after or {}
    fields = tuple(
        FieldChange(name, _value(before.get(name)), _value(after.get(name)))
        for name in sorted({*before, *after})
        if shows(reader, change.table_name, name)
    )
    return RowChange(change.table_name, change.row_id, change.operation, fields)


def _value(value: Any) -> str:
    return "" if value is None else str(value)


def seals() -> QuerySet[Seal]:
    """Every seal, the last one first."""
    return Seal.objects.order_by("-number")


def last_verifications() -> list[Verification]:
    """The outcomes of the last checks of all seals."""
    return list(Verification.objects.order_by("-at")[:5])

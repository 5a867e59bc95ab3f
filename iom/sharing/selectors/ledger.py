"""Reading the ledger: of one person with the partners' looks read in, of one agency (NEW-5)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.accounts.rules import DbClass, Power
from iom.agencies.models import Agency
from iom.agencies.rules import DATA_CLASS_LABELS, AgencyKind, DataClass, in_order
from iom.audit.actions import sentence_of
from iom.audit.rules import LOOK, day_begins, day_ends, look_sentence
from iom.audit.subjects import Subject, names_of
from iom.kernel.errors import NotFound
from iom.sharing.models import Disclosure
from iom.sharing.permissions import ledger_visible_to
from iom.sharing.rules import MEDIUM_LABELS, Medium

HEADS = (
    *(
        "When (UTC)",
        "How",
        "To",
        "What",
        "Parts",
        "Purpose",
        "Why it was needed",
        "Agreement",
        "By",
        "Signed by",
    ),
    "Until",
)
NO_AGREEMENT = "No agreement in force"


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; empty values do not limit."""

    medium: str = ""
    agency: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class LedgerLine:
    """One thing that went out. `person` is set on pages of an agency, where the lines are about several people."""

    at: datetime
    medium: str
    medium_label: str
    recipient: str
    agency: str
    what: str
    parts: str
    purpose: str
    necessity: str
    agreement: str
    by: str
    approved_by: str
    until: date | None
    person: Subject | None = None

    @property
    def receiver(self) -> str:
        """Who at the agency received it, where that was written down, without the agency's name."""
        return self.recipient.removesuffix(self.agency).removesuffix(", ")

    def cells(self) -> tuple[object, ...]:
        """The line for a file, in the order of `HEADS`."""
        return (
            self.at.isoformat(timespec="seconds"),
            self.medium_label,
            self.recipient,
            self.what,
            self.parts,
            self.purpose,
            self.necessity,
            self.agreement,
            self.by,
            self.approved_by,
            self.until or "",
        )


def ledger_of(actor: Actor, person_id: int, filters: Filters = Filters()) -> list[LedgerLine]:
    """Everything that went out about one person within the actor's reach, latest first: the ledger, and for the police
    and auditors the looks of partners from the audit. For the page, its files, and the subject access pack.
    """
    rows = _limited(ledger_visible_to(actor).filter(person=person_id), filters)
    lines = [_line(row) for row in rows.order_by("-at", "-pk")]
    if actor.db_class != DbClass.PARTNER and filters.medium in ("", Medium.VIEW):
        lines += _looks(person_id, filters)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def without_looks(lines: list[LedgerLine]) -> list[LedgerLine]:
    """What was given, without what partners opened: most of a ledger is looks, and they bury the rest."""
    return [line for line in lines if line.medium != Medium.VIEW]


def agency_ledger(actor: Actor, code: str, filters: Filters) -> tuple[Agency, QuerySet[Disclosure]]:
    """What one agency was given, of people within reach; NotFound for an agency that is not the reader's to ask of."""
    actor.require(Power.SEE_AGENCY_LEDGER)
    agencies = Agency.objects.exclude(kind=AgencyKind.POLICE).filter(code=code)
    if actor.db_class == DbClass.PARTNER:
        agencies = agencies.filter(pk=actor.agency_id or 0)
    agency = agencies.first()
    if agency is None:
        raise NotFound
    rows = _limited(ledger_visible_to(actor).filter(agency=agency), filters)
    return agency, rows.order_by("-at", "-pk")


def in_lines(actor: Actor, rows: list[Disclosure]) -> list[LedgerLine]:
    """Rows of several people as lines; one query names them all."""
    names = names_of(actor, {row.person_id for row in rows})
    return [_line(row, names.get(row.person_id)) for row in rows]


def parts_in_words(codes: list[str]) -> str:
    """Data classes in a few words each."""
    return "; ".join(DATA_CLASS_LABELS[DataClass(code)].partition(":")[0] for code in in_order(codes))


def _limited(rows: QuerySet[Disclosure], filters: Filters) -> QuerySet[Disclosure]:
    if filters.medium:
        rows = rows.filter(medium=filters.medium)
    if filters.agency:
        rows = rows.filter(agency__code=filters.agency)
    if filters.since:
        rows = rows.filter(at__gte=day_begins(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=day_ends(filters.until))
    return rows


def _line(row: Disclosure, person: Subject | None = None) -> LedgerLine:
    return LedgerLine(
        at=row.at,
        medium=row.medium,
        medium_label=row.get_medium_display(),
        recipient=row.recipient,
        agency=row.agency.name if row.agency else "",
        what=row.what,
        parts=parts_in_words(row.data_classes),
        purpose=row.purpose,
        necessity=row.necessity,
        agreement=row.agreement.reference if row.agreement else NO_AGREEMENT,
        by=row.by_name,
        approved_by=row.approved_by_name,
        until=row.until,
        person=person,
    )


def _looks(person_id: int, filters: Filters) -> list[LedgerLine]:
    """Looks of partners from the audit, read in and never copied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, kind, action, user_name, agency FROM authz.partner_looks(%s)", [person_id])
        found: list[Any] = cursor.fetchall()
    name = Agency.objects.filter(code=filters.agency).values_list("name", flat=True).first()
    lines = []
    for at, kind, action, who, agency in found:
        if filters.agency and agency != name:
            continue
        if (filters.since and at < day_begins(filters.since)) or (
            filters.until and at >= day_ends(filters.until)
        ):
            continue
        said = (
            look_sentence(kind, action.removeprefix(LOOK)) if action.startswith(LOOK) else sentence_of(action)
        )
        lines.append(
            LedgerLine(
                at=at,
                medium=Medium.VIEW,
                medium_label=MEDIUM_LABELS[Medium.VIEW],
                recipient=f"{who}, {agency}",
                agency=agency,
                what=said.replace("{person}", "the person").capitalize(),
                parts="",
                purpose="",
                necessity="",
                agreement="",
                by=who,
                approved_by="",
                until=None,
            )
        )
    return lines

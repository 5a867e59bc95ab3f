"""Reading documents for pages, API and reports; every answer starts from `visible_to` (SHR-5)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.readers import readers
from iom.accounts.rules import DbClass
from iom.agencies.models import Agency
from iom.agencies.rules import AgencyKind
from iom.documents.models import Document, DocumentAudience
from iom.documents.permissions import visible_to
from iom.documents.rules import NEVER_BY_AUDIENCE, AboutKind, ScanState, megabytes
from iom.kernel.compartments import Compartment


def documents_of(
    actor: Actor, person_id: int, *, kind: str = "", about: tuple[AboutKind, int] | None = None
) -> QuerySet[Document]:
    """The latest versions of the documents on a person's record that the actor may see, latest first."""
    rows = visible_to(actor).filter(person_id=person_id, newer__isnull=True)
    if kind:
        rows = rows.filter(type=kind)
    if about:
        rows = rows.filter(about_kind=about[0], about_id=about[1])
    return rows.order_by("-uploaded_at", "-pk")


def everything_about(person_id: int) -> QuerySet[Document]:
    """Every document held about a person, all versions: for subject access requests, with the rights of the service."""
    return (
        Document.objects.filter(person_id=person_id)
        .select_related("owner_agency")
        .order_by("uploaded_at", "pk")
    )


def versions_of(actor: Actor, document: Document) -> list[Document]:
    """The other versions of a document that the actor may see, latest first."""
    chain = _chain(document.pk)
    return list(visible_to(actor).filter(pk__in=chain).exclude(pk=document.pk).order_by("-version"))


def _chain(document_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE older AS (SELECT id, version_of_id FROM documents_document WHERE id = %(id)s"
            " UNION SELECT d.id, d.version_of_id FROM documents_document d JOIN older o ON d.id = o.version_of_id),"
            " newer AS (SELECT id FROM documents_document WHERE id = %(id)s"
            " UNION SELECT d.id FROM documents_document d JOIN newer n ON d.version_of_id = n.id)"
            " SELECT id FROM older UNION SELECT id FROM newer",
            {"id": document_id},
        )
        return [pk for (pk,) in cursor.fetchall()]


def audience_of(actor: Actor, document: Document) -> list[Agency]:
    """The other agencies that read a document, for the agency that keeps it and for auditors; nobody else is told."""
    if document.owner_agency_id != actor.agency_id and actor.db_class != DbClass.AUDITOR:
        return []
    lines = DocumentAudience.objects.filter(document=document).select_related("agency")
    return [line.agency for line in lines]


def agencies_to_name(actor: Actor, person_id: int, compartment: Compartment) -> list[Agency]:
    """The agencies that could read a document about this if they were named on it.

    The police name those with whom the person is shared; a partner names the police and agencies of its choice, who
    read the document while the person is shared with them.
    """
    if compartment in NEVER_BY_AUDIENCE:
        return []
    lines = readers(compartment, DbClass.PARTNER)
    kinds = {kind.value for line in lines for kind in (line.agency_kinds or frozenset(AgencyKind))}
    agencies = Agency.objects.exclude(pk=actor.agency_id or 0)
    partners = Q(kind__in=kinds - {AgencyKind.POLICE.value})
    if actor.is_partner:
        return list(agencies.filter(partners | Q(kind=AgencyKind.POLICE.value)).order_by("name"))
    shared = AgencyAccess.objects.filter(person_id=person_id).values("agency")
    return list(agencies.filter(partners, pk__in=shared).order_by("name"))


def uploads_of(actor: Actor) -> QuerySet[Document]:
    """What the actor uploaded that waits, was refused or could not be checked, latest first."""
    return (
        visible_to(actor)
        .filter(uploaded_by=actor.user_id)
        .exclude(scan_state=ScanState.CLEAN)
        .select_related("person")
        .order_by("-uploaded_at", "-pk")
    )


@dataclass(frozen=True)
class Room:
    """How much of the store one agency's documents take: numbers only."""

    agency: Agency
    documents: int
    size: int
    waiting: int
    refused: int
    missing: int

    @property
    def size_words(self) -> str:
        return megabytes(self.size)

    @property
    def of_quota(self) -> int:
        """How much of the agency's room is taken, in whole per cent."""
        return 100 * self.size // settings.DOCUMENT_QUOTA_AGENCY_BYTES


def room_lines() -> list[Room]:
    """The store by agency; the database answers only administrators and the service."""
    agencies = Agency.objects.in_bulk()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agency_id, documents, bytes, waiting, refused, missing FROM authz.document_room()"
        )
        found = [Room(agencies[agency_id], *rest) for agency_id, *rest in cursor.fetchall()]
    return sorted(found, key=lambda line: line.agency.name)


@dataclass(frozen=True)
class WorkLeft:
    """What the workers have before them, and what they could not do."""

    waiting: int
    unchecked: int
    missing: int


def work_left() -> WorkLeft:
    """Counts over the whole store, with the rights of the service."""
    held = Document.objects.filter(file_removed_at__isnull=True)
    counts = held.aggregate(
        waiting=Count("pk", filter=Q(scan_state=ScanState.WAITING)),
        unchecked=Count("pk", filter=Q(scan_state=ScanState.FAILED)),
        missing=Count("pk", filter=Q(missing_at__isnull=False)),
    )
    return WorkLeft(**counts)

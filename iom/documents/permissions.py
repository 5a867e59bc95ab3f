"""Who may see and handle which document: the ORM's half of what the row policies enforce (SHR-2, SHR-5)."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from iom.access.actor import Actor
from iom.access.readers import BY_PERSON, Only, covered, managed_people, people_with, rows_read
from iom.accounts.rules import DbClass, Power
from iom.documents.models import Document, DocumentAudience
from iom.documents.rules import COMPARTMENTS, NEVER_BY_AUDIENCE, NEVER_DISCLOSED, ScanState
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.kernel.policies import ids_from
from iom.persons import permissions as persons
from iom.persons.models import Person


def _read_rows(actor: Actor) -> Q:
    """The documents of the compartments that the actor reads, as far as readers and agreements go."""
    limit = Q(pk__in=[])
    for compartment in COMPARTMENTS:
        only = rows_read(actor, compartment)
        if not only or not covered(actor, compartment):
            continue
        here = Q(compartment=compartment.value)
        if actor.is_partner and compartment.value in BY_PERSON:
            here &= Q(person__in=people_with(compartment))
        elif only == {Only.MANAGED}:
            here &= Q(person__in=managed_people())
        limit |= here
    return limit


def visible_to(actor: Actor) -> QuerySet[Document]:
    """Every document the actor may see; lists, counts, searches and exports start here."""
    rows = Document.objects.select_related("owner_agency", "uploaded_by")
    if not actor.may(Power.SEE_DOCUMENTS):
        return rows.none()
    reach = persons.reach(actor, "person")
    if reach is not None:
        rows = rows.filter(reach)
    if actor.db_class == DbClass.SERVICE:
        return rows
    if actor.db_class == DbClass.AUDITOR:
        return rows.filter(_read_rows(actor))
    told = Q(withdrawn_at__isnull=True, disposed_at__isnull=True, scan_state=ScanState.CLEAN.value)
    names_us = Exists(DocumentAudience.objects.filter(document=OuterRef("pk"), agency=actor.agency_id))
    named = told & names_us & ~Q(compartment__in=_codes(NEVER_BY_AUDIENCE))
    seen = _read_rows(actor) & (Q(owner_agency=actor.agency_id) | named)
    if actor.is_partner:
        seen |= (
            told & Q(pk__in=ids_from("my_disclosed_documents")) & ~Q(compartment__in=_codes(NEVER_DISCLOSED))
        )
    return rows.filter(seen)


def _codes(compartments: Iterable[Compartment]) -> list[str]:
    return [compartment.value for compartment in compartments]


def access_document(actor: Actor, pk: int, *, keep: bool = False, lock: bool = False) -> Document:
    """The document, or NotFound: absent and not yours are one answer. `keep`: to change it, as its agency may."""
    rows = visible_to(actor).select_related("person", "owner_agency", "uploaded_by", "version_of", "newer")
    if lock:
        rows = rows.select_for_update(of=("self",))
    document = rows.filter(pk=pk).first()
    if document is None:
        raise NotFound
    if keep and not may_keep(actor, document):
        raise Forbidden("Only the agency whose document this is may change it.")
    return document


def may_keep(actor: Actor, document: Document) -> bool:
    """Whether the actor may withdraw the document or follow it with a new version."""
    return actor.may(Power.HANDLE_DOCUMENTS) and document.owner_agency_id == actor.agency_id


def may_file_under(actor: Actor, person_id: int) -> list[Compartment]:
    """The compartments of this person's record that the actor may upload into: those they read of them."""
    return [c for c in COMPARTMENTS if _may_file(actor, person_id, c)]


def _may_file(actor: Actor, person_id: int, compartment: Compartment) -> bool:
    only = rows_read(actor, compartment)
    if not only or not covered(actor, compartment):
        return False
    limit = Q(pk=person_id)
    if actor.is_partner and compartment.value in BY_PERSON:
        limit &= Q(pk__in=people_with(compartment))
    elif only == {Only.MANAGED}:
        limit &= Q(pk__in=managed_people())
    else:
        return True
    return Person.objects.filter(limit).exists()

"""Who may see and handle which document: the ORM's half of what the row policies enforce (SHR-2, SHR-5)."""

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.access.readers import Only, managed_people, rows_read
from iom.accounts.rules import DbClass, Power
from iom.documents.models import Document, DocumentAudience
from iom.documents.rules import COMPARTMENTS, NEVER_BY_AUDIENCE, NEVER_DISCLOSED
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.persons import permissions as persons


def _disclosed() -> RawSQL:
    return RawSQL("SELECT unnest(authz.my_disclosed_documents())", [], output_field=BigIntegerField())


def _read_rows(actor: Actor) -> Q:
    """The documents of the compartments that the actor reads, as far as the table of readers goes."""
    limit = Q(pk__in=[])
    for compartment in COMPARTMENTS:
        only = rows_read(actor, compartment)
        here = Q(compartment=compartment.value)
        if only & {Only.REACH, Only.OWN_AGENCY}:
            limit |= here
        elif Only.MANAGED in only:
            limit |= here & Q(person__in=managed_people())
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
    names_us = Exists(DocumentAudience.objects.filter(document=OuterRef("pk"), agency=actor.agency_id))
    never_named = [compartment.value for compartment in NEVER_BY_AUDIENCE]
    named = names_us & ~Q(compartment__in=never_named)
    seen = _read_rows(actor) & (Q(owner_agency=actor.agency_id) | named)
    if actor.db_class == DbClass.PARTNER:
        never = [compartment.value for compartment in NEVER_DISCLOSED]
        seen |= Q(pk__in=_disclosed()) & ~Q(compartment__in=never)
    return rows.filter(seen)


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


def may_file_under(actor: Actor) -> tuple[Compartment, ...]:
    """The compartments the actor may upload into: those they read of the person in hand are asked for besides."""
    return tuple(compartment for compartment in COMPARTMENTS if rows_read(actor, compartment))


def may_file(actor: Actor, person_id: int, compartment: Compartment) -> bool:
    """Whether the actor may upload into a compartment of this very person's record."""
    only = rows_read(actor, compartment)
    if only & {Only.REACH, Only.OWN_AGENCY}:
        return True
    return Only.MANAGED in only and _manages(person_id)


def _manages(person_id: int) -> bool:
    return bool(persons.Person.objects.filter(pk=person_id, pk__in=managed_people()).exists())

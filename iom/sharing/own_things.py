"""The two kinds of record below this app that can be disclosed: an intelligence item's words, and a document."""

from iom.access.actor import Actor
from iom.access.readers import sees
from iom.documents.models import Document
from iom.documents.permissions import access_document, visible_to
from iom.documents.rules import NEVER_DISCLOSED
from iom.kernel.compartments import Compartment
from iom.kernel.errors import NotFound, Refused
from iom.records.models import IntelligenceItem, IntelligenceSource
from iom.sharing.models import DocumentGroupGrant, IntelligenceItemGroupGrant
from iom.sharing.permissions import items_visible_to
from iom.sharing.rules import Medium, What
from iom.sharing.things import Thing


def _access_item(actor: Actor, pk: int) -> IntelligenceItem:
    found = items_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _item_words(item: IntelligenceItem) -> str:
    if not item.sanitised.strip():
        raise Refused("Prepare the words for partners first: there is nothing to disclose yet.")
    return item.sanitised


def _item_label(item: IntelligenceItem) -> str:
    day = f", {item.occurred_on:%-d %B %Y}" if item.occurred_on else ""
    return f"Intelligence item {item.pk}{day}"


def _item_lines(item: IntelligenceItem, reader: Actor) -> list[tuple[str, str]]:
    """Grading and handling, for those who read intelligence: they decide whether it may leave."""
    if not sees(reader, Compartment.INTELLIGENCE):
        return []
    source = IntelligenceSource.objects.filter(item=item.pk).first()
    if source is None:
        return []
    found = [("Grading", source.grade), ("Handling", source.get_handling_display())]
    if source.handling_instructions:
        found.append(("Conditions", source.handling_instructions))
    return found


def _items_readable(actor: Actor, ids: list[int]) -> list[int]:
    """Those that the row policies let the reader see this very moment."""
    return list(
        IntelligenceItem.objects.filter(pk__in=ids, ended_at__isnull=True).values_list("pk", flat=True)
    )


def _document_words(document: Document) -> str:
    """The file that is given, so that both persons sign the same."""
    if document.compartment in {compartment.value for compartment in NEVER_DISCLOSED}:
        raise Refused("A document about victims is never disclosed.")
    if document.withdrawn_at or document.file_removed_at or document.scan_state != "clean":
        raise Refused("Only a checked document that has not been withdrawn can be disclosed.")
    return f"{document.original_name} ({document.sha256})"


def _document_label(document: Document) -> str:
    return f"Document: {document.get_type_display()}, number {document.pk}"


def _document_lines(document: Document, reader: Actor) -> list[tuple[str, str]]:
    return [("Document", _document_label(document))]


def _documents_readable(actor: Actor, ids: list[int]) -> list[int]:
    return list(visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


OWN_THINGS = (
    Thing(
        What.ITEM,
        Compartment.DISCLOSED,
        IntelligenceItemGroupGrant,
        Medium.ITEM,
        _access_item,
        _item_words,
        _item_label,
        _item_lines,
        _items_readable,
    ),
    Thing(
        What.DOCUMENT,
        Compartment.DISCLOSED,
        DocumentGroupGrant,
        Medium.DOCUMENT,
        access_document,
        _document_words,
        _document_label,
        _document_lines,
        _documents_readable,
    ),
)

"""Documents by the API: the same rules, reasons and records as on the pages (SHR-5)."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, Seen, acts, endpoint, hands_out, lists, reads
from iom.accounts.rules import Power
from iom.agencies.api import AgencyCode
from iom.documents import services
from iom.documents.answers import DocumentSerializer
from iom.documents.downloads import sent_as_file
from iom.documents.models import Document
from iom.documents.permissions import access_document
from iom.documents.rules import COMPARTMENTS, MARKING_LABELS, TYPE_LABELS, Marking
from iom.documents.selectors import documents_of
from iom.documents.tasks import wake
from iom.kernel import clock
from iom.kernel.api import Code, Input, Paging, Words
from iom.kernel.errors import Forbidden
from iom.kernel.step_up import API_SENTENCE, asked_again
from iom.persons.permissions import access_person

TAG = "Documents"


class DocumentQuery(Paging):
    type = Code("DocumentType", TYPE_LABELS, required=False)


class Upload(Input):
    title = Words(160)
    type = Code("DocumentType", TYPE_LABELS)
    compartment = Code("DocumentCompartment", COMPARTMENTS)
    marking = Code("Marking", MARKING_LABELS, default=Marking.OFFICIAL_SENSITIVE.value)
    handling = Words(500, required=False)
    audience = serializers.ListField(
        child=AgencyCode(),
        required=False,
        default=list,
        max_length=60,
        help_text="Other agencies that may read it.",
    )
    file = serializers.FileField(max_length=255, help_text="As a part of a multipart form.")


class Download(Input):
    reason = Words(
        500, required=False, help_text="Needed for OFFICIAL-SENSITIVE documents; at least 10 characters."
    )


@lists("documents_list", DocumentSerializer, power=Power.SEE_DOCUMENTS, query=DocumentQuery)
def person_documents(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Rows:
    """The documents on a person's record that you may see, latest first."""
    person = access_person(actor, nominal_ref)
    rows = documents_of(actor, person.pk, kind=asked.get("type", ""))
    return Rows(rows, lambda document: document.person_id, "documents of a person", about=person.pk)


@acts("documents_create", DocumentSerializer, takes=Upload, status=201, multipart=True)
def upload(actor: Actor, typed: dict[str, Any], nominal_ref: str) -> Document:
    """Upload a document. It can be downloaded once the virus scanner has passed it."""
    file = typed.pop("file")
    sent = services.Sent(Path(file.temporary_file_path()), file.name)
    given = services.Given(**typed | {"audience": tuple(typed["audience"])})
    document = services.add_document(nominal_ref, sent, given, by=actor, at=clock.now())
    transaction.on_commit(wake)
    return access_document(actor, document.pk)


@reads("documents_retrieve", DocumentSerializer, power=Power.SEE_DOCUMENTS)
def document(actor: Actor, asked: dict[str, Any], pk: int) -> Seen:
    """What is known of one document, without its file."""
    found = access_document(actor, pk)
    return Seen(found, [found.person_id], "document")


@hands_out("documents_download", takes=Download)
def download(request: HttpRequest, typed: dict[str, Any], pk: int) -> HttpResponseBase:
    """The file itself. It asks for a sign-in confirmed just now; a sensitive document for a reason besides."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Power.OPEN_DOCUMENTS)
    found = access_document(actor, pk)
    services.require_reason(found, typed["reason"])
    if asked_again(request, "export"):
        raise Forbidden(API_SENTENCE)
    return sent_as_file(services.open_document(pk, reason=typed["reason"], by=actor, at=clock.now()))


documents_of_person = endpoint(person_documents, upload, tag=TAG)
document_detail = endpoint(document, tag=TAG)
document_download = endpoint(download, tag=TAG)

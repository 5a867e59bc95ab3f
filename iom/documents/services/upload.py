"""Taking a document: checked, made safe, on disk, and only then in the record (SHR-5)."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import record
from iom.documents import audit, store
from iom.documents.content.guard import Safe, made_safe
from iom.documents.content.kinds import Unsafe
from iom.documents.models import Document, DocumentAudience
from iom.documents.permissions import access_document, may_file_under
from iom.documents.rules import (
    ALWAYS_SENSITIVE,
    AboutKind,
    DocumentType,
    Marking,
    ScanState,
    megabytes,
    safe_name,
)
from iom.documents.selectors import agencies_to_name
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, Invalid, Refused
from iom.persons.models import Person
from iom.persons.permissions import access_person


@dataclass(frozen=True)
class Sent:
    """A file as it came: where it was streamed to, and the name it was given by its sender."""

    path: Path
    name: str


@dataclass(frozen=True)
class Given:
    """What the uploader says of a document; `audience` are ids of the other agencies that may read it."""

    type: str
    title: str
    marking: str
    compartment: str
    handling: str = ""
    audience: tuple[int, ...] = ()
    about: tuple[AboutKind, int] | None = None


@dataclass(frozen=True)
class _Kept:
    """A file in the store with what is known of it."""

    name: uuid.UUID
    size: int
    sha256: str
    received_sha256: str
    safe: Safe
    shown_name: str

    def columns(self) -> dict[str, object]:
        return {
            "stored_name": self.name,
            "size": self.size,
            "sha256": self.sha256,
            "received_sha256": self.received_sha256,
            "detected_type": self.safe.media_type,
            "cleaned": list(self.safe.notes),
            "original_name": self.shown_name,
        }


def add_document(nominal_ref: str, sent: Sent, given: Given, *, by: Actor, at: datetime) -> Document:
    """Put a document on a person's record; nobody can download it before the scanner has passed it."""
    by.require(Power.HANDLE_DOCUMENTS)
    person = access_person(by, nominal_ref)
    _check_given(given, person, by)
    with _stored(sent, person, by) as kept, transaction.atomic():
        document = _row(person, given, kept, by=by, at=at)
        document.save(force_insert=True)
        _name_audience(document, given.audience, by=by, at=at)
        record(audit.UPLOADED, by=by, subjects=[person.pk], detail=_told(document))
    transaction.on_commit(partial(store.settle, document.stored_name))
    return document


def add_version(document_id: int, sent: Sent, *, by: Actor, at: datetime) -> Document:
    """Follow a document with a new version; the old one stays as it is, under the new one."""
    by.require(Power.HANDLE_DOCUMENTS)
    old = access_document(by, document_id, keep=True)
    _check_may_follow(old)
    given = Given(
        type=old.type,
        title=old.title,
        marking=old.marking,
        compartment=old.compartment,
        handling=old.handling,
        audience=tuple(old.audience.values_list("agency_id", flat=True)),
        about=(AboutKind(old.about_kind), old.about_id or 0) if old.about_kind else None,
    )
    with _stored(sent, old.person, by) as kept, transaction.atomic():
        old = access_document(by, document_id, keep=True, lock=True)
        _check_may_follow(old)
        document = _row(old.person, given, kept, by=by, at=at)
        document.version, document.version_of = old.version + 1, old
        document.save(force_insert=True)
        _name_audience(document, given.audience, by=by, at=at)
        record(audit.VERSION_ADDED, by=by, subjects=[old.person_id], detail=_told(document))
    transaction.on_commit(partial(store.settle, document.stored_name))
    return document


def _check_may_follow(old: Document) -> None:
    if Document.objects.filter(version_of=old).exists():
        raise Refused("There is a newer version already. Open that one and add yours after it.")
    if old.withdrawn_at or old.disposed_at:
        raise Refused("This document was withdrawn. Upload a new document instead.")


def _check_given(given: Given, person: Person, by: Actor) -> None:
    problems: dict[str, list[str]] = {}
    if given.type not in {one.value for one in DocumentType}:
        problems["type"] = ["Select what kind of document it is"]
    if not given.title.strip():
        problems["title"] = ["Enter a title"]
    if given.marking not in {one.value for one in Marking}:
        problems["marking"] = ["Select how the document is marked"]
    may_be_filed = {compartment.value for compartment in may_file_under(by, person.pk)}
    if given.compartment not in may_be_filed:
        problems["compartment"] = ["Select what the document is about"]
    elif given.marking == Marking.OFFICIAL and Compartment(given.compartment) in ALWAYS_SENSITIVE:
        problems["marking"] = ["A document about this is always OFFICIAL-SENSITIVE"]
    if not problems and given.audience:
        problems |= _audience_problems(given, person, by)
    if problems:
        raise Invalid(problems)


def _audience_problems(given: Given, person: Person, by: Actor) -> dict[str, list[str]]:
    allowed = {agency.pk for agency in agencies_to_name(by, person.pk, Compartment(given.compartment))}
    if not allowed:
        return {"audience": ["No other agency reads documents about this; one can be disclosed instead"]}
    if not set(given.audience) <= allowed:
        return {"audience": ["Select only agencies that may read documents about this"]}
    return {}


@contextmanager
def _stored(sent: Sent, person: Person, by: Actor) -> Iterator[_Kept]:
    """The file made safe and put into the store; taken out again when what follows fails."""
    kept = _take(sent, person, by)
    try:
        yield kept
    except BaseException:
        store.remove(kept.name)
        raise


def _take(sent: Sent, person: Person, by: Actor) -> _Kept:
    received, size = store.fingerprint(sent.path)
    if size > settings.DOCUMENT_LIMIT_BYTES:
        raise too_large()
    with store.workplace() as place:
        finished = place / "finished"
        try:
            safe = made_safe(sent.path, finished, sent.name)
        except Unsafe as unsafe:
            record(
                audit.REFUSED,
                by=by,
                subjects=[person.pk],
                detail={"why": unsafe.sentence, "sha256": received},
            )
            raise Invalid({"file": [unsafe.sentence]}) from unsafe
        sha256, size = store.fingerprint(finished)
        _check_room(person, size, by)
        name = store.keep(finished)
    return _Kept(name, size, sha256, received, safe, safe_name(sent.name, safe.extension))


def too_large() -> Invalid:
    """The answer to a file beyond the limit."""
    most = megabytes(settings.DOCUMENT_LIMIT_BYTES)
    return Invalid(
        {"file": [f"The file is larger than {most}. Make it smaller, or split it, and try again."]}
    )


def _check_room(person: Person, size: int, by: Actor) -> None:
    """Two uploads at once are counted one after the other, so that they cannot both take the last of the room."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('iom.documents'), %s::int)", [by.agency_id])
        cursor.execute("SELECT of_agency, of_person FROM authz.document_bytes(%s)", [person.pk])
        of_agency, of_person = cursor.fetchone()
    if of_person + size > settings.DOCUMENT_QUOTA_PERSON_BYTES:
        raise Invalid(
            {
                "file": [
                    "Your agency's documents on this person's record have no room left"
                    f" ({megabytes(settings.DOCUMENT_QUOTA_PERSON_BYTES)}). Ask the administrators."
                ]
            }
        )
    if of_agency + size > settings.DOCUMENT_QUOTA_AGENCY_BYTES:
        raise Invalid({"file": ["Your agency has no room left for documents. Ask the administrators."]})


def _row(person: Person, given: Given, kept: _Kept, *, by: Actor, at: datetime) -> Document:
    about_kind, about_id = given.about or ("", None)
    return Document(
        person=person,
        about_kind=about_kind,
        about_id=about_id,
        type=given.type,
        title=given.title.strip(),
        marking=given.marking,
        handling=given.handling.strip(),
        compartment=given.compartment,
        owner_agency_id=_agency(by),
        uploaded_by_id=by.user_id,
        uploaded_at=at,
        scan_state=ScanState.WAITING,
        scan_after=at,
        **kept.columns(),
    )


def _agency(by: Actor) -> int:
    if by.agency_id is None:
        raise Forbidden("Documents are kept by an agency: sign in for one.")
    return by.agency_id


def _name_audience(document: Document, agency_ids: Iterable[int], *, by: Actor, at: datetime) -> None:
    DocumentAudience.objects.bulk_create(
        DocumentAudience(
            document=document,
            person_id=document.person_id,
            agency_id=agency_id,
            owner_agency_id=document.owner_agency_id,
            added_by_id=by.user_id,
            added_at=at,
        )
        for agency_id in sorted(set(agency_ids))
    )


def _told(document: Document) -> dict[str, object]:
    return {
        "document": document.pk,
        "type": document.type,
        "marking": document.marking,
        "compartment": document.compartment,
        "version": document.version,
        "sha256": document.sha256,
    }

"""The door for systems that post files: by a key instead of a sign-in, and into the same rows as every other door
(INT-1)."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from iom.access.actor import SYSTEM
from iom.access.scope import as_service
from iom.feeds import registry, store
from iom.feeds.models import FeedFile, Sender
from iom.feeds.rules import ALREADY_LOADED, BrokenFile, FileStatus, Source
from iom.feeds.selectors import sent_by
from iom.feeds.services import Incoming, receive, sender_with
from iom.feeds.tasks import prompt
from iom.kernel import clock

CHALLENGE = {"WWW-Authenticate": "Bearer"}


class _Refusal(Exception):
    """What is answered before a file is read."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class SystemDoor(APIView):
    """An address for systems: `Authorization: Bearer KEY`, no session, nothing to read but what became of its files."""

    authentication_classes: Any = []
    permission_classes = [AllowAny]
    parser_classes: Any = []
    schema = None


class SendFile(SystemDoor):
    """POST the bytes of one CSV file of a kind."""

    def post(self, request: Request, kind: str) -> Response:
        """202 for a file that is now waiting, 200 for a copy of what is loaded or waits."""
        try:
            sender = _sender(request)
            size = _may_send(request, sender, kind)
            received = _keep(request, sender, kind, size)
        except _Refusal as refusal:
            return _no(refusal)
        if received.is_new:
            transaction.on_commit(prompt)
        return Response(
            _told(received.file, again=not received.is_new), status=202 if received.is_new else 200
        )


class FileState(SystemDoor):
    """GET what became of a file that this system sent."""

    def get(self, request: Request, file_id: int) -> Response:
        """The state and the counts of one file; 404 for any file that is not the system's own."""
        try:
            sender = _sender(request)
        except _Refusal as refusal:
            return _no(refusal)
        with as_service():
            return Response(_told(sent_by(sender, file_id)))


def _sender(request: Request) -> Sender:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and key:
        with as_service():
            found = sender_with(key.strip(), at=clock.now(), on=clock.today())
    if found is None:
        raise _Refusal(401, "Send a key that is in force.")
    return found


def _may_send(request: Request, sender: Sender, kind: str) -> int:
    """The size that is announced, once everything else is in order; nothing of the body is read before."""
    if kind not in {one.name for one in registry.kinds()}:
        raise _Refusal(404, "Not found.")
    if kind not in sender.kinds:
        raise _Refusal(403, "This key is not for that feed.")
    if request.content_type.partition(";")[0].strip() not in {"text/csv", "application/octet-stream"}:
        raise _Refusal(415, "Send the file itself, as text/csv.")
    size = request.META.get("CONTENT_LENGTH") or ""
    if not size.isdecimal():
        raise _Refusal(411, "Say how long the file is (Content-Length).")
    if int(size) > settings.FEED_FILE_LIMIT_BYTES:
        raise _Refusal(413, f"The file is larger than {settings.FEED_FILE_LIMIT_BYTES:,} bytes. Split it.")
    return int(size)


def _keep(request: Request, sender: Sender, kind: str, size: int) -> Any:
    name = request.query_params.get("name", "")[:255] or f"{kind}.csv"
    said = request.headers.get("X-Content-SHA256", "").lower()
    try:
        with store.incoming(_blocks(request), limit_bytes=settings.FEED_FILE_LIMIT_BYTES) as (
            part,
            sha256,
            got,
        ):
            if got != size:
                raise _Refusal(400, f"{got:,} of {size:,} bytes came: send the file again.")
            if said and said != sha256:
                raise _Refusal(400, "The file does not have the SHA-256 that was announced: send it again.")
            sent = Incoming(kind, name, part, sha256, got)
            with as_service():
                return receive(sent, by=SYSTEM, at=clock.now(), source=Source.API, sender=sender)
    except BrokenFile as broken:
        raise _Refusal(413, broken.sentence) from broken


def _blocks(request: Request) -> Iterator[bytes]:
    while block := request._request.read(store.BLOCK):
        yield block


def _no(refusal: _Refusal) -> Response:
    headers = CHALLENGE if refusal.status == 401 else None
    return Response({"detail": refusal.sentence}, status=refusal.status, headers=headers)


def _told(file: FeedFile, *, again: bool = False) -> dict[str, Any]:
    """Counts and state, never a row: a system learns nothing of people that it did not say itself."""
    is_copy = again and file.status == FileStatus.LOADED
    return {
        "file": file.pk,
        "kind": file.kind,
        "name": file.name,
        "sha256": file.sha256,
        "status": ALREADY_LOADED if is_copy else file.status,
        "problem": file.problem,
        "received_at": file.received_at,
        "loaded_at": file.loaded_at,
        **{
            count: getattr(file, count)
            for count in ("read", "inserted", "updated", "unchanged", "rejected", "withdrawn")
        },
    }

"""A page that reads records and does not say whose is refused, and nothing leaves before its act is kept (SHR-3)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import path

from iom.access.middleware import UnrecordedRead, whole
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.audit.services import look
from iom.kernel.reads import naming_nobody, reads_nobody, tables_of_people, tables_read
from iom.persons.models import Person
from tests.factories import PersonFactory
from tests.world import member, signed_in, small_force

ClientFor = Callable[..., Client]


def forgets(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Person.objects.values_list("family_name", flat=True)))


def says(request: HttpRequest) -> HttpResponse:
    people = list(Person.objects.all())
    look(request, subjects=[one.pk for one in people], what="test")
    return HttpResponse(", ".join(one.family_name for one in people))


@reads_nobody("a figure")
def counts(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Person.objects.count()))


def counts_in_a_part(request: HttpRequest) -> HttpResponse:
    with naming_nobody("a figure"):
        return HttpResponse(str(Person.objects.count()))


def streams(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        for one in Person.objects.all():
            look(request, subjects=[one.pk], what="stream")
            yield f"{one.family_name}\n"

    return StreamingHttpResponse(lines())


def streams_and_forgets(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(f"{name}\n" for name in Person.objects.values_list("family_name", flat=True))


urlpatterns = [
    path(f"{view.__name__}/", view)
    for view in (forgets, says, counts, counts_in_a_part, streams, streams_and_forgets)
]
OWN_ADDRESSES = override_settings(ROOT_URLCONF="tests.audit.test_reads")


def acts(**given: Any) -> list[Act]:
    with as_owner():
        return list(Act.objects.filter(**given).order_by("id"))


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["forgets", "streams_and_forgets"])
@OWN_ADDRESSES
def test_a_page_that_forgets_to_say_whose_records_it_shows_is_refused(
    client_for: ClientFor, world: dict[str, Any], view: str
) -> None:
    PersonFactory(home_unit=world["north"], family_name="Visible")
    client = client_for(Role.SUPERVISOR)
    with pytest.raises(UnrecordedRead, match="persons_person"):
        client.get(f"/{view}/")

    client.raise_request_exception = False
    answer = client.get(f"/{view}/")

    assert answer.status_code == 500
    assert b"Visible" not in answer.content
    [*_, act] = acts(action="audit.read.unrecorded")
    assert (act.kind, act.detail) == ("denied", {"path": f"/{view}/", "tables": ["persons_person"]})


@pytest.mark.django_db
@OWN_ADDRESSES
@override_settings(AUDIT_FAIL_CLOSED=False)
def test_where_it_is_not_refused_it_is_written_down(client_for: ClientFor, world: dict[str, Any]) -> None:
    PersonFactory(home_unit=world["north"], family_name="Visible")
    client = client_for(Role.SUPERVISOR)

    assert b"Visible" in client.get("/forgets/").content

    [act] = acts(action="audit.read.unrecorded")
    assert (act.kind, act.user_id) == ("consult", client.actor.user_id)  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["says", "counts", "counts_in_a_part"])
@OWN_ADDRESSES
def test_a_page_that_says_whose_or_why_nobody_passes(
    client_for: ClientFor, world: dict[str, Any], view: str
) -> None:
    PersonFactory(home_unit=world["north"])

    assert client_for(Role.SUPERVISOR).get(f"/{view}/").status_code == 200


@pytest.mark.django_db
@OWN_ADDRESSES
def test_a_streamed_body_is_made_inside_the_transaction_with_the_readers_rights(
    client_for: ClientFor, world: dict[str, Any]
) -> None:
    here = PersonFactory(home_unit=world["north"], family_name="Visible")
    PersonFactory(home_unit=world["south"], family_name="Hidden")

    answer = client_for(Role.SUPERVISOR).get("/streams/")

    assert answer.streaming is False
    assert answer.content == b"Visible\n"
    assert [act.subjects for act in acts(action="look:stream")] == [[here.pk]]


def test_a_body_keeps_its_headers_when_it_is_made_whole() -> None:
    streamed = StreamingHttpResponse(iter([b"a", b"b"]), headers={"X-Name": "x"}, status=201)
    streamed.set_cookie("c", "1")

    made = whole(streamed)

    assert (made.content, made.status_code, made["X-Name"], made.cookies["c"].value) == (b"ab", 201, "x", "1")


def test_what_leads_to_a_person_is_worked_out_from_the_models() -> None:
    found = tables_of_people()

    assert {"persons_person", "persons_alias", "cohorts_case", "cohorts_deadline", "scoring_current"} <= found
    assert {"accounts_user", "agencies_agency", "audit_seal", "jobs_run"} & found == set()


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        (
            'SELECT 1 FROM "persons_person" p JOIN "cohorts_case" c ON true',
            {"persons_person", "cohorts_case"},
        ),
        ("  with x as (select * from persons_alias) select 1", {"persons_alias"}),
        ('(SELECT 1 FROM "cohorts_case") UNION SELECT 2', {"cohorts_case"}),
        ('INSERT INTO "persons_person" VALUES (1)', set()),
        ('SELECT 1 FROM "persons_person_other"', set()),
    ],
)
def test_a_statement_names_what_it_reads(sql: str, tables: set[str]) -> None:
    assert tables_read(sql) == tables


# A real server that is killed when the page is made and not yet kept.

SERVER = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db.backends.signals import connection_created
from wsgiref.simple_server import make_server
from django.core.wsgi import get_wsgi_application
from tests.conftest import _take_web_login
settings.DATABASES["default"]["NAME"] = os.environ["IOM_NAME"]
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["IOM_NAME"]
connection_created.connect(_take_web_login)
server = make_server("127.0.0.1", int(os.environ["IOM_PORT"]), get_wsgi_application())
print("ready", flush=True)
server.serve_forever()
"""


class KilledBeforeCommit:
    """Stands between the transaction of a request and everything else: the view is done, its act not yet kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("X-Kill"):
            assert b"Killmarker" in response.content
            os.kill(os.getpid(), signal.SIGKILL)
        return response


@pytest.fixture
def reader(committed: None) -> tuple[str, int]:
    """A supervisor's session and a person, really committed."""
    world = small_force()
    person = PersonFactory(home_unit=world["north"], family_name="Killmarker", nominal_ref="NV8888888")
    actor = member(world, Role.SUPERVISOR)
    client = signed_in(actor)
    return client.cookies[settings.SESSION_COOKIE_NAME].value, person.pk


def ask(port: int, session: str, *, kill: bool) -> bytes:
    """The whole answer of the server as it came over the wire, empty when it died."""
    wire = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}", **({"X-Kill": "1"} if kill else {})}
    try:
        wire.request("GET", "/people/NV8888888/", headers=headers)
        return wire.getresponse().read()
    except OSError:
        return b""
    finally:
        wire.close()


def test_a_server_killed_between_view_and_commit_leaves_neither_data_nor_answer(
    reader: tuple[str, int], tmp_path: Path
) -> None:
    session, person = reader
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings_file = tmp_path / "killed_settings.py"
    middleware = list(settings.MIDDLEWARE)
    at = middleware.index("iom.access.middleware.RequestTransactionMiddleware") + 1
    middleware.insert(at, "tests.audit.test_reads.KilledBeforeCommit")
    settings_file.write_text(f"from tests.settings import *\nMIDDLEWARE = {json.dumps(middleware)}\n")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "killed_settings",
        "PYTHONPATH": f"{tmp_path}:{settings.BASE_DIR}",
        "IOM_PORT": str(port),
        "IOM_NAME": str(connection.settings_dict["NAME"]),
    }

    def answered(*, kill: bool) -> bytes:
        server = subprocess.Popen([sys.executable, "-c", SERVER], env=environment, stdout=subprocess.PIPE)
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        try:
            return ask(port, session, kill=kill)
        finally:
            server.kill()
            server.wait()

    def looks() -> int:
        with as_owner():
            return Act.objects.filter(subjects=[person], action="look:profile").count()

    assert answered(kill=True) == b""
    time.sleep(0.5)
    assert looks() == 0
    assert b"Killmarker" in answered(kill=False)
    assert looks() == 1

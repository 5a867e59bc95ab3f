"""Is the site alive, ready, and is its work being done: answered before sessions, sign-in and host checks.

`/healthz/live`: this process answers. `/healthz/ready`: the database answers and holds this version's tables
(Redis is not asked: pages work without it). `/healthz/work`: what the apps above register, such as the age of the
last round of the worker.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from iom.kernel import clock

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Work:
    """What one app says about the work behind the pages: figures, and a sentence for each thing that is late."""

    figures: dict[str, object]
    problems: Sequence[str] = ()


WorkCheck = Callable[[datetime], Work]
_work_checks: list[WorkCheck] = []


class HealthMiddleware:
    """Answers the three addresses and passes everything else on."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.answers: dict[str, Callable[[], JsonResponse]] = {
            "/healthz/live": live,
            "/healthz/ready": ready,
            "/healthz/work": work,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path)
        return answer() if answer else self.get_response(request)


def register_work_check(check: WorkCheck) -> None:
    """Add an app's part to `/healthz/work`; it is called with the rights of the service."""
    _work_checks.append(check)


def live() -> JsonResponse:
    return _answer({}, [])


def ready() -> JsonResponse:
    """200 when pages can be served, else 503 with a sentence."""
    try:
        with _rights_of("iom_session"), connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return _answer({}, ["The database does not answer."])
    missing = len(_migrations_of_this_version() - applied)
    return _answer({}, [f"{missing} migrations have not been applied."] if missing else [])


def work() -> JsonResponse:
    """200 when the worker keeps up, else 503 with what is late."""
    try:
        with _rights_of("iom_service"):
            found = [check(clock.now()) for check in _work_checks]
    except DatabaseError:
        return _answer({}, ["The database does not answer."])
    figures = {name: value for part in found for name, value in part.figures.items()}
    return _answer(figures, [sentence for part in found for sentence in part.problems])


@contextmanager
def _rights_of(role: str) -> Iterator[None]:
    """A transaction with the rights of one class, which leaves the role as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        yield
        cursor.execute("SELECT set_config('role', %s, true)", [before])


@cache
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _answer(figures: dict[str, object], problems: Sequence[str]) -> JsonResponse:
    body = {"ok": not problems, "problems": list(problems), **figures}
    return JsonResponse(body, status=503 if problems else 200, headers={"Cache-Control": "no-store"})

"""Is the site alive, ready, and is its work being done: answered before sessions, sign-in and host checks.

`/healthz/live`: this process answers. `/healthz/ready`: the database answers and holds this version's tables
(Redis is not asked: pages work without it). `/healthz/work`: what the apps above register, such as the age of the
last round of the worker.
"""

from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

Answer = Callable[[HttpRequest], HttpResponse]
WorkCheck = Callable[[], dict[str, object]]
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


def register_work_check(check: WorkCheck) -> WorkCheck:
    """Add figures to `/healthz/work`: a mapping that may hold `problems`, a list of sentences.

    The check opens its own scope; it is called outside of any transaction.
    """
    _work_checks.append(check)
    return check


def live() -> JsonResponse:
    return _answer({}, [])


def ready() -> JsonResponse:
    """200 when pages can be served, else 503 with a sentence."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE iom_session")
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return _answer({}, ["The database does not answer."])
    missing = len(_migrations_of_this_version() - applied)
    return _answer({}, [f"{missing} migrations have not been applied."] if missing else [])


def work() -> JsonResponse:
    """200 when the worker keeps up, else 503 with what is late."""
    figures: dict[str, object] = {}
    problems: list[str] = []
    try:
        for check in _work_checks:
            found = check()
            problems += found.pop("problems", [])  # type: ignore[arg-type]
            figures |= found
    except DatabaseError:
        problems = ["The database does not answer."]
    return _answer(figures, problems)


@cache
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _answer(figures: dict[str, object], problems: list[str]) -> JsonResponse:
    body = {"ok": not problems, "problems": problems, **figures}
    return JsonResponse(body, status=503 if problems else 200, headers={"Cache-Control": "no-store"})

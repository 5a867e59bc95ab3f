"""Whether the site is alive, ready and at work can be asked without signing in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from iom.access.scope import as_owner
from iom.jobs.models import Heartbeat
from iom.jobs.rules import SILENT_AFTER, TICK
from iom.kernel import clock


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_a_site_that_serves_pages_says_so_to_anybody(path: str) -> None:
    answer = Client(headers={"host": "10.0.0.7"}).get(path)

    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "problems": []}


@pytest.mark.django_db
def test_a_database_behind_this_version_is_not_ready() -> None:
    with as_owner():
        forget_a_migration()

    answer = Client().get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["problems"] == ["1 migrations have not been applied."]


def forget_a_migration() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts' AND name = '0001_initial'")


@pytest.mark.django_db
@pytest.mark.parametrize(("ago", "status"), [(timedelta(seconds=20), 200), (SILENT_AFTER * 2, 503)])
def test_a_worker_that_is_not_heard_of_is_told(ago: timedelta, status: int) -> None:
    with as_owner():
        Heartbeat.objects.update_or_create(name=TICK, defaults={"at": clock.now() - ago})

    answer = Client().get("/healthz/work")

    assert answer.status_code == status
    assert answer.json()["ok"] is (status == 200)
    assert answer.json()["last_tick_at"]

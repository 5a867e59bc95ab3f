"""Whoever asks faster than a person reads is refused until the minute is over (ORG-3)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from iom.access import pace
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.kernel import clock

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
LIMIT = 3
PAGE, API = "/cases/", "/api/v1/cases/"


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """Puts the clock of requests to a moment; stands at a quarter past the present minute at first."""
    moment = [clock.now().replace(second=15)]

    def put(to: datetime) -> None:
        moment[0] = to

    with patch.object(clock, "now", lambda: moment[0]), override_settings(REQUESTS_A_MINUTE=LIMIT):
        yield put


@pytest.fixture
def sergeant(world: dict[str, Any], client_for: ClientFor) -> Client:
    return client_for(Role.SUPERVISOR)


def ask(client: Client, times: int, path: str = PAGE) -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def refusals() -> list[tuple[str, str]]:
    with as_owner():
        return list(Act.objects.filter(action="access.request.too_fast").values_list("kind", "detail__path"))


def test_the_request_over_the_limit_is_refused_with_a_sentence_and_the_time_to_wait(
    at: Callable[[datetime], None], sergeant: Client
) -> None:
    assert ask(sergeant, LIMIT) == [200] * LIMIT

    refused = sergeant.get(PAGE)

    assert refused.status_code == 429
    assert refused["Retry-After"] == "45"
    assert "You can go on in 45 seconds" in refused.content.decode()


def test_a_program_is_refused_in_json(at: Callable[[datetime], None], sergeant: Client) -> None:
    ask(sergeant, LIMIT, API)

    refused = sergeant.get(API)

    assert refused.status_code == 429
    assert refused.json() == {"detail": "Too many requests in one minute. Go on in 45 seconds."}


def test_the_first_refusal_is_written_down_and_those_that_follow_are_not(
    at: Callable[[datetime], None], sergeant: Client
) -> None:
    ask(sergeant, LIMIT + 5)

    assert refusals() == [("denied", PAGE)]


def test_the_next_minute_lets_in_again(at: Callable[[datetime], None], sergeant: Client) -> None:
    ask(sergeant, LIMIT + 1)

    at(clock.now() + timedelta(seconds=44))
    assert ask(sergeant, 1) == [429]
    at(clock.now() + timedelta(seconds=1))
    assert ask(sergeant, LIMIT + 1) == [200] * LIMIT + [429]


def test_everybody_is_counted_alone(
    at: Callable[[datetime], None], sergeant: Client, client_for: ClientFor
) -> None:
    ask(sergeant, LIMIT + 1)

    assert ask(client_for(Role.OFFENDER_MANAGER), 1) == [200]


def test_all_processes_count_together(at: Callable[[datetime], None], sergeant: Client) -> None:
    """The count is the queue's, which the processes share, and is gone by itself."""
    with as_owner():
        owner = int(sergeant.session["_auth_user_id"])
    cache.set(pace.count_of(owner, at=clock.now()), LIMIT - 1, timeout=pace.SECONDS_KEPT)

    assert ask(sergeant, 2) == [200, 429]


def test_without_the_queue_pages_go_on(
    at: Callable[[datetime], None], sergeant: Client, tmp_path: Any
) -> None:
    nobody_there = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/none.sock",
        }
    }
    with override_settings(CACHES=nobody_there):
        assert ask(sergeant, LIMIT + 2) == [200] * (LIMIT + 2)


def test_the_minute_is_the_clocks(at: Callable[[datetime], None]) -> None:
    noon = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)

    assert pace.count_of(1, at=noon) != pace.count_of(1, at=noon + timedelta(seconds=1))
    assert pace.count_of(1, at=noon) != pace.count_of(2, at=noon)
    assert pace.seconds_left(noon) == 1

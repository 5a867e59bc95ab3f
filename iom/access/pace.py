"""How fast one person may ask: nobody who reads comes near it, whoever copies the caseload does (ORG-3)."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger("iom.access")
SECONDS_KEPT = 120


def requests_of(user_id: int | None, *, at: datetime) -> int:
    """How many requests this person has made in the minute of `at`, this one counted.

    The queue keeps the count for all web processes. Pages work without the queue, so without it nobody is counted.
    """
    minute = count_of(user_id, at=at)
    try:
        cache.add(minute, 0, timeout=SECONDS_KEPT)
        return int(cache.incr(minute))
    except (RedisError, ValueError):
        logger.warning("Requests are not counted: the queue does not answer.")
        return 0


def count_of(user_id: int | None, *, at: datetime) -> str:
    """The name under which a person's requests of one minute are counted."""
    return f"pace:{user_id}:{at:%Y%m%d%H%M}"


def is_too_fast(requests: int) -> bool:
    return requests > settings.REQUESTS_A_MINUTE


def is_first_too_many(requests: int) -> bool:
    """Whether it is the request that goes over the limit: that one is written down, not each that follows."""
    return requests == settings.REQUESTS_A_MINUTE + 1


def seconds_left(at: datetime) -> int:
    """Until the minute is over."""
    return 60 - at.second

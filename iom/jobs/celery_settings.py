"""The Celery settings that lost and doubled nothing when processes and servers were killed under them.

The database keeps the work (`iom.jobs.models`); a message only wakes a worker. So a message may be lost or come
twice, and nothing here has to be more than a prompt.
"""

import sys
from typing import Any

from kombu import Queue

TICK_SECONDS = 30.0
CONTROL = "control"
BULK = "bulk"


def socket_timeout(arguments: list[str]) -> int:
    """A worker waits for its server; the web and beat must never hang on it."""
    return 10 if "worker" in arguments[1:] else 1


CELERY_SETTINGS: dict[str, Any] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "task_time_limit": 120,
    "task_soft_time_limit": 100,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_queues": [Queue(CONTROL), Queue(BULK)],
    "task_default_queue": BULK,
    "task_routes": {"jobs.tick": {"queue": CONTROL}, "jobs.do_chunk": {"queue": BULK}},
    "task_publish_retry": True,
    "task_publish_retry_policy": {
        "max_retries": 1,
        "interval_start": 0.2,
        "interval_step": 0,
        "interval_max": 0.2,
    },
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": 3600,
        "socket_timeout": socket_timeout(sys.argv),
        "socket_connect_timeout": socket_timeout(sys.argv),
        "health_check_interval": 10,
        "queue_order_strategy": "priority",
    },
    "beat_schedule": {
        "tick": {
            "task": "jobs.tick",
            "schedule": TICK_SECONDS,
            "options": {"queue": CONTROL, "expires": TICK_SECONDS - 5},
        }
    },
}

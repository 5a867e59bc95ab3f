"""What this app adds to the nights, once the models are there."""

from iom.agencies import audit  # noqa: F401  (the list of acts is complete only once it is read)
from iom.agencies.tasks import REMINDING
from iom.jobs.registry import register


def begin() -> None:
    register(REMINDING)

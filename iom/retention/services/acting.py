"""Who acts, where the record must name a person and not the system."""

from iom.access.actor import Actor
from iom.kernel.errors import Forbidden


def user_of(by: Actor) -> int:
    """The acting person's number; the system itself may not take this step."""
    if by.user_id is None:
        raise Forbidden
    return by.user_id

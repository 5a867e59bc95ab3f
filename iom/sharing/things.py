"""What can be given to one agency by name: each kind of record says how it is reached, worded and named (SHR-1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iom.access.actor import Actor
from iom.kernel.compartments import Compartment
from iom.sharing.models import DisclosureGrant
from iom.sharing.rules import Medium, What


@dataclass(frozen=True)
class Thing:
    """One kind of record. Every record of it is about one person (`person_id`).

    `access` gives the record to whoever may disclose it, or NotFound; `words` are what both persons sign, and Refused
    where there is nothing to give, shown to readers of `compartment`; `label` names the record without repeating it;
    `lines` are what the signer is told besides; `readable` are the records that a partner reads today of those it holds
    a grant on.
    """

    what: What
    compartment: Compartment
    grants: type[DisclosureGrant]
    medium: Medium
    access: Callable[[Actor, int], Any]
    words: Callable[[Any], str]
    label: Callable[[Any], str]
    lines: Callable[[Any, Actor], list[tuple[str, str]]]
    readable: Callable[[Actor, list[int]], list[int]]


_things: dict[What, Thing] = {}


def register_thing(thing: Thing) -> None:
    """Add a kind; another one under the same name is a programming error."""
    if _things.setdefault(thing.what, thing) != thing:
        raise ValueError(f"{thing.what} is registered twice.")


def thing_of(what: What) -> Thing:
    """The kind of record with this name."""
    return _things[what]

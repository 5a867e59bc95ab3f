"""The closed list of acts that take two persons; each app registers its own in `ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from iom.approvals.rules import LAPSES_AFTER_DAYS


@dataclass(frozen=True)
class ApprovalKind:
    """One kind of act, and who may decide it.

    `power` and `db_class` are the decider's. `describe` is the dotted path of `(approval, reader) -> [(label, text)]`,
    `perform` that of `(approval, by, at) -> None`, which runs in the decision's transaction under the decider's scope.
    `asks` is the power of who may ask, `step_up` the reason for which the decider is asked to confirm who they are.
    `names` is the dotted path of `(payload) -> str`, which says in a word or two which record of the person it is; it
    asks the database nothing, since lists call it for every line.
    """

    code: str
    label: str
    power: str
    describe: str
    perform: str
    db_class: str
    asks: str = ""
    step_up: str = ""
    names: str = ""
    lapses_after_days: int = LAPSES_AFTER_DAYS

    def lines(self, approval: Any, reader: Any) -> list[tuple[str, str]]:
        """What is asked for, in words."""
        found: Iterable[tuple[str, str]] = import_string(self.describe)(approval, reader)
        return list(found)

    def record_of(self, approval: Any) -> str:
        """Which record of the person the request is about; empty where the kind names none."""
        return str(import_string(self.names)(approval.payload)) if self.names else ""

    def carry_out(self, approval: Any, by: Any, at: datetime) -> None:
        """Do what was asked for."""
        import_string(self.perform)(approval, by, at)


_kinds: dict[str, ApprovalKind] = {}
_hooks: dict[str, str] = {}


def register(kind: ApprovalKind) -> None:
    """Add a kind; another one under the same code is a programming error."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"The kind {kind.code} is registered twice.")


def kinds() -> tuple[ApprovalKind, ...]:
    return tuple(_kinds.values())


def kind_named(code: str) -> ApprovalKind:
    """The kind of a request; one that no longer exists is a programming error."""
    if code not in _kinds:
        raise LookupError(f"There is no kind of approval called {code}.")
    return _kinds[code]


def register_deciders(path: str) -> None:
    """Say where `(power, db_class, unit_id, on) -> user ids` is; called by the app that holds memberships."""
    _hooks["deciders"] = path


def register_people(path: str) -> None:
    """Say where `(actor) -> queryset of the persons the actor may see` is; called by the app that holds persons."""
    _hooks["people"] = path


def hook(name: str) -> Callable[..., Any] | None:
    """The registered function, or None while no app gave one."""
    path = _hooks.get(name)
    found: Callable[..., Any] | None = import_string(path) if path else None
    return found

"""Kinds of acts that exist only in tests."""

from datetime import datetime
from typing import Any

from iom.access.scope import as_owner
from iom.accounts.rules import Power
from iom.agencies.models import Agency
from iom.approvals.models import Approval
from iom.approvals.registry import ApprovalKind
from iom.kernel.errors import Refused
from iom.persons.models import Person

RENAME = ApprovalKind(
    code="test.rename",
    label="Rename a person",
    power=Power.DESELECT,
    describe="tests.approvals.kinds.describe",
    perform="tests.approvals.kinds.rename",
    db_class="police",
    asks=Power.PROPOSE_DESELECTION,
)
KEEP = ApprovalKind(
    code="test.keep",
    label="Rename an agency",
    power=Power.ADMINISTER,
    describe="tests.approvals.kinds.describe",
    perform="tests.approvals.kinds.rename_agency",
    db_class="admin",
    asks=Power.ADMINISTER,
)


def describe(approval: Approval, reader: Any) -> list[tuple[str, str]]:
    return [("New name", str(approval.payload["name"]))]


def rename(approval: Approval, by: Any, at: datetime) -> None:
    """Nobody of the police writes a name, so the test's own act does it as the owner."""
    name = approval.payload["name"]
    with as_owner():
        Person.objects.filter(pk=approval.person_id).update(
            given_names="Half" if name == "Forbidden" else name
        )
    if name == "Forbidden":
        raise Refused("That name is not allowed.")


def rename_agency(approval: Approval, by: Any, at: datetime) -> None:
    Agency.objects.filter(code="drugs").update(name=approval.payload["name"])

"""What this app adds to the jobs, the menu and the second signatures, once the models are there."""

from iom.accounts.rules import Power
from iom.approvals import registry as approvals
from iom.approvals.registry import ApprovalKind
from iom.jobs.registry import TickStep, register_step
from iom.retention import audit as audit
from iom.retention.services.disposal import dispose_next
from iom.retention.services.review import DISPOSE

KINDS = (
    ApprovalKind(
        DISPOSE,
        "Dispose of a record",
        Power.RETAIN.value,
        "iom.retention.services.review.describe",
        "iom.retention.services.review.perform",
        "police",
        asks=Power.RETAIN.value,
    ),
)


def begin() -> None:
    for kind in KINDS:
        approvals.register(kind)
    register_step(TickStep("retention.dispose", dispose_next))

"""What this app adds to the jobs, the menu and the second signatures, once the models are there."""

from iom.accounts.rules import Power
from iom.approvals import registry as approvals
from iom.approvals.registry import ApprovalKind
from iom.jobs import registry as jobs
from iom.jobs.registry import TickStep, register_step
from iom.kernel.day import DayPart, register_day_part
from iom.kernel.navigation import NavItem, register_nav_item
from iom.retention import audit as audit
from iom.retention.jobs import NIGHT, settle_refused
from iom.retention.services.assembling import assemble_next
from iom.retention.services.bundle import make_next
from iom.retention.services.disposal import dispose_next
from iom.retention.services.requests import RELEASE
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
        step_up="disclosure",
    ),
    ApprovalKind(
        RELEASE,
        "Give a person what is held about them",
        Power.RELEASE_SUBJECT_ACCESS.value,
        "iom.retention.services.bundle.describe",
        "iom.retention.services.bundle.perform",
        "police",
        asks=Power.SUBJECT_ACCESS.value,
        step_up="disclosure",
        names="iom.retention.services.bundle.named",
    ),
)
NAVIGATION = (
    NavItem("Retention", "retention:queue", power=Power.SEE_RETENTION.value, order=94),
    NavItem("Subject access", "retention:requests", power=Power.SUBJECT_ACCESS.value, order=95),
)
STEPS = (
    TickStep("retention.settle", settle_refused),
    TickStep("retention.dispose", dispose_next),
    TickStep("subject_access.assemble", assemble_next),
    TickStep("subject_access.make", make_next),
)


def begin() -> None:
    for kind in KINDS:
        approvals.register(kind)
    for step in STEPS:
        register_step(step)
    jobs.register(NIGHT)
    register_day_part(DayPart("Subject access requests", "iom.retention.day.requests"))
    for item in NAVIGATION:
        register_nav_item(item)

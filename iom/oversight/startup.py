"""What this app adds to the tick, the nights, the menu of the audit and the pages of a person."""

from datetime import datetime

from iom.accounts.rules import Power
from iom.audit.sections import AuditSection, register_section
from iom.audit.services import seal_due
from iom.jobs.registry import JobKind, TickStep, register, register_step
from iom.kernel.day import DayPart, register_day_part
from iom.oversight.services.nightly import NIGHTLY, do, finish, plan
from iom.persons.sections import Section
from iom.persons.sections import register_section as register_person_section


def begin() -> None:
    register_step(TickStep("audit.seal", _seal))
    register(JobKind(name=NIGHTLY, plan=plan, do=do, finish=finish, nightly=True))
    register_section(AuditSection("Unusual access", "oversight:findings", Power.REVIEW_AUDIT, order=20))
    register_section(AuditSection("Auditors reviewed", "oversight:reviews", Power.REVIEW_AUDIT, order=30))
    register_day_part(DayPart("Unusual access to review", "iom.oversight.day.findings"))
    register_day_part(DayPart("Auditors to review", "iom.oversight.day.reviews"))
    register_person_section(
        Section("looks", "Who has looked", "oversight:looks", Power.REVIEW_AUDIT, order=95)
    )


def _seal(at: datetime) -> bool:
    return seal_due(at)

"""What this app adds to the tick, the nights, the menu, a person's pages and `/healthz/work`, once models are there."""

from datetime import datetime

from iom.documents import audit  # noqa: F401  (the list of acts is complete only once it is read)
from iom.documents.selectors import work_left
from iom.documents.services import clear_away, scan_one
from iom.documents.tasks import STORE_CHECK
from iom.jobs.registry import TickStep, register, register_step
from iom.kernel.health import Work, register_work_check
from iom.kernel.navigation import NavItem, register_nav_item
from iom.persons.sections import Section, register_section


def begin() -> None:
    register_step(TickStep("documents.scan", scan_one))
    register_step(TickStep("documents.clear_away", clear_away))
    register(STORE_CHECK)
    register_work_check(documents_are_well)
    register_section(
        Section("documents", "Documents", "documents:person_documents", power="see_documents", order=5)
    )
    register_nav_item(NavItem("Document store", "documents:room", power="administer", order=88))


def documents_are_well(at: datetime) -> Work:
    """Files that are gone, and documents that no scanner could check."""
    left = work_left()
    problems = []
    if left.missing:
        problems.append(f"{left.missing} documents have lost their file: restore it from the backup.")
    if left.unchecked:
        problems.append(f"{left.unchecked} documents could not be checked for viruses and stay closed.")
    return Work(figures={"documents_waiting": left.waiting}, problems=problems)

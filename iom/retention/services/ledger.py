"""What a release leaves in the ledger of disclosures (NEW-5)."""

from datetime import datetime

from iom.access.actor import Actor
from iom.retention.models import AccessRequest, Bundle
from iom.sharing.rules import Medium
from iom.sharing.services.ledger import enter


def enter_release(found: AccessRequest, bundle: Bundle, *, by: Actor, at: datetime) -> None:
    """The person got what is held about them, under their right of access."""
    enter(
        found.person_id,
        agency=None,
        recipient="The person themselves",
        medium=Medium.PRINT,
        what=f"What is held about them, {bundle.pages} pages",
        item_ref=f"SAR-{found.pk}",
        purpose="Right of access",
        necessity="Data Protection Act 2018, section 45",
        agreement=None,
        by=by,
        at=at,
        approved_by=found.signed_by.name if found.signed_by else "",
    )

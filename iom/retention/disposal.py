"""What becomes of this app's own rows on disposal. What tells of the disposal itself names nobody."""

from iom.kernel.disposal import delete

delete(
    "retention.Review",
    "retention.LegalHold",
    "retention.Returned",
    "retention.AccessRequest",
    "retention.AccessItem",
    "retention.Bundle",
    "retention.Correction",
)

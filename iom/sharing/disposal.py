"""What becomes of a person's rows on disposal; that something was disclosed stays in the audit's sealed log."""

from iom.kernel.disposal import delete

delete(
    "sharing.Consent",
    "sharing.Disclosure",
    "sharing.DocumentGroupGrant",
    "sharing.IntelligenceItemGroupGrant",
    "sharing.SharingReview",
    "sharing.SharingReviewLine",
)

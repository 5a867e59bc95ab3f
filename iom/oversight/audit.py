"""What this app writes to the audit."""

from iom.audit.actions import register

FINDING_REVIEWED = register("oversight.finding.reviewed", "reviewed unusual access of a user")
REVIEW_SIGNED = register("oversight.review.signed", "signed the review of an auditor's acts")
EXPORTED = register("oversight.acts.exported", "exported the audit")

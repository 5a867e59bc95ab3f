"""What this app writes to the audit."""

from iom.audit.actions import register

ASKED = register("approvals.approval.asked", "asked for a second signature")
APPROVED = register("approvals.approval.approved", "gave a second signature")
REFUSED = register("approvals.approval.refused", "refused a second signature")
WITHDRAWN = register("approvals.approval.withdrawn", "withdrew a request for a second signature")
LAPSED = register("approvals.approval.lapsed", "let a request for a second signature lapse")

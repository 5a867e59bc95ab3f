"""What this app writes to the audit; the list is complete."""

from iom.audit.actions import register

COMPLIANCE_EXPORTED = register("reports.compliance.exported", "took out the compliance report")

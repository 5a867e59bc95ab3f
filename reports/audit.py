"""What this app writes to the audit; the list is complete."""

from iom.audit.actions import register

PACK_KEPT = register("reports.record_pack.kept", "kept a record pack of {person} to disclose")
COMPLIANCE_EXPORTED = register("reports.compliance.exported", "took out the compliance report")

"""What this app writes to the audit."""

from iom.audit.actions import register

DISPOSED = register("audit.rows.disposed", "blanked rows of the audit for a decision on disposal")
VERIFIED = register("audit.seals.verified", "verified the seals of the audit")
UNRECORDED = register("audit.read.unrecorded", "opened a page that read records and did not say whose")
EXPORTED = register("audit.acts.exported", "exported the audit")
ANCHOR = register("audit.anchor.downloaded", "downloaded the audit's anchor")
KEY_CHANGED = register("audit.key.changed", "let a new key seal the audit")

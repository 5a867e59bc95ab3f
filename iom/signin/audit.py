"""What this app writes to the audit."""

from iom.audit.actions import register

CONFIRMED = register("signin.session.confirmed", "confirmed at the keyboard who they are")
NOT_CONFIRMED = register("signin.session.not_confirmed", "did not confirm who they are")

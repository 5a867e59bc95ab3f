"""What this app writes to the audit."""

from iom.audit.actions import register

SIGNED_IN = register("accounts.user.signed_in", "signed in")
SIGNED_OUT = register("accounts.user.signed_out", "signed out")
SIGN_IN_REFUSED = register("accounts.user.sign_in_refused", "was refused at sign-in")

"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "accounts.User",
    structure="id username name is_active",
    account="password last_login email failed_sign_ins locked_until created_at",
)

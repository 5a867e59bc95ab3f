"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify("accounts.User", structure="id username name is_active", account="created_at")
classify("accounts.Credential", account="user password password_set_at live_session")
classify("accounts.EmailAddress", account="user email")

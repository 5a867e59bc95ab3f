"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify("signin.AuthenticatorApp", account="user secret added_at last_step")
classify(
    "signin.SecurityKey",
    account="id user name credential_id public_key sign_count added_at last_used_at",
)
classify("signin.RecoveryCode", account="id user digest made_at used_at")
classify("signin.SignInFailure", account="id name_key address_key at")
classify(
    "signin.Visit",
    account="id user at way factor address browser token ended_at ended_because",
)
classify(
    "signin.OidcProvider",
    structure="id agency",
    account="issuer client_id client_secret scopes checks_second_factor is_active starts_on ends_on",
)
classify("signin.OidcLink", account="id provider user issuer subject linked_at")
classify(
    "signin.Invitation",
    account="id user purpose provider asked_by approved_by made_at digest drawn_at expires_at used_at",
)

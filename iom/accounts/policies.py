"""Who may touch the tables of sign-in."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy, custom

_KNOWN_BY_ALL = "SELECT (id, username, name, is_active, created_at)"
_A_CONTACT = (
    "user_id = authz.user_id() OR EXISTS (SELECT 1 FROM agencies_membership m"
    " WHERE m.user_id = accounts_emailaddress.user_id AND m.is_contact"
    " AND m.starts_on <= authz.today() AND (m.ends_on IS NULL OR m.ends_on > authz.today()))"
)

TABLES = [
    TablePolicy(
        "accounts_user",
        {
            "session": _KNOWN_BY_ALL,
            "police": _KNOWN_BY_ALL,
            "partner": _KNOWN_BY_ALL,
            "auditor": _KNOWN_BY_ALL,
            "admin": f"{_KNOWN_BY_ALL}, INSERT, UPDATE (name, is_active)",
            "service": f"{_KNOWN_BY_ALL}, UPDATE (is_active)",
        },
        NO_ROWS_POLICY,
        audited=True,
    ),
    TablePolicy("accounts_credential", {"session": "SELECT,INSERT,UPDATE"}, NO_ROWS_POLICY),
    TablePolicy(
        "accounts_emailaddress",
        {
            "session": "SELECT",
            "police": "SELECT",
            "partner": "SELECT",
            "auditor": "SELECT",
            "admin": "SELECT,INSERT,UPDATE",
            "service": "SELECT",
        },
        custom(
            {
                "session": "true",
                "police": "true",
                "partner": _A_CONTACT,
                "auditor": _A_CONTACT,
                "admin": "true",
            }
        ),
        audited=True,
        subject="person_id",
    ),
    TablePolicy(
        "django_session",
        {"session": "SELECT,INSERT,UPDATE,DELETE", "service": "SELECT,DELETE"},
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "django_content_type",
        dict.fromkeys(("police", "partner", "auditor", "admin", "service"), "SELECT"),
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "auth_permission",
        dict.fromkeys(("police", "partner", "auditor", "admin", "service"), "SELECT"),
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "auth_group",
        dict.fromkeys(("police", "partner", "auditor", "admin", "service"), "SELECT"),
        NO_ROWS_POLICY,
    ),
    TablePolicy("auth_group_permissions", {}, NO_ROWS_POLICY),
    TablePolicy(
        "django_migrations", dict.fromkeys(("session", "police", "service"), "SELECT"), NO_ROWS_POLICY
    ),
]

"""Who may touch the tables of sign-in."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy

TABLES = [
    TablePolicy(
        "accounts_user",
        {
            "session": "SELECT,UPDATE",
            "police": "SELECT",
            "partner": "SELECT",
            "auditor": "SELECT",
            "admin": "SELECT,INSERT,UPDATE",
            "service": "SELECT",
        },
        NO_ROWS_POLICY,
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

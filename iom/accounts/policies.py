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
    TablePolicy("django_session", {"session": "SELECT,INSERT,UPDATE,DELETE", "service": "SELECT,DELETE"}, NO_ROWS_POLICY),
    TablePolicy("django_content_type", {c: "SELECT" for c in ("police", "partner", "auditor", "admin", "service")}, NO_ROWS_POLICY),
    TablePolicy("auth_permission", {c: "SELECT" for c in ("police", "partner", "auditor", "admin", "service")}, NO_ROWS_POLICY),
    TablePolicy("auth_group", {c: "SELECT" for c in ("police", "partner", "auditor", "admin", "service")}, NO_ROWS_POLICY),
    TablePolicy("auth_group_permissions", {}, NO_ROWS_POLICY),
    TablePolicy("django_migrations", {c: "SELECT" for c in ("session", "police", "service")}, NO_ROWS_POLICY),
]

"""What proves a person is for the sign-in alone; administrators see who signed in and how, never a secret."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy

_VISITS = "SELECT (id, user_id, at, way, factor, ended_at, ended_because)"
_PROVIDER = "id, agency_id, issuer, client_id, scopes, checks_second_factor, is_active, starts_on, ends_on"
_INVITATION = (
    "SELECT (id, user_id, purpose, provider_id, asked_by_id, approved_by_id, made_at, drawn_at, expires_at,"
    " used_at)"
)

TABLES = [
    *(
        TablePolicy(table, {"session": "SELECT,INSERT,UPDATE,DELETE"}, NO_ROWS_POLICY)
        for table in ("signin_authenticatorapp", "signin_securitykey", "signin_recoverycode")
    ),
    TablePolicy(
        "signin_signinfailure",
        {"session": "SELECT,INSERT,DELETE", "service": "SELECT,DELETE"},
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "signin_visit",
        {"session": "SELECT,INSERT,UPDATE", "admin": _VISITS, "service": _VISITS},
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "signin_oidcprovider",
        {
            "session": "SELECT",
            "admin": f"SELECT ({_PROVIDER}), INSERT, UPDATE",
        },
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "signin_oidclink",
        {"session": "SELECT,INSERT", "admin": "SELECT,DELETE"},
        NO_ROWS_POLICY,
        audited=True,
    ),
    TablePolicy(
        "signin_invitation",
        {
            "session": "SELECT,UPDATE",
            "admin": f"{_INVITATION}, INSERT, UPDATE (digest, drawn_at, expires_at)",
        },
        NO_ROWS_POLICY,
    ),
]

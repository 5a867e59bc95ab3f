"""The structure is known to everybody who has signed in; only administrators change it."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy

_READ_BY_ALL = {
    "session": "SELECT",
    "police": "SELECT",
    "partner": "SELECT",
    "auditor": "SELECT",
    "admin": "SELECT,INSERT,UPDATE",
    "service": "SELECT",
}
TABLES = [
    TablePolicy(name, _READ_BY_ALL, NO_ROWS_POLICY, audited=True)
    for name in (
        "agencies_agency",
        "agencies_unit",
        "agencies_prison",
        "agencies_team",
        "agencies_membership",
        "agencies_sharingagreement",
    )
]

"""The structure is known to everybody who has signed in; only administrators change it.

Sharing agreements decide what partners see: the central point of contact keeps them, and no administrator. What was
agreed is never rewritten: only the columns of its end may be.
"""

from iom.kernel.policies import NO_ROWS_POLICY, Rows, TablePolicy

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
    )
]
TABLES.append(
    TablePolicy(
        "agencies_agencygroup",
        dict.fromkeys(("police", "partner", "auditor", "service"), "SELECT"),
        NO_ROWS_POLICY,
        audited=False,
    )
)
_KEEPER = "(SELECT authz.my_role()) = 'central_spoc'"
TABLES.append(
    TablePolicy(
        "agencies_sharingagreement",
        {
            "session": "SELECT",
            "police": "SELECT,INSERT,UPDATE (ends_on, ended_by_id, ended_at, end_reason)",
            "partner": "SELECT",
            "auditor": "SELECT",
            "admin": "SELECT",
            "service": "SELECT",
        },
        Rows(
            dict.fromkeys(("session", "police", "partner", "auditor", "admin", "service"), "true"),
            adding={"police": _KEEPER},
        ),
        audited=True,
        subject="",
    )
)

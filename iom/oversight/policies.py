"""Who sees unusual access: auditors and those above the user it is about; never the user. Deciding is a function."""

from iom.kernel.policies import TablePolicy, custom

_CHARGES = "((SELECT authz.my_charges())::bigint[])"
_READ = {"police": "SELECT", "auditor": "SELECT", "service": "SELECT,INSERT"}

TABLES = [
    TablePolicy(
        "oversight_finding",
        _READ,
        custom(
            {
                "police": f"user_id = ANY {_CHARGES} AND user_id <> authz.user_id()",
                "auditor": "user_id <> authz.user_id()",
            }
        ),
        subject="",
    ),
    TablePolicy(
        "oversight_auditreview",
        _READ,
        custom(
            {
                "police": "EXISTS (SELECT 1 FROM authz.my_membership m WHERE m.role = 'central_spoc')"
                " AND reviewed_id <> authz.user_id()",
                "auditor": "true",
            }
        ),
        subject="",
    ),
]

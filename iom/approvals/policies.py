"""A request is seen by who asked and by who may decide it, while they may see the person it is about.

What was asked cannot be changed: the columns of the decision are the only ones that may be written.
"""

from iom.kernel.policies import MY_UNITS, TablePolicy, custom

_DECISION = "SELECT,INSERT,UPDATE (status, decided_by_id, decided_at, decision_reason)"
_PERSON = (
    "(approvals_approval.person_id IS NULL"
    " OR EXISTS (SELECT 1 FROM persons_person p WHERE p.id = approvals_approval.person_id))"
)
_MINE = "asked_by_id = authz.user_id()"
_UNIT = f"(unit_id IS NULL OR unit_id = ANY {MY_UNITS})"
_SIGNED = (
    "(status = 'waiting' AND asked_by_id = authz.user_id() AND decided_by_id IS NULL)"
    " OR decided_by_id = authz.user_id()"
)

TABLES = [
    TablePolicy(
        "approvals_approval",
        {
            "police": _DECISION,
            "auditor": "SELECT",
            "admin": _DECISION,
            "service": "SELECT,INSERT,UPDATE",
        },
        custom(
            {
                "police": f"({_MINE} OR (decider_class = 'police' AND {_UNIT})) AND {_PERSON}",
                "auditor": _PERSON,
                "admin": f"({_MINE} OR decider_class = 'admin') AND person_id IS NULL",
            },
            adding={"police": _SIGNED, "admin": _SIGNED},
        ),
    ),
]

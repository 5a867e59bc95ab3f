"""The audit can be added to by acts and read by those who answer for it; nobody changes it."""

from iom.kernel.policies import TablePolicy, custom

_OWN_OR_ALL = {
    "session": "kind = 'sign_in'",
    "police": "user_id = authz.user_id() OR user_id IN (SELECT user_id FROM authz.my_team)",
    "partner": "user_id = authz.user_id()",
    "auditor": "true",
    "admin": "user_id = authz.user_id()",
}
TABLES = [
    TablePolicy(
        "audit_act",
        {
            "session": "INSERT,SELECT",
            "police": "INSERT,SELECT",
            "partner": "INSERT,SELECT",
            "auditor": "INSERT,SELECT",
            "admin": "INSERT,SELECT",
            "service": "INSERT,SELECT",
        },
        custom(_OWN_OR_ALL),
        audited=False,
    ),
    TablePolicy(
        "audit_change", {"auditor": "SELECT", "service": "SELECT"}, custom({"auditor": "true"}), audited=False
    ),
]

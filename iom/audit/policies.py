"""The audit can be added to by acts of one's own and read by those who answer for it; nobody changes it."""

from iom.kernel.policies import HIDDEN_SUBJECTS, NO_ROWS_POLICY, TablePolicy, custom, not_hidden

_OWN = "user_id = authz.user_id()"
_OWN_OR_ALL = {
    "session": "kind = 'sign_in'",
    "police": f"{_OWN} OR user_id IN (SELECT user_id FROM authz.my_team)",
    "partner": _OWN,
    "auditor": "true",
    "admin": _OWN,
}
# The anchor is printed in reports, whoever makes them.
_READ_BY_ALL = {"police": "SELECT", "partner": "SELECT", "auditor": "SELECT", "admin": "SELECT"}
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
        custom(_OWN_OR_ALL, adding=dict.fromkeys(("police", "partner", "auditor", "admin"), _OWN)),
        audited=False,
    ),
    TablePolicy(
        "audit_change",
        {"auditor": "SELECT", "service": "SELECT"},
        custom({"auditor": not_hidden("subject", HIDDEN_SUBJECTS)}),
        audited=False,
    ),
    TablePolicy("audit_seal", _READ_BY_ALL | {"service": "SELECT,INSERT"}, NO_ROWS_POLICY),
    TablePolicy("audit_sealkey", {"auditor": "SELECT", "service": "SELECT,INSERT"}, NO_ROWS_POLICY),
    TablePolicy("audit_origin", {"service": "SELECT"}, NO_ROWS_POLICY),
    TablePolicy(
        "audit_verification",
        {"auditor": "SELECT", "admin": "SELECT", "service": "SELECT,INSERT"},
        NO_ROWS_POLICY,
    ),
]

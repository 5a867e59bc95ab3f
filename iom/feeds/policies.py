"""Files and reasons are for those who look after feeds; the rows themselves are for police only."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy, custom

_ALL = "SELECT,INSERT,UPDATE,DELETE"
TABLES = [
    TablePolicy(
        "feeds_feedfile",
        {"police": "SELECT", "admin": "SELECT", "auditor": "SELECT", "service": _ALL},
        NO_ROWS_POLICY,
        audited=False,
    ),
    TablePolicy(
        "feeds_feedreject",
        {"police": "SELECT", "admin": "SELECT", "service": _ALL},
        NO_ROWS_POLICY,
        audited=False,
    ),
    TablePolicy(
        "feeds_feedrejectedrow",
        {"police": "SELECT", "service": _ALL},
        custom({"police": "true"}),
        audited=False,
        subject="NULL",
    ),
    TablePolicy("feeds_touched", {"service": _ALL}, custom({}), audited=False),
]

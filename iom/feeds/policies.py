"""Files and reasons are for those who look after feeds; the rows themselves, which are of people of every district, for
those of the police who work for the whole force."""

from iom.kernel.policies import NO_ROWS_POLICY, WHOLE_FORCE, TablePolicy, custom

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
        custom({"police": WHOLE_FORCE}),
        audited=False,
        subject="NULL",
    ),
    TablePolicy(
        "feeds_sender", {"admin": "SELECT", "service": "SELECT,INSERT,UPDATE"}, NO_ROWS_POLICY, audited=True
    ),
    TablePolicy("feeds_progress", {"police": "SELECT", "admin": "SELECT", "service": _ALL}, NO_ROWS_POLICY),
    TablePolicy(
        "feeds_rhythm",
        {"police": "SELECT", "admin": "SELECT,INSERT", "service": "SELECT,INSERT"},
        NO_ROWS_POLICY,
        audited=True,
    ),
    TablePolicy(
        "feeds_touched",
        {"service": _ALL},
        custom({}),
        audited=False,
        unaudited_because="A list of numbers to score again, emptied when that is done.",
    ),
]

"""Everybody reads only their own messages, and those about a person only while they may see that person."""

from iom.kernel.policies import TablePolicy, custom

_MINE = "user_id = authz.user_id()"
_MINE_ABOUT_MY_PEOPLE = (
    f"{_MINE} AND (notifications_notification.person_id IS NULL"
    " OR EXISTS (SELECT 1 FROM persons_person p WHERE p.id = notifications_notification.person_id))"
)
_READ_AND_TELL = "SELECT,INSERT,UPDATE (read_at)"

TABLES = [
    TablePolicy(
        "notifications_notification",
        {
            "police": _READ_AND_TELL,
            "partner": _READ_AND_TELL,
            "auditor": "SELECT,UPDATE (read_at)",
            "admin": _READ_AND_TELL,
            "service": "SELECT,INSERT,UPDATE",
        },
        custom(
            {
                "police": _MINE_ABOUT_MY_PEOPLE,
                "partner": _MINE_ABOUT_MY_PEOPLE,
                "auditor": _MINE_ABOUT_MY_PEOPLE,
                "admin": f"{_MINE} AND person_id IS NULL",
            },
            adding={"police": "true", "partner": "true", "admin": "true"},
        ),
        audited=False,
        unaudited_because="A message is written once; only that it was read is added.",
    ),
    TablePolicy(
        "notifications_outbox",
        {"admin": "SELECT", "service": "SELECT,INSERT,UPDATE"},
        custom({"admin": "true"}),
        audited=False,
    ),
]

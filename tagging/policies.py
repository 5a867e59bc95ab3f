"""Tags are the police's: stock is seen by every district that may borrow it, a wearing by whoever sees the wearer."""

from iom.kernel.policies import NO_ROWS_POLICY, VIA_PERSON, TablePolicy

TABLES = [
    TablePolicy(
        "tagging_device",
        {"police": "SELECT,INSERT,UPDATE", "auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"},
        NO_ROWS_POLICY,
        audited=True,
        subject="",
    ),
    TablePolicy(
        "tagging_deviceevent",
        {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT,INSERT"},
        NO_ROWS_POLICY,
        audited=True,
        subject="",
    ),
    TablePolicy(
        "tagging_wearing",
        {"police": "SELECT,INSERT,UPDATE", "auditor": "SELECT", "service": "SELECT"},
        VIA_PERSON,
    ),
]

"""Who may read and add local calculations. They are police information: no partner sees them."""

from iom.kernel.policies import VIA_PERSON, TablePolicy

TABLES = [
    TablePolicy(
        "instruments_calculation",
        {"police": "SELECT,INSERT", "auditor": "SELECT", "service": "SELECT,INSERT"},
        VIA_PERSON,
    ),
]

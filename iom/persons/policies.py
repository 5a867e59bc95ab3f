"""Who sees which person: the root of the reach of everything else."""

from iom.kernel.policies import (
    MY_NAMED_PEOPLE,
    MY_SHARED_PEOPLE,
    MY_UNITS,
    VIA_PERSON,
    TablePolicy,
    custom,
)

_BY_UNIT = f"home_unit_id = ANY {MY_UNITS} OR managing_unit_id = ANY {MY_UNITS} OR id = ANY {MY_NAMED_PEOPLE}"
_CORE = {
    "police": "SELECT,INSERT,UPDATE",
    "partner": "SELECT",
    "auditor": "SELECT",
    "service": "SELECT,INSERT,UPDATE,DELETE",
}

TABLES = [
    TablePolicy(
        "persons_person",
        {
            "police": "SELECT,UPDATE",
            "partner": "SELECT",
            "auditor": "SELECT",
            "service": "SELECT,INSERT,UPDATE",
        },
        custom(
            {
                "police": _BY_UNIT,
                "partner": f"id = ANY {MY_SHARED_PEOPLE}",
                "auditor": _BY_UNIT,
            }
        ),
        subject="id",
    ),
    TablePolicy("persons_alias", _CORE, VIA_PERSON),
    TablePolicy("persons_address", _CORE, VIA_PERSON),
    TablePolicy("persons_equalityrecord", {"service": "SELECT,INSERT,UPDATE"}, VIA_PERSON),
    TablePolicy("persons_custodyperiod", _CORE, VIA_PERSON),
    TablePolicy("persons_statutorystatus", _CORE, VIA_PERSON),
    TablePolicy("persons_marker", _CORE, VIA_PERSON),
    TablePolicy("persons_assessment", _CORE, VIA_PERSON),
]

"""Who sees which person: the root of the reach of everything else."""

from iom.kernel.policies import VIA_PERSON, TablePolicy, custom

_BY_UNIT = (
    "home_unit_id = ANY (ARRAY(SELECT unit_id FROM authz.my_unit))"
    " OR managing_unit_id = ANY (ARRAY(SELECT unit_id FROM authz.my_unit))"
    " OR id = ANY (ARRAY(SELECT person_id FROM authz.my_named))"
)
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
                "partner": "id = ANY (ARRAY(SELECT person_id FROM authz.my_case))",
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

"""Who sees which person: the root of the reach of everything else."""

from iom.access.readers import told_of_children
from iom.kernel.policies import (
    MY_NAMED_PEOPLE,
    MY_SHARED_PEOPLE,
    MY_UNITS,
    VIA_PERSON,
    WHOLE_FORCE,
    TablePolicy,
    also,
    custom,
    via,
)

# A restricted record is seen only by who is named on it; a partner must have the person shared with it besides (SHR-2).
_BY_UNIT = (
    f"(NOT is_restricted AND ({WHOLE_FORCE} OR home_unit_id = ANY {MY_UNITS} OR managing_unit_id = ANY {MY_UNITS}))"
    f" OR id = ANY {MY_NAMED_PEOPLE}"
)
_SHARED = f"id = ANY {MY_SHARED_PEOPLE} AND (NOT is_restricted OR id = ANY {MY_NAMED_PEOPLE})"
# Who answers for the person, and no more: whether the record is restricted is changed by `authz.restrict` and
# `authz.lift` alone, and who the person is by what the source systems send.
_KEPT = "managing_unit_id, is_managed"
_CORE = {
    "police": "SELECT,INSERT,UPDATE",
    "partner": "SELECT",
    "auditor": "SELECT",
    "service": "SELECT,INSERT,UPDATE,DELETE",
}
# Where a child lives is told to few partners; of everybody else to all who see the person.
_TOLD_WHERE = (
    "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id"
    f" AND {told_of_children('p.date_of_birth')})"
)

TABLES = [
    TablePolicy(
        "persons_person",
        {
            "police": f"SELECT,UPDATE ({_KEPT})",
            "partner": "SELECT",
            "auditor": "SELECT",
            "service": "SELECT,INSERT,UPDATE",
            "fairness": "SELECT (id, sex, date_of_birth)",
        },
        custom(
            {
                "police": _BY_UNIT,
                "partner": _SHARED,
                "auditor": _BY_UNIT,
                "fairness": "true",
            }
        ),
        subject="id",
    ),
    TablePolicy(
        "persons_restriction",
        {"police": "SELECT", "auditor": "SELECT", "service": "SELECT"},
        via("person_id", "persons_person", classes=("police", "auditor")),
    ),
    TablePolicy("persons_alias", _CORE, VIA_PERSON),
    TablePolicy("persons_address", _CORE, via("person_id", "persons_person", extra={"partner": _TOLD_WHERE})),
    TablePolicy(
        "persons_equalityrecord",
        {"service": "SELECT,INSERT,UPDATE", "fairness": "SELECT (person_id, ethnicity)"},
        also(VIA_PERSON, "fairness"),
    ),
    TablePolicy("persons_custodyperiod", _CORE, VIA_PERSON),
    TablePolicy("persons_statutorystatus", _CORE, VIA_PERSON),
    TablePolicy("persons_marker", _CORE, VIA_PERSON),
    TablePolicy("persons_assessment", _CORE, VIA_PERSON),
]

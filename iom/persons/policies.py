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

_SEEN = "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = {column})"
# Once it was taken back it names two records again, and is told of only to who sees both.
_MERGE = f"{_SEEN.format(column='survivor_id')} AND (undone_at IS NULL OR {_SEEN.format(column='merged_id')})"

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
    TablePolicy(
        "persons_duplicate",
        {
            "police": "SELECT,INSERT,UPDATE (status, decided_by_id, decided_at, reason)",
            "service": "SELECT,INSERT,UPDATE",
        },
        custom({"police": f"{_SEEN.format(column='left_id')} AND {_SEEN.format(column='right_id')}"}),
        subject="left_id",
    ),
    # What a merge changed is written and put back by `authz.merge_people` and `authz.unmerge_people` alone.
    TablePolicy(
        "persons_merge",
        {"police": "SELECT", "partner": "SELECT", "auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"},
        custom(dict.fromkeys(("police", "partner", "auditor"), _MERGE)),
        subject="survivor_id",
    ),
    TablePolicy(
        "persons_merged_row",
        {"service": "SELECT,INSERT"},
        custom({}),
        audited=False,
        subject="NULL",
        unaudited_because="The list by which a merge is taken back; each change that it lists is audited in its place.",
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

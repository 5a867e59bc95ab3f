"""Who may see and change the links that decide access."""

from iom.accounts.rules import Power
from iom.kernel.policies import MY_UNITS, TablePolicy, custom, not_hidden

_MINE = "user_id = authz.user_id()"
_PERSON = "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = content_object_id)"
_OPENED = "kind <> 'named'"
_SHARED_OF_MINE = "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)"
# Whoever manages cases ends a share at once; to begin one or let it run on takes the power.
_MAY_SHARE = f"(SELECT authz.has_power(authz.my_role(), '{Power.SHARE.value}'))"
_TO_REVIEW = f"{_OPENED} AND (user_id IN (SELECT user_id FROM authz.my_team) OR unit_id = ANY {MY_UNITS})"

TABLES = [
    TablePolicy(
        "access_agencyaccess",
        {
            "police": "SELECT,INSERT,UPDATE (ends_on)",
            "partner": "SELECT",
            "auditor": "SELECT",
            "service": "SELECT,INSERT,UPDATE",
        },
        custom(
            {
                "police": _SHARED_OF_MINE,
                "partner": f"agency_id = (SELECT authz.my_agency_id()) AND {not_hidden()}",
                "auditor": _SHARED_OF_MINE,
            },
            adding={"police": f"{_SHARED_OF_MINE} AND ({_MAY_SHARE} OR ends_on <= authz.today())"},
        ),
    ),
    # Written by functions of `authz` alone (iom/access/reach.sql); who answers for somebody reviews what they opened.
    TablePolicy(
        "access_personusergrant",
        {
            "police": "SELECT,UPDATE (reviewed_by_id, reviewed_at, review_note)",
            "partner": "SELECT",
            "auditor": "SELECT",
            "service": "SELECT",
        },
        custom(
            {
                "police": f"{_MINE} OR {_PERSON} OR {_TO_REVIEW}",
                "partner": _MINE,
                "auditor": f"{_PERSON} OR {_OPENED}",
            },
            adding={"police": "reviewed_by_id = authz.user_id() AND user_id <> authz.user_id()"},
        ),
        subject="content_object_id",
    ),
    TablePolicy("guardian_userobjectpermission", {}),
    TablePolicy("guardian_groupobjectpermission", {}),
]

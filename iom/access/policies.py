"""Who may see and change the links that decide access."""

from iom.kernel.policies import TablePolicy, custom

TABLES = [
    TablePolicy(
        "access_agencyaccess",
        {
            "police": "SELECT,INSERT,UPDATE",
            "partner": "SELECT",
            "auditor": "SELECT",
            "service": "SELECT,INSERT,UPDATE",
        },
        custom(
            {
                "police": "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)",
                "partner": "agency_id IN (SELECT agency_id FROM authz.my_membership)",
                "auditor": "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)",
            }
        ),
    ),
    TablePolicy(
        "access_personusergrant",
        {
            "police": "SELECT,INSERT,UPDATE,DELETE",
            "partner": "SELECT",
            "auditor": "SELECT",
            "service": "SELECT",
        },
        custom(
            {
                "police": "user_id = authz.user_id() OR granted_by_id = authz.user_id()",
                "partner": "user_id = authz.user_id()",
                "auditor": "true",
            }
        ),
        subject="content_object_id",
    ),
    TablePolicy("guardian_userobjectpermission", {}),
    TablePolicy("guardian_groupobjectpermission", {}),
]

"""Who sees what was disclosed: the police and auditors within reach, an agency only what it was given itself.

The ledger and consents only grow; of a grant only its revocation is ever written.
"""

from iom.access.readers import condition
from iom.accounts.rules import DbClass
from iom.kernel.compartments import Compartment
from iom.kernel.policies import Rows, TablePolicy, via

_MY_GROUP = (
    "group_id IN (SELECT ag.group_id FROM agencies_agencygroup ag"
    " WHERE ag.agency_id = (SELECT authz.my_agency_id()))"
)
_MY_AGENCY = "agency_id = (SELECT authz.my_agency_id())"
_MANAGER = "(SELECT authz.my_role()) = 'partner_manager'"
_GRANT_RIGHTS = {
    "police": "SELECT,INSERT,UPDATE (revoked_at, revoked_by_id, revoke_reason)",
    "partner": "SELECT",
    "auditor": "SELECT",
    "service": "SELECT",
}
_SIGNED = "approved_by_id = authz.user_id() OR revoked_by_id = authz.user_id()"
_OF_INTELLIGENCE = condition(Compartment.DISCLOSED, DbClass.POLICE)


def _grants(**extra: str) -> Rows:
    rows = via("person_id", "persons_person", extra={"partner": _MY_GROUP, **extra})
    return Rows(rows.using, {"police": _SIGNED})


_POLICE = via("person_id", "persons_person", classes=("police", "auditor"))
_READ = {"auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"}

TABLES = [
    TablePolicy("sharing_intelligenceitemgroupgrant", _GRANT_RIGHTS, _grants(police=_OF_INTELLIGENCE)),
    TablePolicy("sharing_documentgroupgrant", _GRANT_RIGHTS, _grants()),
    TablePolicy(
        "sharing_disclosure",
        {"police": "SELECT,INSERT", "partner": "SELECT", "auditor": "SELECT", "service": "SELECT,INSERT"},
        via("person_id", "persons_person", extra={"partner": f"{_MY_AGENCY} AND {_MANAGER}"}),
    ),
    TablePolicy(
        "sharing_consent",
        {"police": "SELECT,INSERT", "partner": "SELECT", "auditor": "SELECT", "service": "SELECT,INSERT"},
        via("person_id", "persons_person", extra={"partner": _MY_AGENCY}),
    ),
    TablePolicy("sharing_sharingreview", {"police": "SELECT,INSERT,UPDATE", **_READ}, _POLICE),
    TablePolicy("sharing_sharingreviewline", {"police": "SELECT,INSERT,UPDATE", **_READ}, _POLICE),
]

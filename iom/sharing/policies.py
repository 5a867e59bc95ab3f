"""Who sees what was disclosed: the police and auditors within reach, an agency only what it was given itself.

The ledger and consents only grow; of a grant only its revocation is ever written.
"""

from iom.access.readers import condition, my_people_with
from iom.accounts.rules import DbClass
from iom.kernel.compartments import Compartment
from iom.kernel.policies import Rows, TablePolicy, via

_MY_GROUP = (
    "group_id IN (SELECT ag.group_id FROM agencies_agencygroup ag"
    " WHERE ag.agency_id = (SELECT authz.my_agency_id()))"
)
_MY_AGENCY = "agency_id = (SELECT authz.my_agency_id())"
_MANAGER = "(SELECT authz.my_role()) = 'partner_manager'"
_RUNNING = (
    "revoked_at IS NULL AND expires_on > authz.today() AND authz.covers_disclosure(agreement_id)"
    f" AND person_id = ANY {my_people_with(Compartment.DISCLOSED)}"
)
GRANT_RIGHTS = {
    "police": "SELECT,INSERT,UPDATE (revoked_at, revoked_by_id, revoke_reason)",
    "partner": "SELECT",
    "auditor": "SELECT",
    "service": "SELECT",
}
_SIGNED = "approved_by_id = authz.user_id() OR revoked_by_id = authz.user_id()"
_OF_INTELLIGENCE = condition(Compartment.DISCLOSED, DbClass.POLICE)


def grants(**extra: str) -> Rows:
    """The rows of a table of disclosures: an agency reads its own while they run, under an agreement in force."""
    rows = via("person_id", "persons_person", extra={"partner": f"{_MY_GROUP} AND {_RUNNING}", **extra})
    return Rows(rows.using, {"police": _SIGNED})


_POLICE = via("person_id", "persons_person", classes=("police", "auditor"))
_READ = {"auditor": "SELECT", "service": "SELECT,INSERT,UPDATE"}

TABLES = [
    TablePolicy("sharing_intelligenceitemgroupgrant", GRANT_RIGHTS, grants(police=_OF_INTELLIGENCE)),
    TablePolicy("sharing_documentgroupgrant", GRANT_RIGHTS, grants()),
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

"""Who may touch the tables of referral and management, and which rows.

A referral is seen by the police of its district and by the agency that made it; a case and what hangs on it by
whoever sees the person. What a board weighed, and the research pack, stay with the police (SHR-2).
"""

from iom.access.readers import my_people_with
from iom.kernel.policies import MY_UNITS, NO_ROWS_POLICY, Rows, TablePolicy, custom, not_hidden, via

_HAS_AGREEMENT = (
    "EXISTS (SELECT 1 FROM agencies_sharingagreement s WHERE s.agency_id = referring_agency_id"
    " AND s.starts_on <= authz.today() AND (s.ends_on IS NULL OR s.ends_on > authz.today())"
    " AND 'plan' = ANY (s.data_classes))"
)
_DISTRICT = (
    f"(unit_id = ANY {MY_UNITS} AND {not_hidden()})"
    " OR EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)"
)
_REFERRED = "referring_agency_id IN (SELECT agency_id FROM authz.my_membership)"
REFERRALS = custom(
    {
        "police": _DISTRICT,
        "partner": f"{_REFERRED} AND {_HAS_AGREEMENT} AND {not_hidden()}",
        "auditor": _DISTRICT,
    }
)
CASES = via("person_id", "persons_person", extra={"partner": f"person_id = ANY {my_people_with('plan')}"})
VIA_CASE = via("case_id", "cohorts_case")
VIA_REFERRAL = via("referral_id", "cohorts_referral")

_WRITE = "SELECT,INSERT,UPDATE"
_ADD = "SELECT,INSERT"


def _table(
    name: str,
    rows: Rows,
    police: str,
    partner: str,
    *,
    auditor: str = "SELECT",
    subject: str = "case_id:cohorts_case",
) -> TablePolicy:
    grants = {"police": police, "partner": partner, "auditor": auditor, "service": _WRITE}
    return TablePolicy(name, {who: rights for who, rights in grants.items() if rights}, rows, subject=subject)


_REFERRAL = "referral_id:cohorts_referral"

TABLES = [
    _table("cohorts_referral", REFERRALS, _WRITE, _WRITE, subject="person_id"),
    _table("cohorts_referralstage", VIA_REFERRAL, _ADD, _ADD, subject=_REFERRAL),
    _table("cohorts_researchpack", VIA_REFERRAL, _ADD, "", subject=_REFERRAL, auditor=""),
    _table("cohorts_selectiondecision", VIA_REFERRAL, _ADD, "", subject=_REFERRAL),
    _table("cohorts_decisionagency", via("decision_id", "cohorts_selectiondecision"), _ADD, "", subject=""),
    _table("cohorts_decisionscore", via("decision_id", "cohorts_selectiondecision"), _ADD, "", subject=""),
    _table("cohorts_case", CASES, _WRITE, "SELECT,UPDATE", subject="person_id"),
    _table("cohorts_casestage", VIA_CASE, _ADD, "SELECT"),
    _table("cohorts_placement", VIA_CASE, _WRITE, "SELECT"),
    _table("cohorts_checklistitem", VIA_CASE, _WRITE, "SELECT,UPDATE"),
    _table("cohorts_deadline", VIA_CASE, _WRITE, "SELECT,UPDATE"),
    _table("cohorts_deadlinemove", via("deadline_id", "cohorts_deadline"), _ADD, "SELECT", subject=""),
    # Not audited row by row: a reminder is written by the system and changes nothing about anybody.
    TablePolicy(
        "cohorts_reminder",
        {"police": "SELECT", "auditor": "SELECT", "service": _WRITE},
        via("deadline_id", "cohorts_deadline"),
        audited=False,
        unaudited_because="A reminder is written by the system once and says what was due.",
    ),
    TablePolicy(
        "cohorts_tabreminder",
        {"police": "SELECT", "auditor": "SELECT", "service": _WRITE},
        NO_ROWS_POLICY,
        audited=False,
        unaudited_because="A reminder is written by the system once, names a district and a day, and nobody.",
    ),
    _table("cohorts_plan", VIA_CASE, _WRITE, _WRITE),
    _table("cohorts_planaction", VIA_CASE, _WRITE, _WRITE),
    _table("cohorts_pathwayneed", VIA_CASE, _WRITE, _WRITE),
    _table("cohorts_engagement", VIA_CASE, _WRITE, _WRITE),
    _table("cohorts_deselection", VIA_CASE, _WRITE, ""),
    _table("cohorts_deselectionnotice", VIA_CASE, _WRITE, "SELECT,UPDATE"),
]

"""Who may read and add to which record, written from the table of readers: who is not in it has no grant at all.

What is written is never changed: the web login may only end a row.
"""

from iom.access.readers import condition
from iom.accounts.rules import DbClass
from iom.kernel.compartments import Compartment
from iom.kernel.policies import Rows, TablePolicy, via

_ADD = "SELECT,INSERT,UPDATE (ended_at, ended_by_id, end_reason)"
_SERVICE = "SELECT,INSERT,UPDATE,DELETE"
_MINE = "(SELECT authz.my_agency_id())"


def _rows(compartment: Compartment, **further: str) -> Rows:
    """People within reach, as the table of readers narrows them for each class, and each class's further condition."""
    conditions = {
        c.value: condition(compartment, c) for c in (DbClass.POLICE, DbClass.PARTNER, DbClass.AUDITOR)
    }
    classes = tuple(name for name, one in conditions.items() if one != "false")
    extra = {
        name: f"({conditions[name]}) AND ({further[name]})" if name in further else conditions[name]
        for name in classes
    }
    return via("person_id", "persons_person", classes=classes, extra=extra)


def _table(name: str, rows: Rows, rights: str = _ADD, **other: str) -> TablePolicy:
    grants = {who: other.get(who, rights) for who in (rows.using or {}) if who != "service"}
    return TablePolicy(f"records_{name}", {**grants, "service": _SERVICE}, rows)


_ITEM = _rows(
    Compartment.DISCLOSED,
    partner="id = ANY ((SELECT authz.my_disclosed_intelligence())::bigint[]) AND ended_at IS NULL",
)
_ADDRESSED = (
    "EXISTS (SELECT 1 FROM records_agencynoteaudience a WHERE a.note_id = records_agencynote.id"
    f" AND a.agency_id = {_MINE} AND a.withdrawn_at IS NULL)"
)
_READS_NOTE = f"agency_id = {_MINE} OR {_ADDRESSED}"
_NOTE = _rows(Compartment.NOTE, police=_READS_NOTE, partner=_READS_NOTE)
_READS_AUDIENCE = f"agency_id = {_MINE} OR owner_id = {_MINE}"
_AUDIENCE = _rows(Compartment.NOTE, police=_READS_AUDIENCE, partner=_READS_AUDIENCE)
_OWN_NOTE = f"agency_id = {_MINE} AND EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)"
_OWN_AUDIENCE = f"owner_id = {_MINE} AND authz.is_my_note(note_id, person_id)"


def _adding(rows: Rows, check: str) -> Rows:
    """The same rows to read, and what may be written of them."""
    return Rows(rows.using, {who: check for who in (rows.using or {}) if who != "service"})


TABLES = [
    _table(
        "intelligenceitem",
        _ITEM,
        "SELECT,INSERT,UPDATE (ended_at, ended_by_id, end_reason, sanitised, sanitised_at, sanitised_by_id)",
        partner="SELECT",
    ),
    _table("intelligencesource", _rows(Compartment.INTELLIGENCE), "SELECT,INSERT"),
    _table("victimrecord", _rows(Compartment.VICTIM)),
    _table("agencynote", _adding(_NOTE, _OWN_NOTE)),
    _table("agencynoteaudience", _adding(_AUDIENCE, _OWN_AUDIENCE), "SELECT,INSERT,UPDATE (withdrawn_at)"),
    _table("youthrecord", _rows(Compartment.YOUTH)),
    _table("exploitationrecord", _rows(Compartment.EXPLOITATION)),
    _table("operationaltactic", _rows(Compartment.OPERATIONS), auditor="SELECT"),
]

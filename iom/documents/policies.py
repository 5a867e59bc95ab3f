"""Who sees which document: whoever sees the person and reads the compartment, of those that their own agency keeps,
that name it, or that were disclosed to it one by one (SHR-2, SHR-5).

`permissions.visible_to` says the same from the same table of readers.
"""

from collections.abc import Iterable

from iom.access.readers import condition
from iom.accounts.rules import ROLES, DbClass, Power
from iom.documents.rules import COMPARTMENTS, NEVER_BY_AUDIENCE, NEVER_DISCLOSED
from iom.kernel.policies import Rows, TablePolicy, via


def _list(words: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in sorted(words)) + ")"


_OWN = "owner_agency_id = (SELECT authz.my_agency_id())"
_MINE = "agency_id = (SELECT authz.my_agency_id())"
# Another agency's document is there for those it was given to once it is checked, and until it is withdrawn.
_TOLD = "scan_state = 'clean' AND withdrawn_at IS NULL AND disposed_at IS NULL"
_NAMED = (
    f"{_TOLD} AND compartment NOT IN {_list(NEVER_BY_AUDIENCE)} AND EXISTS (SELECT 1 FROM documents_documentaudience a"
    " WHERE a.document_id = documents_document.id AND a.agency_id = (SELECT authz.my_agency_id()))"
)
_DISCLOSED = (
    f"{_TOLD} AND compartment NOT IN {_list(NEVER_DISCLOSED)}"
    " AND id = ANY ((SELECT authz.my_disclosed_documents())::bigint[])"
)


def _role(power: Power, db_class: DbClass) -> str:
    roles = (role.value for role, row in ROLES.items() if power in row.powers and row.db_class == db_class)
    return f"(SELECT authz.my_role()) IN {_list(roles)}"


def _reads(db_class: DbClass) -> str:
    return " OR ".join(
        f"(compartment = '{compartment}' AND ({condition(compartment, db_class)}))"
        for compartment in COMPARTMENTS
    )


def _seen(db_class: DbClass) -> str:
    """An auditor reads across agencies; a partner is shown a disclosed document of a compartment it does not read."""
    may = _role(Power.SEE_DOCUMENTS, db_class)
    if db_class == DbClass.AUDITOR:
        return f"{may} AND ({_reads(db_class)})"
    disclosed = f" OR ({_DISCLOSED})" if db_class == DbClass.PARTNER else ""
    return f"{may} AND ((({_reads(db_class)}) AND ({_OWN} OR ({_NAMED}))){disclosed})"


def _with_check(rows: Rows, condition_of_new: str) -> Rows:
    """What is written must be seen by the writer and be the writer's own agency's."""
    using = rows.using or {}
    return Rows(using, {name: f"({using[name]}) AND ({condition_of_new})" for name in ("police", "partner")})


_CLASSES = (DbClass.POLICE, DbClass.PARTNER, DbClass.AUDITOR)
_EITHER = f"{_MINE} OR {_OWN}"

TABLES = [
    TablePolicy(
        "documents_document",
        {
            "police": "SELECT,INSERT,UPDATE",
            "partner": "SELECT,INSERT,UPDATE",
            "auditor": "SELECT",
            "service": "SELECT,INSERT,UPDATE",
        },
        _with_check(
            via("person_id", "persons_person", extra={c.value: _seen(c) for c in _CLASSES}),
            _OWN,
        ),
    ),
    TablePolicy(
        "documents_documentaudience",
        {
            "police": "SELECT,INSERT,DELETE",
            "partner": "SELECT,INSERT,DELETE",
            "auditor": "SELECT",
            "service": "SELECT,INSERT,DELETE",
        },
        # A policy of this table cannot ask the table of documents, which asks this one; a function can.
        _with_check(
            via("person_id", "persons_person", extra={"police": _EITHER, "partner": _EITHER}),
            f"{_OWN} AND authz.owns_document(document_id, person_id)",
        ),
    ),
]

"""Who may touch the tables of retention and subject access, and which rows.

What is held of a person is reviewed by whoever may decide it and reaches the person; a request's items besides only by
who may read their compartment. Auditors read that a request was made and that a record was disposed of, no content.
The database keeps three things besides, whatever a view does (`statements`): a held record cannot be deleted, a record
is only disposed of by the one function that asks for two people, and no bundle is made of undecided items.
"""

from iom.kernel.policies import MY_UNITS, NO_ROWS_POLICY, Rows, TablePolicy, custom


def _with(*powers: str) -> str:
    held = " OR ".join(f"authz.has_power((SELECT authz.my_role()), '{power}')" for power in powers)
    return f"({held})"


_PERSON = "EXISTS (SELECT 1 FROM persons_person p WHERE p.id = person_id)"
_REQUEST = "EXISTS (SELECT 1 FROM retention_access_request r WHERE r.id = request_id)"
_READABLE = " AND ".join(
    f"(compartment <> '{compartment}' OR {_with(power)})"
    for compartment, power in (
        ("intelligence", "read_intelligence"),
        ("victim", "read_victims"),
        ("youth", "read_youth"),
        ("exploitation", "read_exploitation"),
        ("equality", "release_subject_access"),
    )
)


def _of_person(*powers: str, auditor: bool = False) -> Rows:
    conditions = {"police": f"{_with(*powers)} AND {_PERSON}"}
    return custom(conditions | ({"auditor": _PERSON} if auditor else {}))


_WRITE = "SELECT,INSERT,UPDATE"
_DECIDE = {"police": "SELECT,UPDATE", "auditor": "SELECT", "service": _WRITE}
_ENTER = {"police": _WRITE, "auditor": "SELECT", "service": _WRITE}

TABLES = [
    TablePolicy("retention_review", _ENTER, _of_person("retain", auditor=True)),
    TablePolicy("retention_legalhold", _ENTER, _of_person("retain", auditor=True)),
    TablePolicy("retention_returned", _DECIDE, _of_person("retain", auditor=True)),
    TablePolicy(
        "retention_disposal",
        {"police": "SELECT", "auditor": "SELECT", "service": "SELECT,INSERT"},
        custom({"police": f"{_with('see_retention')} AND unit_id = ANY {MY_UNITS}", "auditor": "true"}),
        subject="",
    ),
    TablePolicy(
        "retention_disposed_reference",
        {"service": "SELECT,INSERT,UPDATE"},
        custom({}),
        audited=False,
        subject="",
    ),
    TablePolicy(
        "retention_tally", {"police": "SELECT", "auditor": "SELECT", "service": _WRITE}, NO_ROWS_POLICY
    ),
    TablePolicy("retention_access_request", _ENTER, _of_person("subject_access", auditor=True)),
    # The words of an item and of a bundle are not copied into the log of changes: acts tell who decided what.
    TablePolicy(
        "retention_access_item",
        {"police": "SELECT,UPDATE", "service": "SELECT,INSERT,UPDATE,DELETE"},
        custom({"police": f"{_with('subject_access')} AND {_REQUEST} AND {_READABLE}"}),
        audited=False,
        unaudited_because="A copy of what other tables hold; acts tell who decided on each item.",
        subject="request_id:retention_access_request",
    ),
    TablePolicy(
        "retention_bundle",
        {"police": "SELECT,UPDATE", "service": "SELECT,INSERT"},
        custom({"police": f"{_with('subject_access')} AND {_REQUEST}"}),
        audited=False,
        unaudited_because="A copy of what other tables hold; acts tell who made it and to whom it was given.",
        subject="request_id:retention_access_request",
    ),
    TablePolicy("retention_correction", _ENTER, _of_person("subject_access", auditor=True)),
]

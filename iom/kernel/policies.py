"""How an app says who may touch its tables and which rows they see; `iom.access` turns it into SQL.

Every app keeps its tables in `<app>/policies.py` as `TABLES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

# What an id may be one of, worked out once in a statement: `unit_id = ANY {MY_UNITS}` (iom/access/authz.sql).
MY_UNITS = "((SELECT authz.my_units())::bigint[])"
MY_NAMED_PEOPLE = "((SELECT authz.my_named_people())::bigint[])"
MY_SHARED_PEOPLE = "((SELECT authz.my_shared_people())::bigint[])"
# As rows of a subquery they are looked up in a hash: one step a row, however many they are. The inner SELECT keeps the
# planner from running the function once more to guess how many rows it gives.
_AS_ROWS = "SELECT unnest((SELECT authz.{call}))"
SHARED_WITH_ME = f"({_AS_ROWS.format(call='my_shared_people()')})"
# The restricted people I am not named on.
HIDDEN_PEOPLE = f"({_AS_ROWS.format(call='hidden_people()')})"
PERSONS = "persons_person"
# `scoring` prices events and reads nothing else; `fairness` counts scores by sex, ethnicity and age. The service takes
# one on for a statement; nobody signs in as either.
CLASSES = ("session", "police", "partner", "auditor", "admin", "service", "scoring", "fairness")


def ids_from(function: str, *given: str) -> RawSQL:
    """The ids that a function of `authz` gives, as those rows, for the ORM: `pk__in=ids_from("my_managed_people")`."""
    call = f"{function}({', '.join(['%s'] * len(given))})"
    return RawSQL(_AS_ROWS.format(call=call), given, output_field=BigIntegerField())  # noqa: S611


REACH_BY_UNIT = ("police", "auditor")
WHOLE_FORCE = "(SELECT authz.whole_force())"


@dataclass(frozen=True)
class Rows:
    """Which rows a class sees: an SQL condition per class; `None` as a whole means no row-level security.

    A class that has a grant but no condition sees no row. The service class sees all rows unless told otherwise.
    `adding` says what a class may write where that differs from what it sees (a message to somebody else).
    """

    using: Mapping[str, str] | None
    adding: Mapping[str, str] | None = None


NO_ROWS_POLICY = Rows(None)


def custom(conditions: Mapping[str, str], adding: Mapping[str, str] | None = None) -> Rows:
    """Own conditions per class, written in SQL over the table's columns."""
    return Rows({"service": "true", **conditions}, adding)


def via(
    column: str,
    parent: str,
    *,
    classes: tuple[str, ...] = ("police", "partner", "auditor"),
    extra: Mapping[str, str] | None = None,
) -> Rows:
    """The rows whose parent row the actor may see; the parent's own policy decides.

    Who reaches the whole force sees every person but the restricted ones, so where the parent is a person that is asked
    once and not for each row; a restricted person's rows are left to the parent's policy, as anybody else's are. A
    partner's people are all in its list, so no person's row is read for them. `OFFSET 0` has each person looked up by
    number: the other plan reads a district's people whole to hash them, and every statement would have both planned.
    `extra` adds a further condition for a class (joined by AND).
    """
    conditions = {}
    for name in classes:
        condition = f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {column})"
        if name in REACH_BY_UNIT and parent == PERSONS:
            person = f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {column} OFFSET 0)"
            condition = f"({WHOLE_FORCE} AND {column} NOT IN {HIDDEN_PEOPLE}) OR {person}"
        if name == "partner" and parent == PERSONS:
            condition = f"({column} IN {SHARED_WITH_ME} AND {column} NOT IN {HIDDEN_PEOPLE})"
        if extra and name in extra:
            condition = f"({condition}) AND ({extra[name]})"
        conditions[name] = condition
    return custom(conditions)


def not_hidden(column: str = "person_id") -> str:
    """The condition that a row names nobody hidden from the reader: for policies that do not ask the person's."""
    return f"({column} IS NULL OR {column} NOT IN {HIDDEN_PEOPLE})"


VIA_PERSON = via("person_id", PERSONS)


def also(rows: Rows, *classes: str) -> Rows:
    """The same rows, and all of them for these classes, whose columns the grants limit."""
    return Rows({**(rows.using or {}), **dict.fromkeys(classes, "true")}, rows.adding)


@dataclass(frozen=True)
class TablePolicy:
    """One table: the rights of each class (`"SELECT,INSERT"`), the rows each sees, and whether changes are audited.

    A table that leads to a person and is not audited says why in `unaudited_because`.
    `subject` is the column that names the person a row is about, or an SQL expression over `r` (the row) giving it.
    """

    table: str
    grants: Mapping[str, str]
    rows: Rows = NO_ROWS_POLICY
    audited: bool | None = None
    unaudited_because: str = ""
    subject: str = "person_id"

    @property
    def is_audited(self) -> bool:
        return self.rows.using is not None if self.audited is None else self.audited

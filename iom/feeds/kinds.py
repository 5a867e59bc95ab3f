"""How a kind of feed is declared: its columns, what makes a row wrong, and where a good row goes.

A kind is data. SQL in it speaks of `s`, the staged row (every column text or NULL), and of whatever the kind joins
to it. All SQL here is written in code by the owning app; nothing of a file ever becomes SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DATE_FORM = "____-__-__"
MOMENT_FORM = "____-__-__T__:__%"
TODAY = "%(today)s"
NOW = "%(at)s"
FILE, LINE = "feed_file_id", "feed_line"
"""Where a row came from: columns of every table that feeds fill (INT-1)."""
PERSON_KEY = "person_id"
KEPT_COLUMNS = ("superseded_at", "superseded_by_file_id", "superseded_by_line", "is_withdrawn")
"""What a kept version adds to the columns of its row."""


@dataclass(frozen=True)
class Check:
    """One way a row can be wrong: the column it is reported under, SQL that is true when wrong, and the reason.

    `reason` is plain English after "<column>: "; with `reason_sql` the reason is worked out by the database instead.
    """

    column: str
    wrong: str
    reason: str = ""
    reason_sql: str = ""

    @property
    def said(self) -> str:
        return self.reason_sql or literal(self.reason)


@dataclass(frozen=True)
class Column:
    """One column of the file: its name, what it holds (for the documents), and its own checks."""

    name: str
    meaning: str
    required: bool = False
    form: str = "text"
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Load:
    """Where good rows go: a table, its columns as SQL over the staged row, and the key that makes a row the same row.

    A row is written only where its hash differs: the hash is over `hashed` (SQL), or else over all values that are not
    in `keep`, the columns that an update leaves as they were.
    With `where`, only rows for which it holds are wanted, and a row that no longer qualifies is taken away.
    `on_update` are columns that a correction writes otherwise, as SQL over `t` (the row as it was) and `excluded`.
    With `versions`, the row as it was before a correction or withdrawal is kept in that table, in its columns
    `carried` and those of `KEPT_COLUMNS`.
    """

    table: str
    values: Mapping[str, str]
    key: tuple[str, ...]
    keep: tuple[str, ...] = ()
    where: str = ""
    person: str = PERSON_KEY
    happened_on: str = ""
    hash_column: str = "row_hash"
    hashed: tuple[str, ...] = ()
    conflict_where: str = ""
    on_update: Mapping[str, str] = field(default_factory=dict)
    versions: str = ""
    carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedKind:
    """A kind of file: declared by the app that owns the rows, registered in its `ready()`.

    `first` and `then` are statements before and after the good rows are written. `can_withdraw` says whether a source
    may take rows back. `every_hours` is how often a file is expected; None for a kind without a rhythm.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    load: Load
    joins: str = ""
    checks: tuple[Check, ...] = ()
    set_checks: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    order: int = 100
    notes: str = ""
    first: tuple[str, ...] = ()
    can_withdraw: bool = True
    every_hours: int | None = 24
    follow_ons: list[Load] = field(default_factory=list, compare=False)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def all_checks(self) -> tuple[Check, ...]:
        return tuple(check for column in self.columns for check in column.checks) + self.checks


def literal(text: str) -> str:
    """A text of ours as an SQL literal, safe inside a statement with %(name)s parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _needed(name: str, required: bool) -> tuple[Check, ...]:
    return (Check(name, f"s.{name} IS NULL", "is empty, and must be filled"),) if required else ()


def text(name: str, meaning: str, *, required: bool = False, longest: int = 120) -> Column:
    """Free text up to a length."""
    too_long = Check(name, f"length(s.{name}) > {longest}", f"is longer than {longest} characters")
    return Column(
        name, meaning, required, f"text, at most {longest} characters", (*_needed(name, required), too_long)
    )


def pattern(name: str, meaning: str, *, form: str, regex: str, required: bool = False) -> Column:
    """A code of a fixed form."""
    wrong = Check(name, f"s.{name} !~ {literal(regex)}", f"is not of the form {form}")
    return Column(name, meaning, required, form, (*_needed(name, required), wrong))


def choice(name: str, meaning: str, values: Sequence[str], *, required: bool = False) -> Column:
    """One of a fixed list of words."""
    listed = ", ".join(literal(value) for value in values)
    wrong = Check(name, f"s.{name} NOT IN ({listed})", f"is not one of: {', '.join(values)}")
    return Column(name, meaning, required, "one of: " + ", ".join(values), (*_needed(name, required), wrong))


def is_day(column: str) -> str:
    """SQL that is true of a text YYYY-MM-DD which is a date. A form and a cast: patterns cost several times more."""
    return f"{column} LIKE {literal(DATE_FORM)} AND pg_input_is_valid({column}, 'date')"


def day(name: str, meaning: str, *, required: bool = False, may_be_future: bool = False) -> Column:
    """A date, YYYY-MM-DD, from 1900; one that has happened may not be in the future. Such texts order as dates do."""
    form, column = f"s.{name} LIKE {literal(DATE_FORM)}", f"s.{name}"
    checks = [
        *_needed(name, required),
        Check(name, f"NOT ({is_day(column)})", "is not a date of the form YYYY-MM-DD"),
        Check(name, f"{column} < '1900' AND {form}", "is before 1900"),
    ]
    if may_be_future:
        checks.append(Check(name, f"{column} > '2150' AND {form}", "is after 2150"))
    else:
        checks.append(Check(name, f"{column} > {TODAY} AND {form}", "is in the future"))
    return Column(name, meaning, required, "YYYY-MM-DD", tuple(checks))


def moment(name: str, meaning: str, *, required: bool = False) -> Column:
    """A date and time; without an offset it is London time; never in the future.

    Only a text of today's date or later is turned into a moment to be compared.
    """
    column, form = f"s.{name}", literal(MOMENT_FORM)
    valid = f"replace({column}, ' ', 'T') LIKE {form} AND pg_input_is_valid({column}, 'timestamptz')"
    ahead = f"CASE WHEN {column} < {TODAY} THEN false WHEN {valid} THEN {column}::timestamptz > {NOW} ELSE false END"
    checks = (
        *_needed(name, required),
        Check(name, f"NOT ({valid})", "is not a date and time of the form YYYY-MM-DDTHH:MM"),
        Check(name, ahead, "is in the future"),
    )
    return Column(name, meaning, required, "YYYY-MM-DDTHH:MM, London time unless an offset is given", checks)


def number(name: str, meaning: str, *, required: bool = False, digits: int = 4) -> Column:
    """A whole number without sign, of at most so many digits."""
    wrong = f"length(s.{name}) > {digits} OR translate(s.{name}, '0123456789', '') <> ''"
    said = f"is not a whole number of at most {digits} digits"
    return Column(
        name, meaning, required, "whole number", (*_needed(name, required), Check(name, wrong, said))
    )


def code_of_digits(name: str, meaning: str, *, digits: int, what: str, required: bool = False) -> Column:
    """A code of exactly so many digits."""
    wrong = f"length(s.{name}) <> {digits} OR translate(s.{name}, '0123456789', '') <> ''"
    form = f"{what} of {digits} digits"
    return Column(
        name, meaning, required, form, (*_needed(name, required), Check(name, wrong, f"is not {form}"))
    )


def known(name: str, meaning: str, *, alias: str, what: str, required: bool = True) -> Column:
    """A reference to something the product must already know, looked up by the kind's joins under `alias`."""
    wrong = Check(name, f"s.{name} IS NOT NULL AND {alias}.id IS NULL", f"is not a known {what}")
    return Column(name, meaning, required, "known to the product", (*_needed(name, required), wrong))


def not_before(name: str, other: str) -> Check:
    """Of two dates of a row the second may not lie before the first; said only when both are dates."""
    both = f"s.{name} LIKE {literal(DATE_FORM)} AND s.{other} LIKE {literal(DATE_FORM)}"
    return Check(name, f"s.{name} < s.{other} AND {both}", f"is before {other}")

"""Comparisons that an index answers under row policies, where LIKE would have every row judged first."""

from typing import Any

from django.db.models import CharField, Lookup

LAST = chr(0x10FFFF)
"""What no text holds, and what comes after everything that a text can hold."""


@CharField.register_lookup
class Begins(Lookup):  # type: ignore[type-arg]
    """Begins with a text, told as a span of the index: PostgreSQL asks LIKE only of rows that the policy let through.

    The operators of the span are known to leak nothing of the rows they see, and LIKE is not.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        left, of_left = self.process_lhs(compiler, connection)
        right, of_right = self.process_rhs(compiler, connection)
        text = str(of_right[0])
        return f"({left} ~>=~ {right} AND {left} ~<~ {right})", [*of_left, text, *of_left, text + LAST]

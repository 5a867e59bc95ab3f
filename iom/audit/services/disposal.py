"""Blanking what rows of the audit say, for a decision, so that every root stays as it was (SHR-4)."""

from collections.abc import Collection

from django.db import connection, transaction

from iom.audit.audit import DISPOSED
from iom.audit.services.recording import By, record


def dispose(*, acts: Collection[int] = (), changes: Collection[int] = (), decision: int, by: By) -> int:
    """Blank these rows and their salts, and write down how many; how many rows were blanked.

    Only in the scope of the service. A row that was disposed of before is left as it was.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT acts, changes FROM authz.dispose_audit(%s, %s, %s)", [list(acts), list(changes), decision]
        )
        done_acts, done_changes = cursor.fetchone()
        if done_acts + done_changes:
            detail = {"decision": decision, "acts": done_acts, "changes": done_changes}
            record(DISPOSED, by=by, detail=detail)
        return int(done_acts + done_changes)


def rows_about(person_id: int) -> tuple[list[int], list[int]]:
    """Acts about this person alone, and changes of rows that lead to them: what a disposal of theirs blanks.

    An act that names others too keeps their number beside theirs: it says who was on a page together.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ARRAY(SELECT id FROM audit_act WHERE subjects = ARRAY[%(person)s::bigint] AND disposal IS NULL"
            " AND subjects @> ARRAY[%(person)s::bigint]),"
            " ARRAY(SELECT id FROM audit_change WHERE subject = %(person)s AND disposal IS NULL)",
            {"person": person_id},
        )
        acts, changes = cursor.fetchone()
    return list(acts), list(changes)

"""Every way of tampering that was thought of is caught, and what is allowed is not mistaken for it (SHR-3).

Tampering is done by the owner of the tables with the triggers switched off: what somebody with the database in their
hands would do. All of it happens in one transaction; `on_from_here` stands for the time that passes between two seals.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from iom.access.actor import SYSTEM
from iom.access.scope import as_owner, as_service
from iom.audit.anchors import Anchor, anchor_of, last_anchor, read_anchor
from iom.audit.keys import SigningKey, make_key, read_key, signing_key
from iom.audit.leaves import ROOT, leaf_of
from iom.audit.models import Act, Change, Seal
from iom.audit.services import dispose, seal_due, seal_next, sealing, verify
from iom.audit.services.disposal import rows_about
from iom.audit.services.sealing import message_of, vouch_for
from iom.kernel.errors import Invalid, Refused
from tests.audit.factories import ActFactory
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(tz=UTC)


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """A key of the test's own; seals that a tick made in this database before are not there for it."""
    without_seals()
    return make_key(tmp_path / "key.pem")


def without_seals() -> None:
    tamper("DELETE FROM audit_seal")
    tamper("DELETE FROM audit_sealkey")


def run(sql: str, *values: Any) -> list[Any]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def tamper(sql: str, *values: Any) -> None:
    """As the owner of the tables, past every trigger."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("audit_act", "audit_change", "audit_seal", "audit_sealkey"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    run(sql, *values)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("audit_act", "audit_change", "audit_seal", "audit_sealkey"):
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def on_from_here() -> None:
    """Later transactions have higher ids; within the one of a test the shift stands for that."""
    run("UPDATE audit_origin SET shift = shift + 1000")


def seal(key: SigningKey, at: datetime = NOW) -> Seal:
    [[below]] = run("SELECT pg_current_xact_id()::text::bigint + 1 + (SELECT shift FROM audit_origin)")
    with as_service():
        made = seal_next(at=at, key=key, below=below)
    on_from_here()
    assert made is not None
    return made


def problems(anchor: Anchor | None = None, key_id: str = "") -> list[str]:
    with as_service():
        return verify(anchor=anchor, key_id=key_id).problems


@pytest.fixture
def history(key: SigningKey) -> list[Act]:
    """Three seals over a few acts and the changes that making a person leaves, and two acts not yet sealed."""
    acts = []
    for _ in range(3):
        acts += [ActFactory(at=NOW, subjects=[7]), ActFactory(at=NOW, subjects=[8])]
        PersonFactory()
        seal(key)
    acts += [ActFactory(at=NOW), ActFactory(at=NOW)]
    return acts


def relink(key: SigningKey, first: int) -> None:
    """Work every seal from this one on out anew and sign it, as somebody with the key could."""
    [[last]] = run("SELECT max(number) FROM audit_seal")
    for number in range(first, last + 1):
        with as_owner():
            one = Seal.objects.get(pk=number)
            before = Seal.objects.filter(pk=number - 1).first()
            one.previous = bytes(before.digest) if before else bytes(32)
            message = message_of(one)
        tamper(
            "UPDATE audit_seal SET previous = %s, digest = %s, signature = %s WHERE number = %s",
            one.previous,
            sha256(message).digest(),
            key.sign(message),
            number,
        )


def test_an_untouched_history_passes_and_says_what_waits_for_its_seal(
    history: list[Act], key: SigningKey
) -> None:
    with as_service():
        verdict = verify(anchor=last_anchor(), key_id=key.key_id)

    assert verdict.problems == []
    assert verdict.seals == 3
    assert verdict.unsealed == 2
    assert verdict.rows >= 8 + 3


def test_an_edited_payload_is_caught(history: list[Act]) -> None:
    tamper("UPDATE audit_act SET reason = 'Nothing to see' WHERE id = %s", history[2].pk)

    assert problems() == [f"{_name(2)}: act {history[2].pk} is no longer what was recorded."]


@pytest.mark.parametrize(
    "column", ["user_id", "user_name", "role", "agency", "at", "kind", "subjects", "xid"]
)
def test_an_edited_column_is_caught(history: list[Act], column: str) -> None:
    value = {
        "user_id": "coalesce(user_id, 0) + 1",
        "at": "at + interval '1 microsecond'",
        "kind": "'search'",
        "subjects": "ARRAY[9::bigint]",
        "xid": "xid + 1",
    }.get(column, "'somebody'")
    tamper(f"UPDATE audit_act SET {column} = {value} WHERE id = %s", history[2].pk)

    assert any(f"act {history[2].pk} is no longer what was recorded" in one for one in problems())


def test_an_edited_value_of_a_changed_row_is_caught(history: list[Act]) -> None:
    with as_owner():
        change = Change.objects.filter(table_name="persons_person").latest("id")
    tamper("""UPDATE audit_change SET after = after || '{"family_name": "Other"}' WHERE id = %s""", change.pk)

    assert problems() == [f"{_name(3)}: change {change.pk} is no longer what was recorded."]


def test_a_deleted_row_is_caught(history: list[Act]) -> None:
    tamper("DELETE FROM audit_act WHERE id = %s", history[2].pk)

    [said] = problems()
    assert said.startswith(_name(2))
    assert said.endswith("rows were removed from a closed batch.")


def test_a_row_put_into_a_closed_batch_is_caught(history: list[Act]) -> None:
    late = ActFactory(at=NOW)
    tamper(
        f"UPDATE audit_act r SET xid = (SELECT xid FROM audit_act WHERE id = %s) WHERE id = {late.pk}",
        history[2].pk,
    )
    tamper(f"UPDATE audit_act r SET leaf = {leaf_of('act')} WHERE id = %s", late.pk)

    [said] = problems()
    assert said.startswith(_name(2))
    assert said.endswith("rows were added to a closed batch.")


def test_a_row_dated_back_through_the_front_door_is_caught(history: list[Act], key: SigningKey) -> None:
    ActFactory(at=NOW - timedelta(days=30))

    assert problems() == ["Not yet sealed: 1 rows are dated before the last seal: dated back."]
    seal(key)
    assert problems() == [f"{_name(4)}: 1 rows are dated before the batch began: dated back."]


def test_two_exchanged_rows_are_caught(history: list[Act]) -> None:
    one, other = history[2].pk, history[3].pk
    tamper(
        "UPDATE audit_act a SET subjects = b.subjects, salt = b.salt, leaf = b.leaf FROM audit_act b"
        " WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        *(one, other, other, one),
    )
    assert len(problems()) == 2

    tamper(f"UPDATE audit_act r SET leaf = {leaf_of('act')} WHERE id IN (%s, %s)", one, other)
    assert problems() == [f"{_name(2)}: its rows were rewritten or exchanged; the signed root is another."]


def test_a_batch_rewritten_with_its_hashes_is_caught(history: list[Act]) -> None:
    tamper("UPDATE audit_act SET user_name = 'Nobody' WHERE id = %s", history[2].pk)
    tamper(f"UPDATE audit_act r SET leaf = {leaf_of('act')} WHERE id = %s", history[2].pk)
    assert problems() == [f"{_name(2)}: its rows were rewritten or exchanged; the signed root is another."]

    with as_owner():
        two = Seal.objects.get(pk=2)
        two.root = sha256(b"made up").digest()
        digest = sha256(message_of(two)).digest()
    tamper("UPDATE audit_seal SET root = %s, digest = %s WHERE number = 2", two.root, digest)
    said = problems()
    assert any("Seal 2 is not signed by its key" in one for one in said)
    assert any("Seal 3 does not continue seal 2" in one for one in said)


@pytest.mark.parametrize(
    "column", ["root", "previous", "digest", "signature", "acts", "below_xid", "sealed_at", "number"]
)
def test_an_edited_seal_is_caught(history: list[Act], column: str) -> None:
    value = {
        "acts": "acts + 1",
        "below_xid": "below_xid + 1",
        "sealed_at": "sealed_at + interval '1 day'",
        "number": "12",
    }.get(column, "sha256('x')")
    tamper(f"UPDATE audit_seal SET {column} = {value} WHERE number = 2")

    assert problems() != []


def test_a_dropped_last_seal_is_caught_through_the_printed_anchor_alone(
    history: list[Act], key: SigningKey
) -> None:
    with as_service():
        anchor = last_anchor()
    tamper("DELETE FROM audit_seal WHERE number = 3")

    assert problems(key_id=key.key_id) == []
    assert problems(anchor) == ["The anchor names seal 3, but the last seal is 2: seals were dropped."]


def test_a_whole_history_rewritten_with_the_key_is_caught_through_the_anchor_alone(
    history: list[Act], key: SigningKey
) -> None:
    with as_service():
        anchor = last_anchor()
    with as_owner():
        two = Seal.objects.get(pk=2)
    tamper("UPDATE audit_act SET user_name = 'Nobody' WHERE id = %s", history[2].pk)
    tamper(f"UPDATE audit_act r SET leaf = {leaf_of('act')} WHERE id = %s", history[2].pk)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(ROOT, {"from_xid": two.from_xid, "below_xid": two.below_xid})
        root = cursor.fetchone()[0]
    tamper("UPDATE audit_seal SET root = %s WHERE number = 2", root)
    relink(key, 2)

    assert problems(key_id=key.key_id) == []
    assert problems(anchor) == ["Seal 3 is not the one on the anchor: the history up to it was rewritten."]


def test_a_replaced_key_is_caught(history: list[Act], key: SigningKey, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other.pem")
    tamper("UPDATE audit_sealkey SET public_key = %s", other.public_bytes)
    said = problems()
    assert f"Key {key.key_id} was replaced: its id is not that of its public key." in said

    ActFactory(at=NOW)
    with pytest.raises(Refused, match="has not vouched"), transaction.atomic():
        seal(other)


def test_a_key_slipped_in_with_everything_signed_anew_is_caught(
    history: list[Act], key: SigningKey, tmp_path: Path
) -> None:
    other = make_key(tmp_path / "other.pem")
    tamper(
        "INSERT INTO audit_sealkey (key_id, public_key, made_at) VALUES (%s, %s, now())",
        other.key_id,
        other.public_bytes,
    )
    tamper("UPDATE audit_seal SET key_id = %s", other.key_id)
    relink(other, 1)

    assert problems(key_id=key.key_id) == [
        "2 keys were vouched for by nobody: a key was replaced.",
        f"The last seal is signed with key {other.key_id}, not with the key of the file.",
    ]


def test_a_new_key_that_the_old_one_vouched_for_goes_on(
    history: list[Act], key: SigningKey, tmp_path: Path
) -> None:
    new = make_key(tmp_path / "new.pem")
    with as_service():
        vouch_for(new, old=key, at=NOW)
    assert problems(key_id=new.key_id) == []

    seal(new)
    assert problems(key_id=new.key_id) == []
    tamper("UPDATE audit_sealkey SET voucher = %s WHERE key_id = %s", key.sign(b"x"), new.key_id)
    assert problems() == [f"Key {new.key_id} is not vouched for by the key before it."]


def test_disposal_leaves_the_root_and_says_how_many(history: list[Act]) -> None:
    roots = [bytes(root) for (root,) in run("SELECT root FROM audit_seal ORDER BY number")]
    with as_service():
        acts, changes = rows_about(7)
        done = dispose(acts=acts, changes=changes, decision=41, by=SYSTEM)
        verdict = verify()

    assert (done, verdict.disposed, verdict.problems) == (3, 3, [])
    assert [bytes(root) for (root,) in run("SELECT root FROM audit_seal ORDER BY number")] == roots
    with as_owner():
        blank = Act.objects.get(pk=history[0].pk)
        other = Act.objects.get(pk=history[1].pk)
    assert (blank.subjects, blank.reason, blank.detail, blank.salt, blank.disposal) == ([], "", {}, None, 41)
    assert other.subjects == [8]


def test_a_disposal_that_nobody_recorded_is_caught(history: list[Act]) -> None:
    tamper("UPDATE audit_act SET salt = NULL, subjects = '{}', disposal = 5 WHERE id = %s", history[2].pk)

    assert problems() == ["Decision 5 blanked 0 rows by its own record; 1 are blank."]


@pytest.mark.parametrize("table", ["audit_act", "audit_change", "audit_seal", "audit_sealkey"])
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_nobody_changes_or_deletes_a_row_not_even_the_owner(history: list[Act], table: str, sql: str) -> None:
    column = {"audit_seal": "acts", "audit_sealkey": "made_at"}.get(table, "at")
    PersonFactory()
    with pytest.raises(ProgrammingError, match="only grows"), transaction.atomic():
        run(sql.format(table, column, column))
    run("SELECT set_config('app.audit_write', 'dispose', true)")
    with pytest.raises(ProgrammingError, match="only grows"), transaction.atomic():
        run("UPDATE audit_act SET user_name = 'x', salt = NULL, disposal = 1")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        as_service(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")


def test_what_is_sent_for_the_seals_columns_is_overwritten() -> None:
    act = ActFactory(at=NOW, salt=b"x", leaf=b"y", xid=1, disposal=3)

    with as_owner():
        kept = Act.objects.get(pk=act.pk)
        many = Act.objects.bulk_create([Act(at=NOW, kind="consult", action="look:x", leaf=b"y")] * 2)
    assert (len(kept.salt), len(kept.leaf), kept.disposal) == (16, 32, None)
    assert kept.xid > 1
    [[wrong]] = run(f"SELECT count(*) FROM audit_act r WHERE leaf IS DISTINCT FROM {leaf_of('act')}")
    assert wrong == 0
    assert len(many) == 2


def test_a_text_copied_from_a_report_and_a_download_are_read_alike(history: list[Act]) -> None:
    with as_owner():
        anchor = anchor_of(Seal.objects.latest("number"))

    for text in (anchor.text, anchor.json, f"Made by Kit Platt\n{anchor.text.replace(' ', chr(10))}\n1 of 3"):
        read = read_anchor(text)
        assert (read.number, read.digest) == (anchor.number, anchor.digest)
    with pytest.raises(Invalid):
        read_anchor("Audit seal 12")


def test_rows_from_before_the_seals_are_stamped_first(key: SigningKey) -> None:
    act = ActFactory(at=NOW)
    tamper("UPDATE audit_act SET salt = NULL, leaf = NULL, xid = NULL WHERE id = %s", act.pk)
    with pytest.raises(Refused, match="older than the seals"), transaction.atomic():
        seal(key)

    with as_service():
        assert seal_due(NOW) is True
    seal(key)
    assert problems() == []


def test_rows_without_leaves_are_caught_once_there_are_seals(history: list[Act]) -> None:
    tamper("UPDATE audit_act SET salt = NULL, leaf = NULL, xid = NULL WHERE id = %s", history[-1].pk)

    assert problems() == ["1 rows (act) carry no leaf: they were put in past the database."]


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key.pem"
    with pytest.raises(Refused, match="There is no key"):
        signing_key(path, may_make=False)

    made = signing_key(path, may_make=True)

    assert path.stat().st_mode & 0o777 == 0o600
    assert signing_key(path, may_make=True).key_id == read_key(path).key_id == made.key_id
    path.write_text("not a key")
    with pytest.raises(Refused, match="cannot be read"):
        read_key(path)


def _name(number: int) -> str:
    with as_owner():
        last = Seal.objects.get(pk=number).last_at
    return f"Seal {number} (up to {last:%-d %B %Y, %H:%M})"


def test_a_clock_that_was_put_back_does_not_stop_the_sealing(
    key: SigningKey, history: list[Act], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed: list[datetime] = []
    monkeypatch.setattr(sealing, "seal_next", lambda at: sealed.append(at))
    every = timedelta(seconds=settings.AUDIT_SEAL_EVERY_SECONDS)

    with as_service():
        for at in (NOW, NOW + every / 2, NOW + every, NOW - timedelta(days=300)):
            seal_due(at)

    assert sealed == [NOW + every, NOW - timedelta(days=300)]


def test_a_transaction_that_still_runs_holds_back_every_later_one() -> None:
    """Its rows cannot come late into a batch that was closed meanwhile."""
    slow = connection.copy()
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.owner_scope', 'on', true), set_config('role', 'iom_owner', true)"
            )
            cursor.execute(
                "INSERT INTO audit_act (at, kind, action, user_name, role, agency, subjects, reason, detail)"
                " VALUES (now(), 'consult', 'look:slow', '', '', '', '{}', '', '{}') RETURNING xid"
            )
            [slow_xid] = cursor.fetchone()
        ActFactory(at=NOW, action="look:quick")
        with transaction.atomic():
            with as_service():
                made = seal_next(at=NOW)
            assert made is None or made.below_xid <= slow_xid
            transaction.set_rollback(True)
        with as_owner():
            assert Act.objects.filter(action="look:quick").latest("id").xid > slow_xid
    finally:
        slow.rollback()
        slow.close()

"""What the commands of the audit say, and with which exit code (SHR-3)."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from iom.access.scope import as_owner
from iom.audit.anchors import anchor_of
from iom.audit.keys import SigningKey, make_key, read_key
from iom.audit.models import Act, Seal, SealKey
from iom.kernel.errors import Refused
from tests.audit.factories import ActFactory
from tests.audit.test_seals import NOW, seal, tamper, without_seals

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(tmp_path: Path, settings: Any) -> SigningKey:
    without_seals()
    settings.AUDIT_KEY_FILE = str(tmp_path / "key.pem")
    return make_key(tmp_path / "key.pem")


def said(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_verifying_says_what_was_checked_and_prints_the_anchor(key: SigningKey) -> None:
    ActFactory(at=NOW)
    made = seal(key)

    code, text = said("audit_verify")

    assert code == 0
    assert "rows under 1 seals checked" in text
    assert anchor_of(made).text in text
    with as_owner():
        assert Act.objects.filter(action="audit.seals.verified", detail__passed=True).count() == 1


def test_a_broken_seal_is_a_sentence_and_an_exit_code(key: SigningKey) -> None:
    act = ActFactory(at=NOW)
    seal(key)
    tamper("UPDATE audit_act SET reason = 'other' WHERE id = %s", act.pk)

    code, text = said("audit_verify")

    assert code == 1
    assert f"act {act.pk} is no longer what was recorded." in text


def test_the_anchor_of_a_dropped_seal_is_read_from_a_file(key: SigningKey, tmp_path: Path) -> None:
    ActFactory(at=NOW)
    seal(key)
    ActFactory(at=NOW)
    file = tmp_path / "anchor.txt"
    file.write_text(anchor_of(seal(key)).text)
    tamper("DELETE FROM audit_seal WHERE number = 2")

    assert said("audit_verify")[0] == 0
    code, text = said("audit_verify", "--anchor", str(file))
    assert code == 1
    assert "seals were dropped" in text
    file.write_text("nothing")
    with pytest.raises(CommandError):
        said("audit_verify", "--anchor", str(file))


def test_a_new_key_is_vouched_for_by_the_old_one(key: SigningKey, tmp_path: Path) -> None:
    ActFactory(at=NOW)
    seal(key)

    code, text = said("audit_key", "--new", str(tmp_path / "new.pem"))

    new = read_key(tmp_path / "new.pem")
    assert code == 0
    assert new.key_id in text
    with as_owner():
        assert SealKey.objects.get(pk=new.key_id).vouched_by_id == key.key_id
        assert Seal.objects.count() == 1
    with pytest.raises(CommandError, match="already"):
        said("audit_key")


def test_a_lost_key_is_followed_by_the_spare_that_it_vouched_for(
    key: SigningKey, tmp_path: Path, settings: Any
) -> None:
    ActFactory(at=NOW)
    seal(key)
    said("audit_key", "--new", str(tmp_path / "spare.pem"))
    anchor = tmp_path / "anchor.txt"
    with as_owner():
        anchor.write_text(anchor_of(Seal.objects.get()).text)

    (tmp_path / "key.pem").unlink()
    settings.AUDIT_KEY_FILE = str(tmp_path / "spare.pem")
    ActFactory(at=NOW)
    seal(read_key(tmp_path / "spare.pem"))

    assert said("audit_verify", "--anchor", str(anchor))[0] == 0
    with as_owner():
        assert Seal.objects.last().key_id == read_key(tmp_path / "spare.pem").key_id  # type: ignore[union-attr]


def test_a_leaked_key_hands_over_to_a_new_one_and_the_old_seals_stay_valid(
    key: SigningKey, tmp_path: Path, settings: Any
) -> None:
    ActFactory(at=NOW)
    seal(key)
    said("audit_key", "--new", str(tmp_path / "new.pem"))
    settings.AUDIT_KEY_FILE = str(tmp_path / "new.pem")
    ActFactory(at=NOW)
    seal(read_key(tmp_path / "new.pem"))
    (tmp_path / "key.pem").unlink()

    assert said("audit_verify")[0] == 0
    with as_owner():
        assert Act.objects.filter(action="audit.key.changed").count() == 1


def test_a_fresh_key_in_the_place_of_a_lost_one_seals_nothing(
    key: SigningKey, tmp_path: Path, settings: Any
) -> None:
    ActFactory(at=NOW)
    seal(key)
    (tmp_path / "key.pem").unlink()
    said("audit_key")
    ActFactory(at=NOW)

    with pytest.raises(Refused, match="has not vouched for it"):
        seal(read_key(tmp_path / "key.pem"))

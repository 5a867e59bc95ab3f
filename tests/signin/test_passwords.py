"""What a new password may not be (ORG-3)."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from iom.signin.passwords import is_listed, without_words
from tests.signin.conftest import as_session

pytestmark = pytest.mark.django_db
LISTED = ["battery staple horse", "first of them", "last of all", "one more"]


@pytest.fixture
def breached(tmp_path: Path) -> Path:
    """A list as they are published: sorted hashes, each with how often it was seen."""
    file = tmp_path / "breached.txt"
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in LISTED)
    file.write_text("".join(f"{one}:{number}\r\n" for number, one in enumerate(hashes, start=1)))
    return file


@pytest.mark.parametrize("word", LISTED)
def test_every_password_of_the_list_is_found(breached: Path, word: str) -> None:
    assert is_listed(word, breached)


def test_a_password_that_is_not_on_the_list_is_not_found(breached: Path, tmp_path: Path) -> None:
    assert not any(is_listed(f"another {number}", breached) for number in range(200))
    (tmp_path / "empty").touch()
    assert not is_listed("anything", tmp_path / "empty")


def test_a_password_of_the_forces_file_is_refused(breached: Path, settings: Any) -> None:
    settings.BREACHED_PASSWORDS_FILE = str(breached)

    with as_session(), pytest.raises(ValidationError, match="become known"):
        validate_password("battery staple horse")


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("NorthmoorPolice2026!", True),
        ("northmoor-probation-7", True),
        ("Offender Management 1", True),
        ("correct horse battery", False),
        ("northmoor horse battery", False),
        ("x9#Lq2!vB7&z", False),
    ],
)
def test_words_of_the_force_make_no_password(world: dict[str, Any], password: str, refused: bool) -> None:
    with as_session():
        if refused:
            with pytest.raises(ValidationError, match="belong to the force"):
                validate_password(password)
        else:
            validate_password(password)


def test_the_longest_word_is_taken_out_first() -> None:
    assert without_words("Policeman1", {"police", "policeman"}) == " 1"

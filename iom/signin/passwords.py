"""The rules that a new password keeps besides those of Django."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from iom.agencies.models import Agency
from iom.kernel.rights import rights_of

LEFT_AT_LEAST = 8
SHORTEST_WORD = 4


class NotOurWords:
    """Takes out what anybody knows of the force; a password that leans on such words must be long without them."""

    def validate(self, password: str, user: object = None) -> None:
        with rights_of("iom_session"):
            names = " ".join(Agency.objects.values_list("name", flat=True)).lower().split()
        words = {word for word in (*settings.PASSWORD_WORDS, *names) if len(word) >= SHORTEST_WORD}
        left = without_words(password, words)
        if left != password.lower() and len(left.replace(" ", "")) < LEFT_AT_LEAST:
            raise ValidationError(
                "The password is made of words that belong to the force or this product. Use other words."
            )

    def get_help_text(self) -> str:
        return "Your password must not be made of words that belong to the force or this product."


def without_words(password: str, words: set[str]) -> str:
    """The password in small letters without these words, the longest first."""
    left = password.lower()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word.lower(), " ")
    return left


class NotBreached:
    """Asks the force's own list of breached passwords, a file or a function, where one is set."""

    def validate(self, password: str, user: object = None) -> None:
        path, file = settings.BREACHED_PASSWORDS, settings.BREACHED_PASSWORDS_FILE
        if (path and import_string(path)(password)) or (file and is_listed(password, Path(file))):
            raise ValidationError("This password has become known elsewhere. Choose another one.")

    def get_help_text(self) -> str:
        return "Your password must not be one that has become known elsewhere."


def is_listed(password: str, file: Path) -> bool:
    """Whether the SHA-1 of the password begins a line of the file, whose lines are sorted hashes in hexadecimal."""
    # The lists are published so; nothing is protected by this hash.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            start, line = _line_at(lines, middle)
            if line and line[: len(wanted)].upper() < wanted:
                low = start + len(line)
            else:
                high = middle
        return _line_at(lines, low)[1][: len(wanted)].upper() == wanted


def _line_at(lines: BinaryIO, place: int) -> tuple[int, bytes]:
    """The first line that begins at this place or behind it, and where it begins."""
    start = place
    if place:
        lines.seek(place - 1)
        start = place - 1 + len(lines.readline())
    lines.seek(start)
    return start, lines.readline()

"""What is hidden in a text, marked with [[double brackets]], and what the person gets to read (SHR-4)."""

import re
from collections.abc import Iterable

REMOVED = "[removed]"
MARKED = re.compile(r"\[\[(.+?)\]\]", re.S)
_STRAY = re.compile(r"\[\[|\]\]")
_LATIN = [chr(number) for number in (*range(0x41, 0x250), *range(0x1E00, 0x1F00))]
_UPPER = "".join(letter for letter in _LATIN if letter.isupper())
_LOWER = "".join(letter for letter in _LATIN if letter.islower())
_SHORT_FORMS = (
    "HMP|YOI|PNC|CRO|CRN|IOM|MAPPA|MARAC|DRR|ATR|RAR|GPS|NRM|NFA|OGRS|OASYS|HDC|ROTL|OFFICIAL|SENSITIVE|"
    "ACSO|GBH|ABH|TWOC|MOPI|UK|UTC"
)
_WORD = rf"(?!(?:{_SHORT_FORMS})\b)[{_UPPER}][{_UPPER}{_LOWER}'’-]+"
_PARTICLE = r"(?:(?:[A-Z]\.?|al|bin|da|de|der|di|du|el|la|le|van|von)[ \t]+)*"
# SMITH, John: a comma parts a name only behind capitals.
_NAME = re.compile(rf"\b{_WORD}(?:(?:[ \t]+|(?<=[{_UPPER}]),[ \t]+){_PARTICLE}{_WORD})+")


class BadMarks(ValueError):
    """The brackets do not pair, or the text between them was altered."""


def unmarked(marked: str) -> str:
    """The text without its brackets."""
    return MARKED.sub(lambda found: found.group(1), marked)


def passages(marked: str) -> list[str]:
    """What the brackets hide."""
    return MARKED.findall(marked)


def check(marked: str, original: str) -> str:
    """The marked text, if it is the original with nothing but brackets added."""
    marked, original = marked.replace("\r\n", "\n").strip(), original.replace("\r\n", "\n").strip()
    if _STRAY.search(MARKED.sub("", marked)) or any(_STRAY.search(part) for part in passages(marked)):
        raise BadMarks("Put [[ before and ]] after each passage to hide")
    if unmarked(marked) != original:
        raise BadMarks("Do not change the words: only put [[ and ]] around what must be hidden")
    if not passages(marked):
        raise BadMarks("Put [[ and ]] around what must be hidden, or choose to give it as it is")
    return marked


def shown(marked: str) -> str:
    """What the person reads: every hidden passage replaced by the same word, whatever its length."""
    return MARKED.sub(REMOVED, marked)


def mark(text: str, names: Iterable[str]) -> str:
    """The text with brackets around each of the names, the longest first, never inside another mark."""
    wanted = sorted({name.strip() for name in names if len(name.strip()) > 2}, key=len, reverse=True)
    if not wanted:
        return text
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in wanted))
    return pattern.sub(lambda found: f"[[{found.group(0)}]]", text)


def names_in(text: str, known: Iterable[str]) -> list[str]:
    """What reads like the name of somebody: words with capitals beside each other, less those that are known.

    What is known by several words is taken out whole, or its halves would be names: "Drug and Alcohol Service".
    """
    allowed = {name.lower() for name in known}
    phrases = sorted((re.escape(name) for name in allowed if " " in name), key=len, reverse=True)
    if phrases:
        text = re.sub(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", " . ", text, flags=re.IGNORECASE)
    found = []
    for match in _NAME.finditer(text):
        name = match.group(0)
        if name.lower() not in allowed and not all(
            word.lower() in allowed for word in name.replace(",", " ").split()
        ):
            found.append(name)
    return sorted(set(found))

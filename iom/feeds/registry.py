"""The kinds of feed that the installed apps declare."""

from iom.feeds.kinds import FeedKind, Load
from iom.kernel.errors import NotFound

_kinds: dict[str, FeedKind] = {}


def register(kind: FeedKind) -> None:
    """Add a kind; called once from the owning app's `ready()`."""
    known = _kinds.get(kind.name)
    if known is not None and known.columns != kind.columns:
        raise ValueError(f"Two apps declare the feed {kind.name!r}.")
    _kinds.setdefault(kind.name, kind)


def follow(name: str, load: Load) -> None:
    """Let another app take rows of its own from each good row of a kind (custody spells give scoring events)."""
    kind = _kinds[name]
    if load not in kind.follow_ons:
        kind.follow_ons.append(load)


def kinds() -> tuple[FeedKind, ...]:
    """All kinds, persons first, in the order in which a full set of extracts is loaded."""
    return tuple(sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name)))


def title_of(name: str) -> str:
    """What the kind is called; the name itself of a kind that no app declares any more."""
    return _kinds[name].title if name in _kinds else name


def find(name: str) -> FeedKind:
    try:
        return _kinds[name]
    except KeyError:
        raise NotFound from None

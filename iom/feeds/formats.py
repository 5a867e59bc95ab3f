"""The formats of the feeds as a table for people, made from the same declarations that the import checks by."""

from collections.abc import Iterator

from iom.feeds.kinds import FeedKind
from iom.feeds.registry import kinds


def as_markdown() -> str:
    """A section for each kind of feed: its columns, which must be filled, their form and meaning."""
    return "\n".join(line for kind in kinds() for line in _section(kind))


def _section(kind: FeedKind) -> Iterator[str]:
    yield f"### `{kind.name}`: {kind.title}"
    yield ""
    if kind.notes:
        yield kind.notes
        yield ""
    yield f"One row is known by `{'`, `'.join(kind.key)}`."
    yield ""
    yield "| column | filled | form | what it holds |"
    yield "|---|---|---|---|"
    for column in kind.columns:
        yield f"| `{column.name}` | {'always' if column.required else ''} | {column.form} | {column.meaning} |"
    yield ""

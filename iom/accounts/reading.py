"""Where the roles page learns what each role reads: a higher app says it."""

READERS: list[str] = []


def register_readers(path: str) -> None:
    """Say what tells, for a tuple of roles, what each reads; a dotted path, called in an app's `ready()`."""
    READERS[:] = [path]

"""Who works on a person's case, asked of the apps that know: they stay able to see a record that is restricted."""

from django.utils.module_loading import import_string

_keepers: list[str] = []


def register_keepers(path: str) -> None:
    """Add a function `(person_id) -> user ids` by its dotted path; called from an app's `ready()`."""
    if path not in _keepers:
        _keepers.append(path)


def keepers_of(person_id: int) -> list[int]:
    """Everybody who works on the person's case now."""
    return sorted({user_id for path in _keepers for user_id in import_string(path)(person_id)})

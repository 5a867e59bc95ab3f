"""What becomes of each table's rows when two records of a person are merged (PER-1).

Rows that name the person move to the record that is kept, and go back when the merge is taken back. A table whose rows
stay where they are says why, in `<app>/merging.py`.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from iom.kernel.compartments import ours

_staying: dict[str, str] = {}


def stays(model: str, reason: str) -> None:
    """Leave the rows of this table with the record that they were written for."""
    _staying[model] = reason


@cache
def staying() -> dict[str, str]:
    """The tables whose rows stay, with the reason."""
    for config in ours():
        if config.name != "iom.kernel" and find_spec(f"{config.name}.merging"):
            import_module(f"{config.name}.merging")
    return dict(_staying)

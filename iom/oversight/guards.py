"""What the database itself does for oversight."""

from pathlib import Path


def statements() -> list[str]:
    return [Path(__file__).with_name("guards.sql").read_text()]

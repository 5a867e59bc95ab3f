"""What the database itself does for the audit: stamps each row, refuses to change one, disposes by decision."""

from pathlib import Path

SEALS_SQL = Path(__file__).with_name("seals.sql")


def statements() -> list[str]:
    return [SEALS_SQL.read_text()]

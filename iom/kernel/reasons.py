"""How long a reason is at least: whoever reads the audit should learn something from it (SHR-3)."""

SHORTEST_REASON = 10
"""Characters, spaces around them left out; the functions of `authz` that take a reason ask for as many."""

"""How somebody outside a record's own district comes to see it: by name, by a search with a reason, in an emergency."""

from enum import StrEnum

MAX_SEARCH_HOURS = 72
MAX_EMERGENCY_HOURS = 12


class GrantKind(StrEnum):
    NAMED = "named"
    SEARCH = "search"
    BREAK_GLASS = "break_glass"


class GrantBasis(StrEnum):
    """Why somebody was named, where that ends the naming by itself."""

    NONE = ""
    CASE_MANAGER = "case_manager"
    RESTRICTED = "restricted"


GRANT_KINDS = [
    (GrantKind.NAMED.value, "By name"),
    (GrantKind.SEARCH.value, "From another district"),
    (GrantKind.BREAK_GLASS.value, "In an emergency"),
]
GRANT_BASES = [
    (GrantBasis.NONE.value, "Named"),
    (GrantBasis.CASE_MANAGER.value, "Manages the case"),
    (GrantBasis.RESTRICTED.value, "Restricted the record"),
]
OPENINGS = (GrantKind.SEARCH, GrantKind.BREAK_GLASS)

"""The kinds of record a person's pages have a section for: which table, which compartment, who writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from iom.accounts.rules import Power
from iom.kernel.compartments import Compartment
from iom.records.models import (
    AgencyNote,
    ExploitationRecord,
    IntelligenceItem,
    OperationalTactic,
    Record,
    VictimRecord,
    YouthRecord,
)


@dataclass(frozen=True)
class Kind:
    """One kind of record; `noun` goes into sentences: "Add a note"."""

    code: str
    label: str
    noun: str
    model: type[Record]
    compartment: Compartment
    writes: Power
    empty: str
    children_only: bool = False


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "exploitation",
            "Exploitation",
            "a record of exploitation",
            ExploitationRecord,
            Compartment.EXPLOITATION,
            Power.WRITE_NOTES,
            "No exploitation is recorded.",
        ),
        Kind(
            "intelligence",
            "Intelligence",
            "an intelligence item",
            IntelligenceItem,
            Compartment.DISCLOSED,
            Power.WRITE_INTELLIGENCE,
            "No item is held that you may see.",
        ),
        Kind(
            "notes",
            "Notes",
            "a note",
            AgencyNote,
            Compartment.NOTE,
            Power.WRITE_NOTES,
            "No note of your agency, and none addressed to it.",
        ),
        Kind(
            "tactics",
            "Tactics",
            "a tactic",
            OperationalTactic,
            Compartment.OPERATIONS,
            Power.WRITE_TACTICS,
            "No disruption, enforcement or arrest is planned.",
        ),
        Kind(
            "victims",
            "Victims",
            "a victim",
            VictimRecord,
            Compartment.VICTIM,
            Power.MANAGE_CASE,
            "No victim is recorded.",
        ),
        Kind(
            "young-person",
            "Young person",
            "a child’s record",
            YouthRecord,
            Compartment.YOUTH,
            Power.WRITE_NOTES,
            "Nothing is recorded of school, family, care or orders.",
            children_only=True,
        ),
    )
}

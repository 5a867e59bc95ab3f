"""Why something is hidden or withheld, what the record says of it and what the person is told (DPA 2018, section 45).

The restriction must be necessary and proportionate (section 45(4)); the person is told that there is one and why
(section 45(5)) unless telling would undo it (section 45(6)): such a ground is silent. The reason is always recorded
(section 45(7)).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ground:
    """One reason: its clause, its words for staff, and what the person is told; nothing when it is silent."""

    code: str
    clause: str
    words: str
    told: str = ""

    @property
    def silent(self) -> bool:
        return not self.told


GROUNDS: dict[str, Ground] = {
    ground.code: ground
    for ground in (
        Ground("own_data", "s.45(1)", "The person's own data"),
        Ground(
            "third_party",
            "s.45(4)(e)",
            "Names or describes somebody else",
            "It would show information about somebody else.",
        ),
        Ground("victim", "s.45(4)(e)", "About a victim"),
        Ground(
            "intelligence",
            "s.45(4)(b)",
            "Police intelligence: telling of it could harm prevention or detection",
        ),
        Ground(
            "operation", "s.45(4)(b)", "Police operation: telling of it could harm prevention or detection"
        ),
        Ground(
            "opinion",
            "s.45(4)(b)",
            "An opinion of the person that weighs risk: read before it is given",
            "It would harm the prevention or detection of crime.",
        ),
        Ground(
            "other_controller",
            "s.45(1), joint working",
            "Held for another agency, which answers for it",
            "It belongs to another organisation. Ask that organisation for it.",
        ),
        Ground(
            "clinical",
            "s.45(4)(e)",
            "Another agency's note on health or treatment",
            "It belongs to another organisation. Ask that organisation for it.",
        ),
        Ground(
            "staff",
            "s.45(4)(e)",
            "Names a member of staff below the rank that is named",
            "It would name a member of staff.",
        ),
    )
}

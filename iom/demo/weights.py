"""How often what happens in the fictional force: offences, outcomes, gradings, and a quick weighted choice."""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random

# Home Office codes by what a person tends to do, with how often.
ACQUISITIVE = (
    ("04600", 34), ("02803", 9), ("02802", 5), ("03002", 8), ("04510", 13), ("04801", 7), ("03900", 4), ("03401", 4),
    ("12600", 6), ("04910", 6), ("05304", 2), ("03300", 2),
)  # fmt: skip
VIOLENT = (
    ("00806", 20),
    ("10501", 30),
    ("00801", 5),
    ("00826", 9),
    ("12509", 16),
    ("06601", 4),
    ("14900", 12),
    ("05602", 1),
    ("00501", 2),
)
DRUGS = (("09250", 12), ("09251", 12), ("09254", 10), ("07751", 8), ("09259", 5), ("00826", 4), ("04600", 6))
DOMESTIC = (
    ("10501", 34), ("00806", 20), ("14900", 12), ("19512", 5), ("00830", 7), ("00867", 7), ("00877", 4), ("00301", 4),
    ("00865", 4), ("00801", 2), ("01908", 1), ("03601", 1),
)  # fmt: skip
FIREARMS = (("08117", 6), ("00823", 3), ("00826", 5), ("07751", 5), ("00801", 2))
UNMAPPED = ("99801", "99802", "77777")
SERIES_CODES = {code for code, _ in ACQUISITIVE}
GRADES = (
    ("2B", 38),
    ("1B", 14),
    ("2C", 12),
    ("2D", 10),
    ("1A", 5),
    ("2A", 7),
    ("1C", 5),
    ("3B", 3),
    ("3D", 3),
    ("2E", 1),
    ("1D", 2),
)
ETHNICITIES = (
    ("W1", 70),
    ("W9", 5),
    ("W2", 1),
    ("M1", 3),
    ("M9", 1),
    ("A2", 7),
    ("A3", 2),
    ("B1", 3),
    ("B2", 4),
    ("O9", 1),
    ("NS", 3),
)
PROFILES: dict[str, tuple[tuple[tuple[str, int], ...], str]] = {
    "acquisitive": (ACQUISITIVE, "acquisitive"),
    "violent": (VIOLENT, "other"),
    "drugs": (DRUGS, "drugs"),
    "domestic": (DOMESTIC, "da"),
    "firearms": (FIREARMS, "firearms"),
}
SURGE_CODES = ("02803", "02802", "03401", "04801", "03900", "02803")

# Scoring categories of a large population, made without the mapping of codes (iom/demo/mass.py).
MASS_CRIMES = (
    ("shoplifting", 26), ("violence_without_injury", 17), ("violence_with_injury", 12), ("other_theft", 12),
    ("criminal_damage", 11), ("public_order", 11), ("burglary_residential", 7), ("theft_from_vehicle", 7),
    ("drug_possession", 6), ("burglary_business", 4), ("theft_of_vehicle", 4), ("robbery_personal", 3),
    ("weapon_bladed", 3), ("drug_supply", 2), ("fraud", 2), ("theft_from_person", 2), ("vehicle_interference", 2),
    ("firearms", 1), ("arson", 1), ("other", 2),
)  # fmt: skip
DOMESTIC_CATEGORIES = (
    ("common_assault", 9), ("assault_injury", 6), ("harassment", 5), ("criminal_damage", 4), ("coercive_control", 2),
    ("threats_to_kill", 2), ("stalking", 2), ("strangulation", 1), ("gbh", 1), ("other", 1),
)  # fmt: skip
# Family and category of everything that is no crime.
MASS_OTHERS = (
    (("intelligence", "acquisitive"), 17), (("intelligence", "drugs"), 11), (("intelligence", "other"), 6),
    (("intelligence", "cse"), 1), (("intelligence", "firearms"), 1), (("intelligence", "organised_crime"), 1),
    (("substance", "positive_cocaine"), 3), (("substance", "positive_opiate_and_cocaine"), 2),
    (("substance", "negative"), 3), (("substance", "refused"), 1), (("custody", "release"), 4),
    (("custody", "recall"), 1),
    (("custody", "licence_breach"), 1), (("conviction", "relevant"), 5), (("arrest_other", "breach_bail"), 2),
    (("arrest_other", "recall_or_warrant"), 1), (("incident", "dash_standard"), 2), (("incident", "dash_high"), 1),
    (("incident", "missing_child_found_with"), 1), (("breach", "nmo_or_ro"), 1), (("breach", "bail"), 1),
)  # fmt: skip
FIRST_STAGES = (("suspect", 4), ("arrested", 3), ("charged", 1))
OUTCOMES = (
    ("charged", 8), ("convicted", 7), ("nfa", 7), ("out_of_court_disposal", 3), ("nfa_victim_not_supporting", 3),
    ("acquitted", 1), ("eliminated", 1), ("no_crime", 1), ("arrested", 1),
)  # fmt: skip


class Pick:
    """A weighted choice that is quick to make many times."""

    def __init__(self, pairs: Sequence[tuple[str, int]]) -> None:
        self.words = [word for word, _ in pairs]
        self.sums = list(accumulate(weight for _, weight in pairs))

    def __call__(self, rng: Random) -> str:
        return self.words[bisect(self.sums, rng.random() * self.sums[-1])]

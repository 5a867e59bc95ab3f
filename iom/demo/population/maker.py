"""What every part of the making of a population stands on: its size, its days, its seed."""

from datetime import date, timedelta
from random import Random

from iom.demo.force import DISTRICTS
from iom.demo.weights import ETHNICITIES, GRADES, PROFILES, Pick

SPAN_DAYS = 5 * 365


class Maker:
    """Holds one population's numbers; the same numbers and seed give the same rows."""

    def __init__(self, *, persons: int, events: int, seed: int, as_of: date) -> None:
        self.size, self.goal, self.as_of = persons, events, as_of
        self.rng = Random(seed)
        self.start = as_of - timedelta(days=SPAN_DAYS)
        self.last_day = SPAN_DAYS - 1
        self.days = [(self.start + timedelta(days=n)).isoformat() for n in range(SPAN_DAYS + 1)]
        self.ending = [f"T{hour:02d}:{minute:02d}" for hour in range(24) for minute in (5, 20, 35, 50)]
        self.pick = {name: Pick(codes) for name, (codes, _) in PROFILES.items()}
        self.pick_grade, self.pick_ethnicity = Pick(GRADES), Pick(ETHNICITIES)
        self.pick_unit = Pick([(unit.code, unit.share) for unit in DISTRICTS])
        self.units = {unit.code: unit for unit in DISTRICTS}
        self.number = 0

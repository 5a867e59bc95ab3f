"""A believable, seeded population written as extract files in the feed formats (PER-1, INT-1).

Offending is skewed: a few people commit much of it, in series, with spells in prison between. The same numbers and
seed give the same files. Rows are written person by person, so that memory stays flat whatever the size.
"""

import csv
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from iom.demo.population.files import HEADERS, Files
from iom.demo.population.lives import LifeMaker
from iom.demo.population.others import OtherMaker
from iom.demo.population.people import PeopleMaker


class Population(PeopleMaker, LifeMaker, OtherMaker):
    """The making of one population; `write` is the only door."""

    def write(self, out: Path, *, with_faults: bool = False) -> dict[str, int]:
        """Write all files into a folder; returns the rows of each; `with_faults` adds a few to reject."""
        out.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = Files({}, dict.fromkeys(HEADERS, 0))
            for kind, header in HEADERS.items():
                handle = stack.enter_context((out / f"{kind}.csv").open("w", encoding="utf-8", newline=""))
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerow(header)
                files.writers[kind] = writer.writerow
            people = [self._person(number, files) for number in range(self.size)]
            self._lives(people, files)
            self._others(people, files)
            if with_faults:
                self._faults(people, files)
        return files.counts


def generate(
    out: Path, *, persons: int, events: int, seed: int, as_of: date, with_faults: bool = False
) -> dict[str, int]:
    """Write a population's extract files into a folder; returns the number of rows of each kind."""
    return Population(persons=persons, events=events, seed=seed, as_of=as_of).write(
        out, with_faults=with_faults
    )

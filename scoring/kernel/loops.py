"""Where the compiled loops are had from: their compiler takes memory that only who prices should pay for."""

import subprocess
import sys
from types import ModuleType

import numpy as np
from django.conf import settings

from iom.kernel.late import late
from scoring.kernel.shapes import FOUND, KIND, SENT, WEIGHT, Asked


def loops() -> ModuleType:
    """The module `scoring.kernel.compiled`; the first call in a process takes about a second."""
    return late("scoring.kernel.compiled")


def warm_up() -> None:
    """Load the loops; what this machine has not compiled yet a process compiles that gives its memory back."""
    if not loops().KEPT.exists():
        subprocess.run([sys.executable, "manage.py", "compile_loops"], cwd=settings.BASE_DIR, check=True)
    run_over_nothing()


def run_over_nothing() -> None:
    """Each loop once over no events, which compiles it or loads what was compiled."""
    none, compiled = np.zeros(0, np.int64), loops()
    compiled.look_up(np.zeros(2, np.int64), np.full(2, -1), none)
    events, _, starts = compiled.list_events(np.zeros(0, SENT), none, np.zeros(0, KIND), 0, 0, 0, 0)
    compiled.price_people(
        np.zeros(0, WEIGHT), none, Asked(*[0] * len(Asked._fields)), events, starts, none, np.zeros(0, FOUND),
        np.zeros((0, 0), np.int64), none,
    )  # fmt: skip

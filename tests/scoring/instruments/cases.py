"""The published cases, and a person to start from."""

import csv
from datetime import date
from pathlib import Path

from scoring.instruments.rules.ogrs3 import Ogrs3Inputs
from scoring.instruments.rules.predictors import PredictorInputs
from scoring.instruments.rules.vocabulary import Sex

VECTORS = Path(__file__).parent / "vectors"
ASSESSED_ON = date(2025, 10, 3)

OGRS3 = Ogrs3Inputs(
    sex=Sex.MALE,
    born_on=date(1975, 4, 29),
    convicted_on=date(2009, 2, 19),
    followed_from=date(2020, 1, 14),
    sanctions=22,
    first_age=17,
    ho_code="09230",
)
PREDICTORS = PredictorInputs(
    sex=Sex.FEMALE,
    born_on=date(1980, 6, 17),
    ho_code="02801",
    sanctions=3,
    violent_sanctions=2,
    first_sanction_on=date(2007, 6, 17),
    last_sanction_on=date(2019, 6, 17),
    community_on=date(2019, 6, 17),
    assessed_on=ASSESSED_ON,
)


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="") as file:
        return list(csv.DictReader(file))

"""The instruments, their versions and bands, and the words for a sex (scoring.md 4)."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum


class Instrument(StrEnum):
    OGRS3 = "OGRS3"
    ARP = "ARP"
    VRP = "VRP"
    SVRP = "SVRP"


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class Band(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    VERY_HIGH = "VERY_HIGH"


NAMES: Mapping[str, str] = {
    Instrument.OGRS3: "Offender Group Reconviction Scale 3",
    Instrument.ARP: "All reoffending predictor, static form",
    Instrument.VRP: "Violent reoffending predictor, static form",
    Instrument.SVRP: "Serious violent reoffending predictor, static form",
}
# The published code that each formula is read from: ministryofjustice/hmpps-arns-risk-actuarial-api.
VERSIONS: Mapping[str, str] = {
    Instrument.OGRS3: "1.0, published code 52792f49",
    Instrument.ARP: "static, published code 016919c5",
    Instrument.VRP: "static, published code 016919c5",
    Instrument.SVRP: "static, published code 016919c5",
}
BAND_WORDS: Mapping[str, str] = {
    Band.LOW: "Low",
    Band.MEDIUM: "Medium",
    Band.HIGH: "High",
    Band.VERY_HIGH: "Very high",
}
# From which percentage on; a percentage on the line is in the higher band.
BANDS_FROM: Mapping[str, tuple[tuple[Decimal, Band], ...]] = {
    instrument: tuple(zip(map(Decimal, bounds), (Band.VERY_HIGH, Band.HIGH, Band.MEDIUM), strict=True))
    for instrument, bounds in (
        (Instrument.OGRS3, ("90", "75", "50")),
        (Instrument.ARP, ("90", "75", "50")),
        (Instrument.VRP, ("80", "60", "30")),
        (Instrument.SVRP, ("6.9", "3", "1")),
    )
}


def band_of(instrument: Instrument, percent: Decimal | int) -> Band:
    """The band of a percentage: of OGRS3 the two-year one in whole percent, of the others one to two places."""
    return next((band for bound, band in BANDS_FROM[instrument] if percent >= bound), Band.LOW)

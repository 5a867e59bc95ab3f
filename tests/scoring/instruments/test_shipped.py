"""The published numbers the product ships are those that were published (SCO-6)."""

import hashlib
import re
from decimal import Decimal

from scoring.instruments import shipped
from scoring.instruments.rules.vocabulary import Instrument

HASHES = {
    shipped.WEIGHTS: "f4ec5447c1fc94209a252ccfeb470b2129d2c834e3497b49559e61e221da5f94",
    shipped.COEFFICIENTS: "18c52d86b7a7f4d2c616b5cea09d0b26c075f9ee15ecd44149881796fabbce3d",
    shipped.OFFENCE_CODES: "743741224d921855ff48a3b966e30165fc7514e350d8ba65a38d82e39d66ae23",
}


def test_the_files_are_as_they_were_taken_over_and_the_readme_says_whence() -> None:
    readme = (shipped.DATA / "README.md").read_text()

    for name, fingerprint in HASHES.items():
        assert hashlib.sha256((shipped.DATA / name).read_bytes()).hexdigest() == fingerprint
        line = next(line for line in readme.splitlines() if f"`{name}`" in line)
        assert f"`{fingerprint[:8]}`" in line
    assert "MIT" in readme


def test_each_code_has_a_weight_or_asks_for_more_or_has_none() -> None:
    weights = shipped.ogrs3_weights()

    assert len(weights) == 3028 - 15
    assert sorted(code for code, weight in weights.items() if weight == 999) == ["08800", "11100", "14100"]
    assert max(weight for weight in weights.values() if weight != 999) == Decimal("0.7606")
    assert all(re.fullmatch("[0-9]{5}", code) for code in weights)


def test_each_code_with_a_category_has_a_coefficient_in_every_predictor() -> None:
    tables = shipped.predictor_tables()

    assert set(tables.coefficients) == {Instrument.ARP, Instrument.VRP, Instrument.SVRP}
    assert len(tables.categories) == 3039 - 2
    for of in tables.coefficients.values():
        assert set(tables.categories.values()) == set(of.offences)

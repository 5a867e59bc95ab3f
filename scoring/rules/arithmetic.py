"""Exact arithmetic of the score (SCO-1): whole numbers only, half-up in one place.

Points are integers in hundredths of a point, factors in hundredths, decay in millionths.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

HUNDREDTHS = 100
MILLIONTHS = 1_000_000
# 2^(-days / half-life) is irrational almost everywhere; fifty digits settle every sixth decimal.
_EXACT = Context(prec=50, rounding=ROUND_HALF_UP)


def half_up(amount: int, unit: int) -> int:
    """amount / unit to the nearest whole number, halves upwards. Both are whole and not negative."""
    return (2 * amount + unit) // (2 * unit)


def half_up_sql(amount: str, unit: int) -> str:
    """The same rounding as an SQL expression: `unit` is even, `amount` a bigint that is not negative."""
    return f"(({amount}) + {unit // 2}) / {unit}"


def decay_millionths(half_life: int, days: int) -> int:
    """2^(-days / half_life) in millionths, half up (scoring.md 2.4)."""
    halvings = _EXACT.divide(Decimal(days), Decimal(half_life))
    share = _EXACT.power(Decimal(2), -halvings)
    return int((share * MILLIONTHS).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def points_hundredths(base: int, factor_hundredths: int, decay: int) -> int:
    """base x factor x decay in hundredths of a point; base in whole points, decay in millionths."""
    return half_up(base * factor_hundredths * decay, MILLIONTHS)


# A point value fits an integer, whose sums are bigint; sums of bigint would be numeric, and slow.
POINTS_SQL = f"({half_up_sql('base::bigint * factor_hundredths * decay_millionths', MILLIONTHS)})::int"


def published_points(raw_hundredths: int) -> int:
    """The whole-point score that every rule and every screen uses."""
    return half_up(raw_hundredths, HUNDREDTHS)


def to_hundredths(text: str) -> int:
    """'0.40' -> 40. Raises ValueError when the number is negative or has more than two decimals."""
    value = Decimal(text) * HUNDREDTHS
    if not value.is_finite() or value < 0 or value != value.to_integral_value():
        raise ValueError(f"{text!r} is not a number with at most two decimals, zero or more")
    return int(value)


def as_text(hundredths: int) -> str:
    """8553 -> '85.53', -9000 -> '-90.00'."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def decay_as_text(millionths: int) -> str:
    """890899 -> '0.890899'."""
    return f"{millionths // MILLIONTHS}.{millionths % MILLIONTHS:06d}"

"""Amounts inside a formula and on paper: rounding to a cent once, and yuan as people write them."""

from decimal import ROUND_HALF_UP, Decimal


def rounded_cents(amount: Decimal) -> int:
    """A reckoned amount of cents, half up to a whole cent."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def yuan(cents: int) -> str:
    """An amount in yuan with two decimals."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def plain(number: Decimal) -> str:
    """A number without exponent and without zeros that say nothing: ``15.25``, ``9``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

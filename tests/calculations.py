"""A question to each calculator that has an answer, for tests that ask all of them."""

from typing import Any

RIGHT: dict[str, dict[str, Any]] = {
    "retirement_date": {"birth": "1965-05", "kind": "M", "contributed_months": 150},
    "pension": {
        "birth": "1965-05-06",
        "kind": "M",
        "retire_month": 202507,
        "paid_months": 300,
        "deemed_months": 60,
        "average_index": "0.85",
        "account_cents": 12_000_000,
    },
    "interest": {
        "opening_cents": 5_000_000,
        "monthly_cents": 48_000,
        "first_year": 2024,
        "last_year": 2025,
        "retire_month": 202606,
    },
    "late_fee": {"principal_cents": 1_000_000, "due_on": "2025-12-31", "paid_on": "2026-04-10"},
    "survivor_benefit": {"died_on": "2026-10-01", "contributed_months": 255},
    "transfer_amount": {
        "opening_cents": 5_000_000,
        "first_month": 202401,
        "last_month": 202412,
        "base_cents": 400_000,
    },
    "back_payment": {
        "first_month": 202601,
        "last_month": 202603,
        "wage_cents": 500_000,
        "paid_on": "2026-04-10",
    },
}


def nth(number: int) -> dict[str, Any]:
    """The question to the calculator that stands at this place."""
    return list(RIGHT.values())[number % len(RIGHT)]

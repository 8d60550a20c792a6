"""A pension of forty years: 480 contribution months to three components with their derivation, in memory.

It must take less than 5 ms, and grow no faster than the months: it is reckoned at acceptance and again at
every sign-off. Beside it a long back-payment, each month of which has a late fee of its own.
"""

from datetime import date

from benchmarks._office import compared, median, say
from register import months, pension
from register.parameters import Parameters
from register.records import PersonRecord
from register.rules import back_payment
from tests import example_records

LIMIT_S = 0.005
RETIRES = 202611
LONG, SHORT = 480, 120


def insured(count: int) -> PersonRecord:
    """Somebody of sixty with so many paid months up to the retirement."""
    first = months.shifted(RETIRES, -count)
    paid = {"from": first, "count": count, "base_cents": 500_000}
    found = example_records.records({"birth": "1966-05-20", "months": paid}, date(2026, 11, 2))
    assert found.person is not None
    assert len(found.person.months) == count
    return found.person


def main() -> None:
    """Measure in turns and print the ratios."""
    long, short = insured(LONG), insured(SHORT)

    def whole() -> None:
        found = pension.of_person(long, RETIRES, Parameters())
        assert found.monthly_cents > sum(found.components.values()) // 2
        assert len(found.derivation) > 5

    def part() -> None:
        pension.of_person(short, RETIRES, Parameters())

    def owed() -> None:
        declared = {months.shifted(201905, step): 500_000 for step in range(80)}
        found = back_payment.assessed(declared, date(2026, 11, 2), Parameters())
        assert len(found.owed) == len(declared)
        assert found.needed == "legal"

    longer, shorter = compared(whole, part, rounds=7, counts=(200, 200))
    took = median(longer, "cpu")
    more = f"{took * 1e3:.2f} ms"
    say(f"a pension of {LONG} months, times less than 5 ms", LIMIT_S / took, 1, 5, more)
    grown = took / median(shorter, "cpu")
    say("its growth, times less than that of the months", LONG / SHORT / grown, 1, 1.2)
    both, _ = compared(owed, part, rounds=5, counts=(20, 20))
    took = median(both, "cpu")
    say(
        "a back-payment of 80 months, times less than 50 ms",
        0.05 / took,
        1,
        5,
        f"{took * 1e3:.1f} ms",
    )


if __name__ == "__main__":
    main()

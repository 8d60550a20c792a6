"""When a million cases are due: looked up for a sweep, and told day by day for an acceptance.

Cases of three years of days, each with two clocks, a third of them with a stop; no database. Measured beside
the same number of bare calls. ``python benchmarks/deadlines.py 10000`` counts fewer.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from engine.defining.guides import Basis, StatutoryLimit, TimeLimit
from engine.timing.clocks import BOTH, Stop, Terms

CASES = 1_000_000
AIM_SECONDS = 60
TOLD_PART = 100
BASIS = Basis(title="社会保险经办条例", article="第十八条", source="国务院令第765号", verified=True)
LAW = StatutoryLimit(days=20, unit="working_days", basis=BASIS)
LIMIT = TimeLimit(days=20, promised_days=15, basis=BASIS, statutory=LAW)
BEGINS = datetime(2023, 1, 3, 2, tzinfo=UTC)
DAYS = 1000


def main(count: int = CASES) -> None:
    """Measure and print."""
    made = cases(min(count, 3 * DAYS))
    floor = timed(made, count, lambda one: one.accepted_at)
    looked_up = timed(made, count, lambda one: fresh(one).due_on)
    told = timed(made, count // TOLD_PART, lambda one: fresh(one).deadline())
    print(
        f"{count} due days looked up in {looked_up:.1f} s, {looked_up / count * 1e6:.1f} µs each "
        f"({looked_up / floor:.0f} times a bare call); told with their derivation "
        f"{told / (count // TOLD_PART) * 1e6:.0f} µs each: "
        f"{'reaches the aim' if looked_up <= AIM_SECONDS else 'BELOW THE AIM'}"
    )


def cases(count: int) -> Sequence[Terms]:
    """So many cases, a day apart, every third with a week's stop."""
    return [_case(number) for number in range(count)]


def _case(number: int) -> Terms:
    begun = BEGINS + timedelta(days=number % DAYS)
    stop = Stop(1, "appraisal", BOTH, begun + timedelta(days=3), begun + timedelta(days=10), "D101")
    return Terms(begun, begun, instant=False, limit=LIMIT, stops=() if number % 3 else (stop,))


def fresh(one: Terms) -> Terms:
    """The same case as if it had just been read: nothing of it is remembered."""
    return Terms(one.received_at, one.accepted_at, one.instant, one.limit, one.stops)


def timed(made: Sequence[Terms], count: int, work: Callable[[Terms], object]) -> float:
    """The seconds of a processor that it takes for so many, the cases again and again."""
    begun = time.process_time_ns()
    for number in range(count):
        work(made[number % len(made)])
    return (time.process_time_ns() - begun) / 1e9


if __name__ == "__main__":
    main(*(int(said) for said in sys.argv[1:]))

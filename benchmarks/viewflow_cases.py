"""Whole level-1 cases a second, durable: ours with everything beside django-viewflow with its own.

Theirs keeps process and task rows through Django's ORM, one transaction a step; authority, validation,
posting, sign-offs, journal and documents are left out. Both databases as durable as the office's own.
"""

from benchmarks import _viewflow
from benchmarks._office import compared, median, offices
from benchmarks._viewflow_case import ViewflowCases
from benchmarks.durable_cases import ours

ROUNDS, OURS, THEIRS = 7, 8, 8


def main() -> None:
    """Both databases, in turns."""
    with offices() as places:
        for place in places:
            _viewflow.open_on(place.beside_url)
            theirs = ViewflowCases()
            mine = ours(place, place.persons(ROUNDS * OURS + 3))
            for _ in range(3):
                mine()
                theirs.case()
            rounds, others = compared(mine, theirs.case, rounds=ROUNDS, counts=(OURS, THEIRS))
            print(
                f"durable level-1 cases, times django-viewflow, {place.kind}: "
                f"{median(others) / median(rounds):.3g}. {1 / median(rounds):.0f} cases/s (CPU "
                f"{median(rounds, 'cpu') * 1e3:.1f} ms) against {1 / median(others):.0f} (CPU "
                f"{median(others, 'cpu') * 1e3:.1f} ms)"
            )


if __name__ == "__main__":
    main()

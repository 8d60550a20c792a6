"""What the plain count of the board asks of one case or of some times, as slowly."""

from datetime import date, datetime

from engine.record import Case


def standing(case: Case) -> set[str]:
    """The clocks of a case that stand still."""
    stops = case.deadline.get("stops", ())
    return {name for stop in stops if stop["ended_at"] is None for name in stop["clocks"]}


def running_until(case: Case) -> date | None:
    """The day by which the clocks that run want a case; None where none runs."""
    alone = {"promised": {"due_on": case.due_on.isoformat()}}
    counted = case.deadline.get("clocks") or alone
    still = standing(case)
    days = [said["due_on"] for name, said in counted.items() if name not in still]
    return date.fromisoformat(min(days)) if days else None


def whole(moment: datetime) -> int:
    """The second in which a moment lies."""
    return int(moment.timestamp() // 1)


def figures(taken: list[int] | None) -> dict[str, int] | None:
    """The smallest figure that half, or nine of ten, stay at or below."""
    if not taken:
        return None

    def rank(of_ten: int) -> int:
        return min(
            one for one in taken if 10 * sum(other <= one for other in taken) >= of_ten * len(taken)
        )

    return {"count": len(taken), "median_seconds": rank(5), "p90_seconds": rank(9)}

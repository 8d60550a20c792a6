"""The words of the matcher: each compares one column of a policy row with one value of the request.

They know no state, so that the matcher and the search for a refusal's reason share them.
"""

from collections.abc import Sequence

ANY = "*"
NONE = "-"
# The route of the office's own registers (grants), by the risk table's word for it.
REGISTRATION = "registration"
_BETWEEN = "|"


def fits(wanted: str, given: str) -> bool:
    """Whether a value is what the row asks for; ``*`` asks for nothing."""
    return wanted in (ANY, given)


def routed(wanted: str, given: str) -> bool:
    """Whether a row is for a route; ``*`` is every route of business, never that of the registers.

    What comes with a post at the counter or in the back office has nothing to do with who may do what.
    """
    return wanted == given or (wanted == ANY and given != REGISTRATION)


def reaches(reach: str, place: str, agency: str, lineage: Sequence[str]) -> bool:
    """Whether a right held at ``place`` is good at ``agency``, whose superiors ``lineage`` lists.

    ``lineage`` begins with the agency itself; ``next`` reaches one office down and no further.
    """
    return (
        agency == place
        or (reach == "tree" and place in lineage)
        or (reach == "next" and place in lineage[1:2])
    )


def serves(served: str, category: str) -> bool:
    """Whether the categories that a right is bound to contain the business's own."""
    return served == ANY or category in served.split(_BETWEEN)


def listed(categories: Sequence[str]) -> str:
    """Categories as a row writes them for ``serves``; of none there is none that it serves."""
    return _BETWEEN.join(categories) or NONE


def covers(limit: str, amount_cents: int) -> bool:
    """Whether an amount is within a grant's limit (cents); ``*`` is none."""
    return limit == ANY or amount_cents <= int(limit)

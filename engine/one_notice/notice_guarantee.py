"""The guarantee of the one notice (一次性告知): what could have been said at first is not asked for later.

Whether an item *could* have been said is worked out from what the case said when an earlier notice was given:
a material that was then just as it is now (the same scan, or just as missing), a field that held the same
value. Nobody's word is taken for it. Source: 宁社保发[2014]24号 二(一) 一次性告知制.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.one_notice.faults import FIELD, MATERIAL, key

# By item what the case says of it; what isn't there at all stands as None.
States = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier notice of the case: what it named, and what the case said then."""

    named: frozenset[str]
    said: States


def late(named: Collection[str], said: States, earlier: Sequence[Earlier]) -> list[str]:
    """Of what a notice names, the items an earlier one kept back; in order.

    An item is late where some earlier notice found it just as it is now and none that did named it. What was
    named before and is still so is said again, which takes nothing from the applicant; what changed since
    is new.
    """
    return sorted(item for item in set(named) if _kept_back(item, said.get(item), earlier))


def states(form: Mapping[str, Any], materials: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a cycle of a case says of each material and field, as notices compare it.

    Of a material it is the scan: of one that was only seen on paper nothing shows that another was brought.
    """
    given = {key(MATERIAL, one["code"]): [one["file"]] for one in materials}
    fields = {key(FIELD, name): value for name, value in form.items() if value is not None}
    return {**given, **fields}


def _kept_back(item: str, now: Any, earlier: Sequence[Earlier]) -> bool:
    same = [one for one in earlier if one.said.get(item) == now]
    return bool(same) and not any(item in one.named for one in same)

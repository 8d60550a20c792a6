"""What the human steps of the shared chain are called, and which of them a case goes through."""

from collections.abc import Mapping, Sequence

from web.texts import mark

NAMES: Mapping[str, str] = {
    "handle": mark("Handling"),
    "review": mark("Review"),
    "endorse": mark("Deputy director's review"),
    "conclude": mark("Director's decision"),
    "city_approve": mark("City approval"),
    "city_conclude": mark("City head's decision"),
    "correct": mark("Correction"),
}
_INSTANT: Mapping[int, Sequence[str]] = {3: ("handle",), 2: ("handle", "review")}
_COUNTY = ("handle", "review", "endorse", "conclude")
# As processes/_shared/approval.bpmn draws it.
_LIMITED: Mapping[str, Sequence[str]] = {
    "city_approval": (*_COUNTY, "city_approve"),
    "city_meeting": (*_COUNTY, "city_conclude"),
    "city": ("handle", "review", "city_approve", "city_conclude"),
}


def name(step: str) -> str:
    """What a step is called; a process's own step goes by its id."""
    return NAMES.get(step, step)


def expected(risk_level: int, route: str | None) -> Sequence[str]:
    """The signatures of the shared chain at this level and route, in order."""
    return _INSTANT.get(risk_level) or _LIMITED.get(route or "", _COUNTY)

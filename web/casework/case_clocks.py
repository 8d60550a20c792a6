"""What the page of a case shows of its clocks: until when, how that was found, and where they stood still."""

from collections.abc import Mapping
from typing import Any

from database import clock
from engine import awaited
from engine.handling import Handling
from engine.process import Names
from engine.record import FINAL_STATUSES
from engine.timing import clock_reasons, clock_states, extension
from web.texts import mark

CLOCKS: Mapping[str, str] = {"promised": mark("As promised"), "statutory": mark("By law")}
MATERIALS = Names("等待申请人补齐材料", "the applicant brings what is missing")


def shown(work: Handling, deadline: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a case shows of its clocks."""
    today = clock.today(work.session)
    # Instant business has the one clock, and its derivation is the whole of it.
    counted = deadline.get("clocks") or {"promised": {"due_on": None, "verified": True, **deadline}}
    standing = [] if work.case.status in FINAL_STATUSES else clock_states.all_of(work.case, today)
    stops = deadline.get("stops", ())
    return {
        "clocks": [one.said() for one in standing],
        "counted": counted,
        "clock_kinds": CLOCKS,
        "stops": [{**one, "names": _cause(work, one["cause"])} for one in stops],
        "ordered_stop": next((one for one in stops if one["by"] and not one["ended_at"]), None),
        "stop_reasons": clock_reasons.STOPS,
        "extension_reasons": clock_reasons.EXTENSIONS,
        "longest_extension": extension.longest(work),
    }


def _cause(work: Handling, cause: str) -> Mapping[str, str]:
    """What a stop waits for, as people call it."""
    kind, _, name = cause.partition(":")
    if kind == "message":
        return awaited.message_title(work.definition, name)
    if kind == "timer":
        title = work.definition.guide.deadlines[name].name
        return {"zh": title.zh, "en": title.en}
    names = MATERIALS if cause == "awaiting_materials" else clock_reasons.named(cause)
    return {"zh": names.zh, "en": names.en}

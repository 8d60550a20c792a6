"""What the page of a case shows of its clocks: until when, how that was found, and where they stood still."""

from collections.abc import Mapping
from typing import Any

from authz.keys.outside_keys import KeyElsewhere
from authz.signing_in import confirmations
from database import clock
from engine import awaited
from engine.handling import Handling
from engine.process import Names
from engine.record import FINAL_STATUSES
from engine.timing import clock_order_record, clock_reasons, clock_states, extension
from web.texts import mark

CLOCKS: Mapping[str, str] = {"promised": mark("As promised"), "statutory": mark("By law")}
ACTS: Mapping[str, str] = {
    "stop": mark("Stop the clock"),
    "resume": mark("Let the clock go on"),
    "extend": mark("Give it longer"),
}
MATERIALS = Names("等待申请人补齐材料", "the applicant brings what is missing")


def shown(work: Handling, deadline: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a case shows of its clocks."""
    today = clock.today(work.session)
    # Instant business has the one clock, and its derivation is the whole of it.
    counted = deadline.get("clocks") or {"promised": {"due_on": None, "verified": True, **deadline}}
    standing = [] if work.case.status in FINAL_STATUSES else clock_states.all_of(work.case, today)
    stops = deadline.get("stops", ())
    orders = clock_order_record.shown(work.session, work.case.case_id)
    return {
        "clocks": [one.said() for one in standing],
        "counted": counted,
        "clock_kinds": CLOCKS,
        "stops": [{**one, "names": _cause(work, one["cause"])} for one in stops],
        "clock_orders": orders,
        "signed_stops": {one["stop_no"] for one in orders},
        "order_acts": ACTS,
        "orders_elsewhere": isinstance(work.actor.signer, KeyElsewhere),
        "orders_password": not confirmations.is_fresh(work.session, work.actor),
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

"""The ledger's side of a payable's step: the release it stands on, and the two lines that move the money."""

from collections.abc import Sequence

from engine.paying import payment_guard
from register import chart
from register.entries import Line, Side
from register.payables import Payable, PayableEvent


def release_of(events: Sequence[PayableEvent]) -> int:
    """The release under which a payable takes its last step: that one, or the step before it."""
    steps = [event for event in events if event.kind != "offset"]
    step = steps[-1] if steps[-1].kind == "released" else steps[-2] if len(steps) > 1 else None
    if step is None or step.release_id is None:
        raise payment_guard.PaymentRefused(f"payable {events[0].payable_id} was not released")
    return step.release_id


def moved(payable: Payable, event: PayableEvent) -> tuple[Line, Line]:
    """The two lines of a step: where the money stood, and where it goes. Their memo is the case's number."""
    on_its_way = chart.ON_ITS_WAY[payable.account]
    debit, credit = {
        "released": (payable.account, on_its_way),
        "paid": (on_its_way, chart.BANK),
        "returned": (on_its_way, payable.account),
    }[event.kind]
    sides: tuple[tuple[str, Side], ...] = ((debit, "debit"), (credit, "credit"))
    first, second = (
        Line(
            account,
            side,
            event.amount_cents,
            payable.person_id if chart.ACCOUNTS[account].personal else None,
            memo=payable.case_no,
        )
        for account, side in sides
    )
    return first, second

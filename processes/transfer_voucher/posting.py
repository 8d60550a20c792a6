"""What it writes: nothing. Who draws a pension is told so, and gets no voucher."""

from engine import process
from engine.process import refuse
from register.entries import Posting
from register.records import Records

from . import moving
from .form import Form


def posting(form: Form, records: Records) -> Posting:  # noqa: ARG001 - the contract's arguments
    """An empty posting that names what was read, with how the voucher's sums came about.

    Raises the gate on a pension: such a relation moves nowhere.
    """
    person = process.insured(records)
    held = person.pension
    if held is not None:
        raise refuse(
            "transfer_voucher.pension",
            f"该参保人已核定养老金，自{held.from_month}起，关系不再转移，不开具参保缴费凭证",
            f"A pension has been approved, from {held.from_month} on: the relation is no longer transferred "
            "and gets no voucher.",
            rows=[held.entitlement_id],
        )
    return process.composed(records, derivation=moving.of(person, records).derivation)

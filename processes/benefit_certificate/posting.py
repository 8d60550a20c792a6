"""What it writes: nothing. Who draws no benefit is told so, and gets no certificate."""

from engine import process
from engine.process import refuse
from register.entries import Posting
from register.records import IN_FORCE, Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:  # noqa: ARG001 - the contract's arguments
    """An empty posting that names what was read."""
    if not any(held.status in IN_FORCE for held in process.insured(records).entitlements):
        raise refuse(
            "certificate.no_benefit",
            "该参保人没有正在享受的待遇，可开具参保证明",
            "This person draws no benefit: a certificate of enrolment can be had instead.",
        )
    return process.composed(records)

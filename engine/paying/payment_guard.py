"""The lock on payments: a release is believed only once its rows give the record that finance signed.

As the guard of ``engine.posting`` it believes no caller: digests and signature are recomputed, the list is
that of the events which name the release, and who signed had no part in any of its cases.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from authz.keys import signing_keys
from database.refusals import InvariantBroken
from engine.paying import payment_record
from engine.paying.payment_record import FINANCE, PayableRelease
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from register.payables import Payable, PayableEvent


class PaymentRefused(InvariantBroken):
    """A step of a payable without the release it needs: a defect or an attack."""


def require(session: Session, release_id: int) -> None:
    """Raise PaymentRefused unless this release is signed by finance, and over exactly its events."""
    row = session.get(PayableRelease, release_id)
    if row is None:
        raise PaymentRefused(f"there is no release {release_id}")
    for wrong in faults(session, row):
        raise PaymentRefused(f"release {release_id}: {wrong}")


def faults(session: Session, row: PayableRelease) -> list[str]:
    """What is wrong with a release, each as the name of its column; empty where all holds."""
    items = listed(session, row.release_id)
    found = []
    if payment_record.list_digest([item for item, _ in items], row.suite) != row.list_digest:
        found.append("list_digest")
    if row.item_count != len(items):
        found.append("item_count")
    if row.total_cents != sum(item["amount_cents"] for item, _ in items):
        found.append("total_cents")
    if payment_record.record_digest(vars(row)) != row.digest:
        found.append("digest")
    if row.post != FINANCE:
        found.append("post")
    if any(payable.agency_code != row.agency_code for _, payable in items):
        found.append("agency_code")
    if row.signer_person in had_a_part(session, [payable.case_no for _, payable in items]):
        found.append("signer_person")
    return found + _signature_faults(session, row)


def _signature_faults(session: Session, row: PayableRelease) -> list[str]:
    key = signing_keys.public_keys(session, [row.key_id]).get(row.key_id)
    if key is None or key.suite != row.suite:
        return ["key_id"]
    if (key.staff_no, key.person_id) != (row.signer, row.signer_person):
        return ["signer"]
    if not key.counts_at(row.released_at):
        return ["released_at"]
    return [] if key.verifies(payment_record.covered(vars(row)), row.signature) else ["signature"]


def listed(session: Session, release_id: int) -> list[tuple[dict[str, Any], Payable]]:
    """The list of a release, as its events make it."""
    asked = (
        select(Payable, PayableEvent)
        .join(PayableEvent, PayableEvent.payable_id == Payable.payable_id)
        .where(PayableEvent.release_id == release_id)
    )
    return [
        (payment_record.item(payable, event.amount_cents, event.seq), payable)
        for payable, event in session.execute(asked)
    ]


def had_a_part(session: Session, case_nos: Collection[str]) -> set[int]:
    """The natural persons who accepted, signed, or put in what came from outside, of one of these cases."""
    accepted = select(Case.accepted_person).where(Case.case_no.in_(case_nos))
    signed = select(SignOff.signer_person).where(SignOff.case_no.in_(case_nos))
    found = set(session.execute(union(accepted, signed)).scalars())
    came = (
        select(CaseContent.messages)
        .join(Case, Case.case_id == CaseContent.case_id)
        .where(Case.case_no.in_(case_nos), CaseContent.messages.is_not(None))
    )
    # Of every cycle: that somebody else corrected it since leaves who put it in first a maker.
    for messages in session.execute(came).scalars():
        found.update(one["delivered_by"] for one in (messages or {}).values())
    return found

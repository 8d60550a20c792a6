"""The documents of a case on one list: print one again, and record how it reached its applicant (送达).

Looking at a PDF leaves no trace; a print that is handed out does, with the digest of its bytes. Source:
GB/T 27768-2011 7.2.4 (a written receipt is given out), domain handbook R002-24.
"""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions, epoch
from authz.actors import Actor
from authz.offices import accounts
from database import digest
from database.clock import moment_text, office_date
from database.columns import BigId, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Conflict, Invalid, NotFound
from engine import correction_record, handling, maker
from engine.applications import field_error
from engine.handling import Handling
from engine.office import Office
from engine.paperwork import documents
from engine.paperwork.documents import IssuedDocument
from engine.record import Case

STEP = "hand_out"


class NotIssued(NotFound):
    """This case has no such document: a receipt comes with completion, a notice with missing materials."""

    rule = "document.not_issued"


class PaperRecalled(Conflict):
    """This paper was recalled when its case was corrected: it is printed no more."""

    rule = "document.recalled"


class DocumentDelivery(Base):
    """That a document reached its applicant: by which way, on which day, who recorded it."""

    __tablename__ = "document_deliveries"
    __table_args__ = (UniqueConstraint("case_id", "seq"), APPEND_ONLY)

    delivery_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.case_id"))
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(12))
    delivered_on: Mapped[date] = mapped_column(Date)
    # Salt and words: a tracking number, an address, who took it.
    reference: Mapped[list[str]] = mapped_column(SealedJson("document_deliveries.reference"))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeliveryRecord(BaseModel):
    """The body of a delivery: way, day, and what shows it: a tracking number, an address, who took it."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    way: Literal["window", "post", "electronic"]
    delivered_on: date = Field(strict=False)
    reference: str = Field(default="", max_length=200)


def print_again(
    session: Session, office: Office, actor: Actor, case_no: str, number: str
) -> dict[str, Any]:
    """Journal that a document is printed to be handed out, with the digest of the bytes printed.

    Raises CaseNotFound, Forbidden, NotIssued, PaperRecalled.
    """
    epoch.hold(session)
    work, issued, post = _opened(session, office, actor, case_no, number)
    if number in _recalled(session, case_no):
        raise PaperRecalled(facts={"case_no": case_no})
    template = work.definition.document_template if issued.kind == "certificate" else None
    printed = hashlib.sha256(documents.render(issued, template)).hexdigest()
    work.note("printed", post=post, document=issued.kind, number=number, pdf=printed)
    handling.save_journal(work)
    return {**shown(issued), "pdf_sha256": printed}


def deliver(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    number: str,
    given: DeliveryRecord,
) -> None:
    """Record a delivery; a document may be delivered again, by another way.

    Raises CaseNotFound, Forbidden, NotIssued, Invalid.
    """
    epoch.hold(session)
    work, issued, post = _opened(session, office, actor, case_no, number)
    _check(work, issued, given)
    case_id, salt = work.case.case_id, digest.new_salt()
    row: dict[str, Any] = {
        "case_id": case_id,
        "seq": _count(session, case_id) + 1,
        "number": number,
        "way": given.way,
        "delivered_on": given.delivered_on,
        "reference": [salt, given.reference],
        "recorded_by": actor.account_id,
        "recorded_at": work.now,
    }
    session.execute(insert(DocumentDelivery), [row])
    told = {name: row[name] for name in ("seq", "number", "way")}
    work.note(
        "delivered",
        post=post,
        delivered_on=given.delivered_on.isoformat(),
        reference=digest.commitment(salt, given.reference),
        **told,
    )
    handling.save_journal(work)


def of_case(session: Session, case: Case) -> list[dict[str, Any]]:
    """Every document of a case, the oldest first, with its deliveries, and whether it was recalled."""
    asked = select(DocumentDelivery).where(DocumentDelivery.case_id == case.case_id)
    rows = session.execute(asked.order_by(DocumentDelivery.seq)).scalars().all()
    issued = select(IssuedDocument).where(IssuedDocument.case_no == case.case_no)
    listed = session.execute(issued.order_by(IssuedDocument.document_id)).scalars().all()
    recalled = _recalled(session, case.case_no)
    return [
        {
            **shown(one),
            "recalled": one.number in recalled,
            "deliveries": [_delivery(session, row) for row in rows if row.number == one.number],
        }
        for one in listed
    ]


def named(session: Session, case_no: str, number: str) -> IssuedDocument:
    """A document of a case by its number. Raises NotIssued."""
    asked = select(IssuedDocument).where(
        IssuedDocument.case_no == case_no, IssuedDocument.number == number
    )
    found = session.execute(asked).scalar_one_or_none()
    if found is None:
        raise NotIssued
    return found


def shown(issued: IssuedDocument) -> dict[str, Any]:
    """One document as lists show it."""
    return {
        "kind": issued.kind,
        "number": issued.number,
        "verification_code": issued.verification_code,
        "digest": issued.digest,
        "issued_at": moment_text(issued.issued_at),
        "pdf": f"/api/cases/{issued.case_no}/documents/{issued.number}.pdf",
    }


def _opened(
    session: Session, office: Office, actor: Actor, case_no: str, number: str
) -> tuple[Handling, IssuedDocument, str]:
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, maker.act(work, STEP))
    return work, named(session, case_no, number), permit.post


def _check(work: Handling, issued: IssuedDocument, given: DeliveryRecord) -> None:
    errors = []
    if not office_date(issued.issued_at) <= given.delivered_on <= office_date(work.now):
        text = "lies between the day the document was issued and today"
        errors.append(field_error("delivered_on", text, rule="delivery.day"))
    if given.way != "window" and not given.reference:
        text = "give the tracking number or the address it was sent to"
        errors.append(field_error("reference", text, rule="delivery.reference"))
    if errors:
        raise Invalid("The delivery is not complete; each field says why.", errors=errors)


def _delivery(session: Session, row: DocumentDelivery) -> dict[str, Any]:
    return {
        "way": row.way,
        "delivered_on": row.delivered_on.isoformat(),
        "reference": row.reference[1],
        "recorded_by": accounts.identify(session, row.recorded_by)["staff_no"],
        "recorded_at": moment_text(row.recorded_at),
    }


def _recalled(session: Session, case_no: str) -> Collection[str]:
    found = correction_record.of_case(session, case_no)
    return found.papers if found else ()


def _count(session: Session, case_id: int) -> int:
    asked = select(func.count()).select_from(DocumentDelivery)
    return session.execute(asked.where(DocumentDelivery.case_id == case_id)).scalar_one()

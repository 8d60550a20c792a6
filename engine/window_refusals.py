"""Refusals at the window (不予受理): an application that can't be accepted, turned away in writing.

Nobody is sent away without reason, rule and remedies on paper. What merely lacks is no reason: then the case
is accepted and its applicant told once. Nor is a lack of authority: any teller accepts any business. Source:
宁社保发[2014]24号 附2 五(三) 不推诿; 附2 三(四).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, Index, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database import clock
from database.clock import moment_text, office_date
from database.columns import BigId, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Invalid, NotFound
from engine import applications, case_numbers, case_parts, office_record, subjects
from engine.applications import Applicant
from engine.defining.definition import Definition
from engine.office import Office
from engine.office_record import Noted
from engine.paperwork import documents, remedies
from engine.paperwork.document_contents import About, office_time
from engine.process import Names

KIND = "unaccepted"
REASONS: Mapping[str, Names] = {
    "not_competent": Names("不属于本机构职权范围", "another authority is competent"),
    "conditions_not_met": Names("依法不具备申请条件", "the law gives no such claim"),
    "not_entitled": Names(
        "申请人不具有申请资格，代办人未提供委托", "the applicant is not the one who may apply"
    ),
    "already_done": Names("同一事项已经办理或正在办理", "the same is done, or under way"),
    "identity_unproven": Names("不能证明申请人身份", "who applies can't be shown"),
    "other": Names("其他法定情形（见说明）", "another case the law names (see the text)"),
}


class WindowRefusal(Base):
    """One application that was not accepted, under a number like a case's."""

    __tablename__ = "window_refusals"
    __table_args__ = (
        Index(None, "agency_code", "refusal_id"),
        Index("ix_window_refusals_refused", "agency_code", "refused_at"),
        APPEND_ONLY,
    )

    refusal_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    process: Mapped[str] = mapped_column(String(40))
    definition: Mapped[str] = mapped_column(String(64))
    applicant: Mapped[dict[str, Any]] = mapped_column(SealedJson("window_refusals.applicant"))
    reason: Mapped[str] = mapped_column(String(40))
    # The id of the rule by which the system said no, where it did.
    rule: Mapped[str | None] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(Sealed("window_refusals.basis"))
    text: Mapped[str] = mapped_column(Sealed("window_refusals.text"))
    document_no: Mapped[str] = mapped_column(String(40))
    document_digest: Mapped[str] = mapped_column(String(64))
    refused_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    WindowRefusal: (
        (
            "number", "agency_code", "process", "definition", "reason", "rule", "document_no",
            "document_digest", "refused_by", "refused_at",
        ),
        ("applicant", "basis", "text"),
    ),
}  # fmt: skip


class RefusalNotFound(NotFound):
    """There is no such refusal at a window, or it is not yours to see."""

    rule = "window_refusal.not_found"


class RefusalRequest(BaseModel):
    """The body of a refusal at the window: whose application, to what, and why not."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    process: str = Field(min_length=1, max_length=40)
    applicant: Applicant
    reason: str = Field(min_length=1, max_length=40)
    basis: str = Field(min_length=4, max_length=300)
    text: str = Field(min_length=4, max_length=500)
    rule: str | None = Field(default=None, pattern=r"^[a-z_]+(\.[a-z_]+)?$", max_length=80)


def refuse(
    session: Session, office: Office, actor: Actor, request: RefusalRequest
) -> WindowRefusal:
    """Record that an application is not accepted, and fix the decision its applicant takes home.

    Whoever could accept it may; of what is offered no more, whoever could before. Raises NotFound for an
    unknown process, Forbidden, Invalid.
    """
    epoch.hold(session)
    definition = office.catalogue.known_at(request.process)
    act = Act("accept", agency=actor.agency, process=definition.code, category=definition.category)
    decisions.require(session, actor, subjects.asked_for(session, actor, request.applicant).of(act))
    now = clock.now(session)
    _check(definition, request, now)
    number = case_numbers.new(session, actor.agency, now)
    said = _said(session, office, actor, request, now)
    issued = documents.issue(session, case_no=number, kind=KIND, ordinal=1, content=said, at=now)
    row = {
        "number": number,
        "agency_code": actor.agency,
        "process": definition.code,
        "definition": definition.digest,
        "applicant": request.applicant.model_dump(),
        "reason": request.reason,
        "rule": request.rule,
        "basis": request.basis,
        "text": request.text,
        "document_no": issued.number,
        "document_digest": issued.digest,
        "refused_by": actor.account_id,
        "refused_at": now,
    }
    made: WindowRefusal = session.execute(
        insert(WindowRefusal).returning(WindowRefusal), [row]
    ).scalar_one()
    told = {"process": definition.code, "number": issued.number, "digest": issued.digest}
    office_record.note(
        session, actor.agency, "not_accepted", [made], actor=actor, detail=told, noted=NOTED
    )
    return made


def _check(definition: Definition, request: RefusalRequest, now: datetime) -> None:
    errors = applications.applicant_errors(definition, request.applicant, office_date(now))
    if request.reason not in REASONS:
        text = f"is one of: {', '.join(REASONS)}"
        errors.append(applications.field_error("reason", text, rule="window_refusal.reason"))
    if errors:
        raise Invalid("Some fields don't fit; each says why. Nothing was recorded.", errors=errors)


def _said(
    session: Session, office: Office, actor: Actor, request: RefusalRequest, now: datetime
) -> dict[str, Any]:
    """What the decision says."""
    agency = agencies.known(session, actor.agency)
    about = About(
        case_no="",
        item=office.catalogue.known_at(request.process).names.zh,
        applicant=request.applicant.model_dump(),
        teller=f"{actor.name} {actor.staff_no}",
        agency=agency.name,
        phone=agency.phone or "",
        public_url=office.public_url,
    )
    return {
        **about.content(),
        "reason": REASONS[request.reason].zh,
        "basis": request.basis,
        "text": request.text,
        "decided_at": office_time(now),
        "remedies": remedies.on(office_date(now)).content(),
    }


def found(session: Session, actor: Actor, number: str) -> WindowRefusal:
    """One refusal, if the actor may see cases of its agency. Raises RefusalNotFound."""
    asked = select(WindowRefusal).where(WindowRefusal.number == number)
    row = session.execute(asked).scalar_one_or_none()
    if row is None or not decisions.sees(session, actor, row.agency_code):
        raise RefusalNotFound
    return row


def shown(session: Session, row: WindowRefusal) -> dict[str, Any]:
    """One refusal as answers show it, its applicant masked."""
    names = REASONS.get(row.reason) or Names(row.reason, row.reason)
    issued = documents.latest(session, row.number, KIND)
    return {
        "number": row.number,
        "process": row.process,
        "agency": row.agency_code,
        "applicant": case_parts.masked_applicant(row.applicant),
        "reason": {"code": row.reason, "zh": names.zh, "en": names.en},
        "rule": row.rule,
        "basis": row.basis,
        "text": row.text,
        "refused_by": accounts.identify(session, row.refused_by)["staff_no"],
        "refused_at": moment_text(row.refused_at),
        "document": issued
        and {
            "number": issued.number,
            "verification_code": issued.verification_code,
            "digest": issued.digest,
            "pdf": f"/api/window-refusals/{row.number}/decision.pdf",
        },
    }

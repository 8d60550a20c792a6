"""The register of qualifications, journalled: trainings, certificates, and what a post takes of them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices.accounts import Account
from authz.qualifying import training
from authz.qualifying.qualification_entry import DutyEntry, QualificationEntry
from authz.qualifying.qualification_record import (
    QualificationDuty,
    QualificationRecord,
    QualificationVoid,
)
from engine import office_record
from engine.office_record import Noted

ENTERED, STRUCK_OUT = "qualification_entered", "qualification_struck_out"
BOUND = "qualification_duty_set"
NOTED: Noted = {
    QualificationRecord: (
        (
            "person_id", "kind", "subject", "done_on", "valid_to", "hours", "result", "entered_by",
            "entered_at",
        ),
        ("certificate_no", "basis"),
    ),
    QualificationVoid: (("record_id", "voided_by", "voided_at"), ("reason",)),
    QualificationDuty: (
        ("post", "kind", "subject", "binds_from", "binds_to", "entered_by", "entered_at"),
        ("basis",),
    ),
}  # fmt: skip


def enter(session: Session, actor: Actor, entry: QualificationEntry) -> QualificationRecord:
    """Enter a training or certificate and journal it. Raises as ``training.enter``."""
    made = training.enter(session, actor, entry)
    detail = {"for": entry.staff_no, "kind": made.kind, "subject": made.subject}
    _note(session, actor.agency, ENTERED, [made], detail, actor)
    return made


def strike_out(session: Session, actor: Actor, record_id: int, reason: str) -> QualificationRecord:
    """Strike an entry out and journal it. Raises as ``training.strike_out``."""
    found, void = training.strike_out(session, actor, record_id, reason)
    detail = {"record": record_id, "kind": found.kind, "subject": found.subject}
    _note(session, actor.agency, STRUCK_OUT, [void], detail, actor)
    return found


def bind(session: Session, actor: Actor, entry: DutyEntry) -> QualificationDuty:
    """Say what a post takes and journal it. Raises as ``training.bind``."""
    made = training.bind(session, actor, entry)
    _note(session, actor.agency, BOUND, [made], _said(made), actor)
    return made


def take_effect(session: Session, agency: str) -> None:
    """Let the training bind who serves a window, where nothing was ever said of it; journalled."""
    if training.is_bound(session):
        return
    made = training.bind_first(session)
    _note(session, agency, BOUND, made, {"from": made[0].binds_from.isoformat()})


def enter_first(session: Session, agency: str, done_on: date, basis: str) -> None:
    """Enter the training of everybody with an account at an agency that begins with trained people."""
    asked = select(Account.person_id).where(Account.agency_code == agency)
    persons = session.execute(asked).scalars().all()
    made = training.enter_first(session, persons, done_on, basis)
    _note(session, agency, ENTERED, made, {"from": done_on.isoformat()})


def _said(made: QualificationDuty) -> dict[str, Any]:
    return {
        "post": made.post,
        "kind": made.kind,
        "subject": made.subject,
        "from": made.binds_from.isoformat(),
        "to": made.binds_to and made.binds_to.isoformat(),
    }


def _note(
    session: Session,
    agency: str,
    action: str,
    rows: Collection[Any],
    detail: Mapping[str, Any],
    actor: Actor | None = None,
) -> None:
    office_record.note(session, agency, action, rows, actor=actor, detail=detail, noted=NOTED)

"""One command on one case: opened under lock, changed in memory, saved once.

Every command of the engine is a short story over a ``Handling``: open it, sign or correct, let the
diagram run on, save. The journal's entries are made by these moves themselves, so no caller can
forget one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.decisions import Permit
from authz.keys.signers import Signer
from authz.offices import agencies
from authz.offices.agencies import Agency
from database import clock, prepared
from database.refusals import Forbidden, InvariantBroken, NotFound
from engine import bpmn, signoffs, stored
from engine.defining.definitions import Definition
from engine.journal import Chain
from engine.office import Office
from engine.outgoing import outbox
from engine.paperwork import outcomes
from engine.paperwork.documents import IssuedDocument
from engine.record import FINAL_STATUSES, Case, CaseContent, Task
from engine.signoffs import Given
from engine.stored import Rows


class CaseNotFound(NotFound):
    """There is no such case, or it is not yours to see."""

    rule = "case.not_found"


class NoSigningKey(Forbidden):
    """This sign-in holds no signing key: sign in again with your password."""

    rule = "signing.no_key"


# No account has this number, and no key signs for it: what the engine does, nobody did.
NOBODY = Actor(
    account_id=0,
    person_id=0,
    staff_no="",
    name="",
    agency="",
    section=None,
    posts=(),
    id_no_index="",
    credential_no=0,
    demo=False,
)


@dataclass(slots=True)
class Handling:
    """A case in one command's hands; ``told``: beside a sign-off; ``issued``: the documents it made due."""

    session: Session
    office: Office
    actor: Actor
    case: Case
    content: CaseContent
    definition: Definition
    agency: Agency
    run: bpmn.Run | None
    chain: Chain
    now: datetime
    tasks: list[Task] = field(default_factory=list)
    signed: Sequence[Given] = field(default_factory=list)
    # The post that a question about the case waits for, as it was read under lock.
    asked_post: str | None = None
    document: dict[str, Any] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    issued: list[IssuedDocument] = field(default_factory=list)

    def note(
        self, action: str, *, post: str | None = None, rule: str | None = None, **detail: Any
    ) -> None:
        """Add an entry by the acting person to the case's journal."""
        self.chain.append(
            self.now,
            self.actor.agency,
            action,
            staff_no=self.actor.staff_no,
            post=post,
            rule=rule,
            detail=detail,
        )

    def note_automatic(self, action: str, **detail: Any) -> None:
        """Add an entry for what the engine did by itself."""
        self.chain.append(self.now, self.case.agency_code, action, detail=detail)

    def facts(self, decision: str | None = None) -> dict[str, Any]:
        """The facts the diagram may read, with this as the latest decision; None: the one before stays."""
        return {
            **self.content.facts,
            "risk_level": str(self.case.risk_level),
            "route": self.case.route,
            **({} if decision is None else {"decision": decision}),
        }

    def require_run(self) -> bpmn.Run:
        """The position in the diagram; a finished case has none, and nothing may move it."""
        if self.run is None:
            raise InvariantBroken(f"case {self.case.case_no} is finished and can't move")
        return self.run


def open_case(session: Session, office: Office, actor: Actor, case_no: str) -> Handling:
    """Lock the case, see that the actor may see it, and load what commands need.

    Raises CaseNotFound (also for another agency's case, which must look like none at all).
    """
    return _opened(session, office, actor, stored.lock(session, case_no))


def open_case_of_task(session: Session, office: Office, actor: Actor, task_id: str) -> Handling:
    """As ``open_case``, for the case a task belongs to."""
    return _opened(session, office, actor, stored.lock_of_task(session, task_id))


def open_by_engine(session: Session, office: Office, case_no: str) -> Handling:
    """As ``open_case``, for what the engine does by itself: nobody acts, and nothing can be signed."""
    rows = stored.lock(session, case_no)
    if rows is None:
        raise CaseNotFound
    return _made(session, office, NOBODY, rows)


def _opened(session: Session, office: Office, actor: Actor, rows: Rows | None) -> Handling:
    if rows is None or not decisions.sees(session, actor, rows.case.agency_code):
        raise CaseNotFound
    return _made(session, office, actor, rows)


def _made(session: Session, office: Office, actor: Actor, rows: Rows) -> Handling:
    case = rows.case
    definition = office.catalogue.at(case.definition)
    return Handling(
        session=session,
        office=office,
        actor=actor,
        case=case,
        content=rows.content,
        definition=definition,
        agency=agencies.known(session, case.agency_code),
        run=None if case.status in FINAL_STATUSES else restored(case, definition, rows.position),
        chain=Chain(case.case_no, case.journal_seq, case.journal_head),
        now=clock.now(session),
        tasks=rows.tasks,
        signed=rows.signed,
        asked_post=rows.asked_post,
    )


def restored(case: Case, definition: Definition, row: Any) -> bpmn.Run:
    """Where an open case stands, from its stored row. Raises InvariantBroken for one that was altered."""
    # A state row is attacker-controlled: nothing looks inside before its checksum holds.
    if (
        row.state is None
        or row.sequence != case.sequence
        or stored.state_mac(case.case_no, row.sequence, case.definition, row.state) != row.mac
    ):
        raise InvariantBroken(f"the stored state of case {case.case_no} is missing or was altered")
    return bpmn.restore(definition.model, row.state)


def sign_off(
    handling: Handling,
    step: str,
    permit: Permit,
    decision: str,
    *,
    opinion: str = "",
    reasons: list[str] | None = None,
    resolution: dict[str, Any] | None = None,
) -> None:
    """Record one sign-off over everything that was seen, and its journal entry."""
    case, content, draft = handling.case, handling.content, handling.actor.draft
    case.sign_off_count += 1
    row: dict[str, Any] = {
        "case_id": case.case_id,
        "case_no": case.case_no,
        "seq": case.sign_off_count,
        "cycle": case.cycle,
        "step": step,
        "post": permit.post,
        "agency_code": handling.actor.agency,
        "signer": handling.actor.staff_no,
        "signer_person": handling.actor.person_id,
        "on_behalf_of": permit.on_behalf_of,
        "decision": decision,
        "reasons": reasons or [],
        "opinion": opinion,
        "resolution": resolution,
        "form_digest": content.form_digest,
        "materials_digest": content.materials_digest,
        "posting_digest": content.posting_digest,
        "definition": case.definition,
        "risk_table": case.risk_table,
        "risk_level": case.risk_level,
        "route": case.route,
        "policy_epoch": permit.epoch,
        "grant": permit.grant,
        "signed_at": draft.signed_at if draft else handling.now,
        "previous_digest": case.last_sign_off,
    }
    salts = draft.salts if draft else None
    case.last_sign_off = signoffs.add(handling.session, row, signer(handling.actor), salts)
    if step == "handle" and decision in signoffs.APPROVING:
        case.handled_by, case.handled_post = handling.actor.account_id, permit.post
    handling.note(
        step,
        post=permit.post,
        step=step,
        decision=decision,
        cycle=case.cycle,
        sign_off=case.last_sign_off,
        **handling.told,
    )


def signer(actor: Actor) -> Signer:
    """The key that the actor signs with. Raises NoSigningKey."""
    if actor.signer is None:
        raise NoSigningKey
    return actor.signer


def save(handling: Handling) -> None:
    """Write the journal, the case's row and its position. Ends the command; the edge commits."""
    session, case = handling.session, handling.case
    prepared.start(session)
    outcomes.require(case, {one.kind for one in handling.issued}, handling.now)
    _flush_journal(handling)
    accepted_now = case.sequence == 1
    if accepted_now:
        # Written once, as it stands at the end: rows that name it are checked at the commit.
        stored.add_case(session, case)
    else:
        stored.save_case(session, case)
    if case.status in FINAL_STATUSES:
        if not accepted_now:
            stored.drop_position(session, case)
        return
    if handling.run is None:
        raise InvariantBroken("an open case has no position to save")
    keep = stored.add_position if accepted_now else stored.save_position
    keep(session, case, handling.run.dump())


def save_journal(handling: Handling) -> None:
    """Write the journal's new entries: all there is to save where the case itself did not change."""
    _flush_journal(handling)
    stored.save_journal_end(handling.session, handling.case)


def _flush_journal(handling: Handling) -> None:
    plan = handling.office.messages
    outbox.keep(handling.session, plan, handling.case, handling.chain, handling.now)

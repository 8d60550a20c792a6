"""What answers show of a case: everything a signer must see, with personal data masked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts
from database.clock import moment_text
from engine import (
    awaited,
    case_parts,
    correction_record,
    covered,
    green_record,
    signoffs,
    stored,
)
from engine.city_meetings import meeting_record
from engine.defining.definitions import Definition
from engine.erasure import erased_values
from engine.foresight import shortage
from engine.handling import CaseNotFound, Handling
from engine.journal import JournalEntry
from engine.late_entry import paper_record
from engine.office import Office
from engine.ownership import consultation_record, owner_record
from engine.paperwork import documents
from engine.record import AGENCY, FINAL_STATUSES, Case, CaseContent, Task
from engine.rules.risk_file import HIGH
from engine.timing import clock_order_record
from engine.workbooks import long_lists
from register import changes, masked


def case_view(session: Session, office: Office, actor: Actor, case_no: str) -> dict[str, Any]:
    """One case as its readers see it. Raises CaseNotFound, Forbidden."""
    case = visible_case(session, actor, case_no)
    content = session.get_one(CaseContent, (case.case_id, case.cycle))
    tasks = stored.open_tasks(session, case.case_id)
    definition = office.catalogue.at(case.definition)
    waits = awaited.of_case(session, case, definition)
    meets = case.route == "city_meeting" or case.meeting_required
    return {
        **_shown(session, case, content, tasks, definition),
        "awaited": waits,
        "green": green_record.of_case(session, case_no),
        "owner": owner_record.shown(session, case) if case.subject_kind != AGENCY else None,
        "consultations": consultation_record.of_case(session, case),
        "corrected_by": correction_record.shown(
            session, correction_record.of_case(session, case_no)
        ),
        "meeting": meeting_record.of_case(session, case) if meets else None,
        "signable": shortage.of_case(session, office, case_no),
    }


def after(work: Handling) -> dict[str, Any]:
    """The same view straight from the command that just changed the case."""
    waits = awaited.shown(work.session, work.case, work.definition, work.run)
    shown = _shown(work.session, work.case, work.content, work.tasks, work.definition)
    return {**shown, "awaited": waits}


def accepted(work: Handling) -> dict[str, Any]:
    """As ``after``; of limited business with whether it can still be signed, which takes time to find out."""
    if work.case.risk_level != HIGH or work.case.status in FINAL_STATUSES:
        return after(work)
    signable = shortage.of_case(work.session, work.office, work.case.case_no)
    return {**after(work), "signable": signable}


def visible_case(session: Session, actor: Actor, case_no: str) -> Case:
    """The case, if the actor may see it; a foreign one looks like none at all."""
    case = session.execute(select(Case).where(Case.case_no == case_no)).scalar_one_or_none()
    if case is None or not decisions.sees(session, actor, case.agency_code):
        raise CaseNotFound
    decisions.require(session, actor, Act("see", agency=case.agency_code, category=case.category))
    return case


def history(session: Session, actor: Actor, case_no: str) -> dict[str, Any]:
    """Who signed what, and everything that happened, in order. Raises CaseNotFound, Forbidden."""
    case = visible_case(session, actor, case_no)
    rows = signoffs.all_of(session, case.case_id)
    entries = session.execute(
        select(JournalEntry).where(JournalEntry.stream == case_no).order_by(JournalEntry.seq)
    ).scalars()
    return {
        "case_no": case_no,
        "sign_offs": [
            {
                "seq": row.seq,
                "step": row.step,
                "post": row.post,
                "signer": row.signer,
                "on_behalf_of": row.on_behalf_of,
                "decision": row.decision,
                "opinion": row.opinion,
                "reasons": row.reasons,
                "resolution": row.resolution,
                "signed_at": moment_text(row.signed_at),
                "cycle": row.cycle,
                "void": row.cycle < case.cycle,
                "grant": row.grant,
                "suite": row.suite,
                "key_id": row.key_id,
                "digest": row.digest,
                "signature": row.signature,
            }
            for row in rows
        ],
        "clock_orders": clock_order_record.shown(session, case.case_id),
        "journal": [
            {
                "seq": entry.seq,
                "at": moment_text(entry.at),
                "actor": entry.staff_no,
                "post": entry.post,
                "agency": entry.agency_code,
                "action": entry.action,
                "rule": entry.rule,
                "detail": entry.detail,
                "digest": entry.digest,
            }
            for entry in entries
        ],
    }


def summary(case: Case) -> dict[str, Any]:
    """One line of a list of cases."""
    return {
        "case_no": case.case_no,
        "process": case.process,
        "status": case.status,
        "risk_level": case.risk_level,
        "route": case.route or None,
        "agency": case.agency_code,
        "received_at": moment_text(case.received_at),
        "accepted_at": moment_text(case.accepted_at),
        "due_on": case.due_on.isoformat(),
    }


def _shown(
    session: Session,
    case: Case,
    content: CaseContent,
    tasks: Sequence[Task],
    definition: Definition,
) -> dict[str, Any]:
    said = erased_values.form_shown(content.form, content.commitments)
    form = masked.masked_form(said, definition.personal_fields())
    shown = {
        **summary(case),
        "definition": case.definition,
        "risk_table": case.risk_table,
        "risk_reasons": case.risk_reasons,
        "meeting_required": case.meeting_required,
        **_subject(case, content),
        "accepted_by": accounts.identify(session, case.accepted_by)["staff_no"],
        "deadline": case.deadline,
        "late_entry": paper_record.of_case(session, case) if case.paper_no else None,
        "cycle": case.cycle,
        "applicant": case_parts.masked_applicant(content.applicant),
        "form": long_lists.first_rows(form),
        "form_rows": long_lists.row_counts(form),
        "messages": case_parts.messages_shown(content, definition),
        "materials": content.materials,
        "posting": long_lists.named_entries(
            session, content, long_lists.first(case_parts.posting_shown(content.posting))
        ),
        "posting_total": long_lists.totals(content.posting),
        "derivation": content.posting["derivation"],
        "parameters": content.posting["parameters"],
        "corrects": content.posting.get("corrects"),
        "seen": covered.seen_digest(case, content),
        "waiting": [{"task_id": t.task_id, "step": t.step, "post": t.post} for t in tasks],
    }
    if case.status not in ("awaiting_materials", "completed"):
        # Withdrawn before the materials came, a case was never given its slip.
        slip = _document(session, case.case_no, "acceptance")
        shown |= {"slip": slip} if slip else {}
    if "extended_days" in case.deadline:
        shown["extension"] = _document(session, case.case_no, "extension")
    if case.status in ("returned", "refused"):
        shown["decided"] = _last_decision(session, case)
    if case.status == "refused":
        shown["denial"] = _document(session, case.case_no, "denial")
    if case.status == "awaiting_materials":
        shown["notice"] = _notice(session, case, content, definition)
    if case.status == "completed" and case.subject_kind != AGENCY:
        shown["receipt"] = _document(session, case.case_no, "receipt")
        certificate = documents.latest(session, case.case_no, "certificate")
        if certificate is not None:
            shown["document"] = _document(session, case.case_no, "certificate")
    return shown


def _subject(case: Case, content: CaseContent) -> dict[str, str | None]:
    """The register id of whom the case is about; none as long as the register doesn't have him."""
    new = case.status != "completed" and any(
        change["subject_id"] == case.subject_id and changes.founds_json(change)
        for change in content.posting["changes"]
    )
    return {
        f"{kind}_id": case.subject_id if kind == case.subject_kind and not new else None
        for kind in ("person", "employer")
    }


def _last_decision(session: Session, case: Case) -> dict[str, Any]:
    """Why a case was returned or refused: the deciding sign-off's reasons, or the register's change."""
    rows = signoffs.effective(session, case.case_id, case.cycle)
    last = rows[-1] if rows else None
    if last is None or last.decision in signoffs.APPROVING:
        if case.status == "refused":
            # What came from outside led to the end: its message says why.
            return {"decision": "refuse", "reasons": [], "opinion": "", "by": None}
        return {"decision": "return", "reasons": ["register_changed"], "opinion": "", "by": None}
    return {
        "decision": last.decision,
        "reasons": last.reasons,
        "opinion": last.opinion,
        "by": last.signer,
    }


def _notice(
    session: Session, case: Case, content: CaseContent, definition: Definition
) -> dict[str, Any]:
    names = {material.code: material.name for material in definition.guide.materials}
    missing = [
        {"code": code, "name": {"zh": names[code].zh, "en": names[code].en}}
        for code in content.missing
    ]
    issued = documents.latest(session, case.case_no, "notice")
    # What the applicant was told in words; what is missing is read off the case.
    wrong = [] if issued is None else issued.content.get("wrong", [])
    return {**_document(session, case.case_no, "notice"), "missing": missing, "wrong": wrong}


def _document(session: Session, case_no: str, kind: str) -> dict[str, Any]:
    issued = documents.latest(session, case_no, kind)
    if issued is None:
        return {}
    file = {"certificate": "document.pdf"}.get(kind, f"{kind}.pdf")
    return {
        "number": issued.number,
        "verification_code": issued.verification_code,
        "digest": issued.digest,
        "pdf": f"/api/cases/{case_no}/{file}",
    }

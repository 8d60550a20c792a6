"""Scans of an 审批表 that was printed and signed by hand: added to a case as evidence, once anybody signed.

They change nothing that was signed: no cycle, no digest of materials, nothing that ``seen`` covers. What they
are is told in the case's journal, and ``oversight.signed_scans`` compares the two.
"""

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.offices import accounts
from database.clock import moment_text
from database.refusals import Conflict
from engine import handling, maker
from engine.handling import Handling
from engine.office import Office
from engine.record import SignedScan
from engine.scans import files
from engine.scans.files import FileUnknown

STEP = "add_scan"


class NothingSigned(Conflict):
    """Nobody has signed this case yet: a signed form can only be scanned after a signature."""

    rule = "scan.nothing_signed"


class ScanThere(Conflict):
    """This scan is with the case already."""

    rule = "scan.there"


def add(session: Session, office: Office, actor: Actor, case_no: str, file: str) -> Handling:
    """Add a stored scan (``engine.scans.files``) to a case, whose agency's tellers and handlers may do so.

    Raises CaseNotFound, Forbidden, NothingSigned, ScanThere, FileUnknown.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, maker.act(work, STEP))
    case = work.case
    if case.sign_off_count == 0:
        raise NothingSigned(facts={"case_no": case_no})
    _stored(session, file, actor.agency)
    there = select(SignedScan.file).where(SignedScan.case_id == case.case_id)
    if file in session.execute(there).scalars():
        raise ScanThere(facts={"case_no": case_no})
    row: dict[str, Any] = {
        "case_id": case.case_id,
        "seq": _count(session, case.case_id) + 1,
        "file": file,
        "cycle": case.cycle,
        "sign_offs": case.sign_off_count,
        "agency_code": actor.agency,
        "added_by": actor.account_id,
        "added_at": work.now,
    }
    session.execute(insert(SignedScan), [row])
    told = {name: row[name] for name in ("seq", "file", "cycle", "sign_offs")}
    work.note("scan_added", post=permit.post, **told)
    handling.save_journal(work)
    return work


def of_case(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The scans of a case in order: ``{seq, file, cycle, sign_offs, added_by, added_at}``."""
    rows = session.execute(
        select(SignedScan).where(SignedScan.case_id == case_id).order_by(SignedScan.seq)
    ).scalars()
    return [
        {
            "seq": row.seq,
            "file": row.file,
            "cycle": row.cycle,
            "sign_offs": row.sign_offs,
            "added_by": accounts.identify(session, row.added_by)["staff_no"],
            "added_at": moment_text(row.added_at),
        }
        for row in rows
    ]


def _stored(session: Session, file: str, agency: str) -> None:
    try:
        files.check(session, [file], agency)
    except FileUnknown as unknown:
        unknown.errors = [{**error, "field": "file"} for error in unknown.errors]
        raise


def _count(session: Session, case_id: int) -> int:
    asked = select(func.count()).select_from(SignedScan).where(SignedScan.case_id == case_id)
    return session.execute(asked).scalar_one()

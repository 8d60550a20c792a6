"""Who holds the database alters corrections, by hand and without triggers: verification names every edit."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from database import connection
from database.clock import FixedClock
from database.connection import OfficeSession
from database.declarative import table_of
from engine.archiving.archive_references import ArchiveReference
from engine.archiving.manifests import ArchiveManifest
from engine.correction_record import CaseCorrection
from engine.record import Case, CaseContent
from oversight import verification
from register.ledger import LedgerLine
from tests import book, corrections
from tests.corrections import SIGNERS
from tests.databases import Database
from tests.people import Hall

ROWS, LINES = table_of(CaseCorrection), table_of(LedgerLine)
REFERENCES, MANIFESTS = table_of(ArchiveReference), table_of(ArchiveManifest)


def corrected(hall: Hall) -> dict[str, str]:
    """An office with a case of money and its correction, another case, and one that is open."""
    original = hall.example("account_adjustment", 1, "county")
    case = corrections.completed(hall, original, SIGNERS)
    said = corrections.body(original, case["case_no"], [case["receipt"]["number"]])
    correction = corrections.signed(hall, hall.T101.accept(said))
    other = hall.T101.accept(hall.example("enrollment_certificate", 3))
    waiting = hall.T101.accept(hall.example("payment_account_change", 2))
    return {
        "old": case["case_no"],
        "new": correction["case_no"],
        "other": other["case_no"],
        "open": waiting["case_no"],
    }


def _pointer(session: Session, **said: Any) -> None:
    """Another pointer, like the one there is."""
    row = session.execute(select(ROWS)).mappings().one()
    copied = {name: value for name, value in row.items() if name != "correction_id"}
    session.execute(insert(ROWS), [copied | said])


def _refer(session: Session, case_no: str) -> None:
    """The reference that there is leads from another case's file."""
    other = select(Case.case_id).where(Case.case_no == case_no).scalar_subquery()
    session.execute(update(REFERENCES).values(case_id=other))


def _leave_out(session: Session, case_no: str) -> None:
    """The manifest of the correction names the file of the corrected case no more."""
    key = MANIFESTS.c.case_no == case_no
    pieces = session.execute(select(MANIFESTS.c.pieces).where(key)).scalar_one()
    assert pieces[-1]["kind"] == "reference"
    session.execute(update(MANIFESTS).where(key).values(pieces=pieces[:-1]))


def _sign_another_reversal(session: Session, on: dict[str, str]) -> None:
    """The correction takes off less than the case had booked, in its signed content too."""
    key = select(Case.case_id).where(Case.case_no == on["new"]).scalar_subquery()
    content = session.execute(select(CaseContent).where(CaseContent.case_id == key)).scalar_one()
    posting = {
        **content.posting,
        "lines": [{**one, "amount_cents": 1} for one in content.posting["lines"]],
    }
    session.execute(update(CaseContent).where(CaseContent.case_id == key).values(posting=posting))
    session.execute(update(LINES).where(LINES.c.case_no == on["new"]).values(amount_cents=1))


def _edits(on: dict[str, str]) -> list[tuple[str, Any, str]]:
    """What is edited, how, and the rule that must name it."""
    return [
        ("gone", lambda s: s.execute(delete(ROWS)), "correction.missing"),
        ("gone, by the old case", lambda s: s.execute(delete(ROWS)), "correction.told_otherwise"),
        ("reason", lambda s: s.execute(update(ROWS).values(reason="other")), "correction.differs"),
        ("papers", lambda s: s.execute(update(ROWS).values(papers=[])), "correction.differs"),
        ("case", lambda s: s.execute(update(ROWS).values(case_no=on["other"])), "correction.differs"),
        ("by", lambda s: s.execute(update(ROWS).values(corrected_by=on["other"])), "correction.unsigned"),
        ("added", lambda s: _pointer(s, case_no=on["other"], corrected_by=on["old"]), "correction.unsigned"),
        (
            "of an open case",
            lambda s: _pointer(s, case_no=on["open"], corrected_by=on["old"]),
            "correction.unfinished",
        ),
        ("reference gone", lambda s: s.execute(delete(REFERENCES)), "archive_reference.count"),
        ("reference untold", lambda s: s.execute(delete(REFERENCES)), "archive_reference.told_otherwise"),
        (
            "reference to another manifest",
            lambda s: s.execute(update(REFERENCES).values(manifest="0" * 64)),
            "archive_reference.differs",
        ),
        (
            "reference to another case",
            lambda s: s.execute(update(REFERENCES).values(corrected_by=on["other"])),
            "archive_reference.differs",
        ),
        ("reference from another file", lambda s: _refer(s, on["other"]), "archive_reference.count"),
        ("manifest without its reference", lambda s: _leave_out(s, on["new"]), "manifest.differs"),
        ("reversal", lambda s: _sign_another_reversal(s, on), "computed.posting"),
    ]  # fmt: skip


@pytest.mark.slow
def test_every_edit_is_found(hall: Hall, database: Database) -> None:
    on = corrected(hall)
    office = hall.client.app.state.office  # type: ignore[attr-defined]
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session:
        assert list(verification.verify_office(session, office)) == []
    missed = []
    for what, edit, rule in _edits(on):
        with OfficeSession(engine) as session:
            edit(session)
            session.flush()
            session.expunge_all()
            told = (verification.verify_case(session, office, number) for number in on.values())
            found = {finding.rule for findings in told for finding in findings}
            session.rollback()
        if rule not in found:
            missed.append((what, rule, sorted(found)))
    engine.dispose()
    assert missed == []


def test_the_database_itself_refuses(hall: Hall, database: Database, clock: FixedClock) -> None:
    """Under the application's own role: once, and only of what is completed."""
    on = corrected(hall)
    engine = connection.connect(database.wide_url)
    for said in (
        {"case_no": on["old"], "corrected_by": on["other"]},
        {"case_no": on["open"], "corrected_by": on["other"]},
        {"case_no": on["other"], "corrected_by": on["new"]},
    ):
        with OfficeSession(engine) as session, pytest.raises(DBAPIError):
            _pointer(session, **said)
    another = select(Case.case_id).where(Case.case_no == on["other"])
    with OfficeSession(engine) as session:
        row = {
            "case_id": session.execute(another).scalar_one(),
            "corrected_by": on["new"],
            "manifest": "0" * 64,
            "added_at": clock.moment,
        }
        with pytest.raises(DBAPIError, match="refers to what corrected"):
            session.execute(insert(REFERENCES), [row])
    engine.dispose()

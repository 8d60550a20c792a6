"""Checks the register as a whole: every posting adds up and has header and case, every person an index."""

from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from database import keys
from engine.record import Case
from oversight import holdings, pages, unreadable, written
from oversight.findings import Finding, Findings, differs
from register import as_of, reading, versions
from register.claims import ClaimVersion
from register.ledger import LedgerLine, RegisterPosting
from register.payables import PAYMENT
from register.rights import EntitlementVersion, MonthVersion, RelationVersion
from register.subjects import Employer, Person, Version

_OPENING = "OPENING-"
_PARTS: tuple[Any, ...] = (
    LedgerLine,
    Version,
    EntitlementVersion,
    RelationVersion,
    MonthVersion,
    ClaimVersion,
)


def check(session: Session) -> Findings:
    """Every posting, the openings included, then every person and employer."""
    yield from _sums(session)
    yield from _without_header(session)
    yield from _without_case(session)
    openings = select(RegisterPosting.case_no).where(RegisterPosting.case_no.startswith(_OPENING))
    for case_no in session.execute(openings).scalars().all():
        yield from unreadable.guarded(case_no, "register_versions", _opening(session, case_no))
        session.expunge_all()
    for person_id in session.execute(select(Person.person_id)).scalars().all():
        yield from unreadable.guarded(person_id, "persons", _person(session, person_id))
        session.expunge_all()
    for employer_id in session.execute(select(Employer.employer_id)).scalars().all():
        yield from unreadable.guarded(employer_id, "employers", _employer(session, employer_id))
        session.expunge_all()


def _sums(session: Session) -> Findings:
    """Lines against the header they belong to, and debits against credits."""
    sums = {
        side: func.coalesce(
            func.sum(case((LedgerLine.side == side, LedgerLine.amount_cents), else_=0)), 0
        )
        for side in ("debit", "credit")
    }
    count = func.count(LedgerLine.line_id)
    header = RegisterPosting
    belongs = and_(LedgerLine.case_no == header.case_no, LedgerLine.posting_no == header.posting_no)
    found = session.execute(
        select(header.case_no, header.posting_no, header.line_count, count, header.debit_cents,
               sums["debit"], header.credit_cents, sums["credit"])
        .outerjoin(LedgerLine, belongs)
        .group_by(header.case_no, header.posting_no)
        .having((count != header.line_count) | (sums["debit"] != header.debit_cents)
                | (sums["credit"] != header.credit_cents))
    )  # fmt: skip
    for case_no, number, stored_count, counted, debit, debits, credit, credits_ in found:
        row = f"register_postings#{number}"
        pairs = {
            "line_count": (stored_count, counted),
            "debit_cents": (debit, int(debits)),
            "credit_cents": (credit, int(credits_)),
        }
        for column, pair in pairs.items():
            yield from differs(case_no, row, column, "ledger.header", pair)
    for case_no, debit, credit in reading.unbalanced(session):
        yield Finding(case_no, "ledger_lines", "amount_cents", "ledger.unbalanced", debit, credit)


def _without_header(session: Session) -> Findings:
    for part in _PARTS:
        headed = select(RegisterPosting.case_no).where(
            RegisterPosting.case_no == part.case_no, RegisterPosting.posting_no == part.posting_no
        )
        lost = select(part.case_no).where(~headed.exists()).distinct()
        for case_no in session.execute(lost).scalars():
            yield Finding(case_no, part.__tablename__, "posting_no", "ledger.no_header")


def _without_case(session: Session) -> Findings:
    """A posting is that of a completed case, an opening from before the first one, or a payable's step.

    Whether there is such a step ``oversight.payments`` looks at.
    """
    found = select(RegisterPosting.case_no).where(
        RegisterPosting.case_no.not_in(select(Case.case_no)),
        ~RegisterPosting.case_no.startswith(_OPENING),
        ~RegisterPosting.case_no.startswith(PAYMENT),
    )
    for case_no in session.execute(found).scalars():
        yield Finding(case_no, "register_postings", "case_no", "ledger.no_case", case_no, None)


def _opening(session: Session, case_no: str) -> Findings:
    page = pages.alone(session, case_no)
    said = written.by_case(page, case_no).said
    yield from holdings.check(page, case_no, said.get("changes", []))


def _person(session: Session, person_id: str) -> Findings:
    """He is found by the number on record; his row came with what was first said of him, and counts it."""
    said = versions.of_person(session, person_id, "person_key")
    index = keys.current().blind_index("id_no", versions.folded(said, "person_key")["id_no"])
    asked = select(Person.id_no_index, Person.version, Person.opened_at)
    stored = session.execute(asked.where(Person.person_id == person_id)).one()
    if stored.id_no_index != index:
        yield Finding(person_id, "persons", "id_no_index", "person.index")
    pair = (stored.opened_at, said[0].recorded_at)
    yield from differs(person_id, "persons", "opened_at", "person.opened", pair)
    counted = (stored.version, len(as_of.wrote(session, "person", person_id)))
    yield from differs(person_id, "persons", "version", "person.version", counted)


def _employer(session: Session, employer_id: str) -> Findings:
    said = versions.of_employer(session, employer_id)
    asked = select(Employer.uscc, Employer.version, Employer.opened_at)
    stored = session.execute(asked.where(Employer.employer_id == employer_id)).one()
    pair = (stored.uscc, versions.folded(said, "employer_key")["uscc"])
    yield from differs(employer_id, "employers", "uscc", "employer.uscc", pair)
    pair = (stored.opened_at, said[0].recorded_at)
    yield from differs(employer_id, "employers", "opened_at", "employer.opened", pair)
    counted = (stored.version, len(as_of.wrote(session, "employer", employer_id)))
    yield from differs(employer_id, "employers", "version", "employer.version", counted)

"""Checks the register as a whole: every posting adds up and has header and case, every person an index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from database import keys
from database.declarative import table_of
from engine.record import Case
from oversight import erased, holdings, pages, together, unreadable, written
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page
from oversight.subjects import Subjects
from oversight.together import Together
from register import reading, versions
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
_VERSIONS = table_of(Version)
_DESCRIBED = select(
    _VERSIONS.c.version_id, _VERSIONS.c.kind, _VERSIONS.c.after, _VERSIONS.c.recorded_at
).order_by(_VERSIONS.c.version_id)
_KEY_DATA = together.columns(
    _DESCRIBED.where(_VERSIONS.c.kind == "person_key"), _VERSIONS.c.person_id
)
_OF_EMPLOYER = together.columns(_DESCRIBED, _VERSIONS.c.employer_id)
_PERSONS = together.columns(
    select(Person.id_no_index, Person.version, Person.opened_at), Person.person_id
)
_EMPLOYERS = together.columns(
    select(Employer.uscc, Employer.version, Employer.opened_at), Employer.employer_id
)


def check(session: Session) -> Findings:
    """Every posting, the openings included, then every person and employer."""
    yield from _sums(session)
    yield from _without_header(session)
    yield from _without_case(session)
    openings = select(RegisterPosting.case_no).where(RegisterPosting.case_no.startswith(_OPENING))
    listed = session.execute(openings.order_by(RegisterPosting.case_no)).scalars().all()
    for numbers in together.parts(listed):
        page = pages.of_numbers(session, numbers)
        for case_no in numbers:
            yield from unreadable.guarded(case_no, "register_versions", _opening(page, case_no))
    for kind, row, model, found in (
        ("person", "persons", Person, _person),
        ("employer", "employers", Employer, _employer),
    ):
        key = table_of(model).c[f"{kind}_id"]
        for ids in together.parts(session.execute(select(key).order_by(key)).scalars().all()):
            subjects = Subjects(session, [(kind, one) for one in ids])
            rows = Together(session, ids)
            for one in ids:
                yield from unreadable.guarded(one, row, found(subjects, rows, one))


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


def _opening(page: Page, case_no: str) -> Findings:
    there = written.by_case(page, case_no)
    said = there.said
    for change in there.changes:
        under = page.known.erased.get(str(change.person_id))
        name = f"register_versions#{change.change_no}"
        yield from erased.check_rows(case_no, under, [(name, vars(change))])
    if any(is_erased(change.after) for change in there.changes):
        return
    yield from holdings.check(page, case_no, said.get("changes", []))


def _person(subjects: Subjects, rows: Together, person_id: str) -> Findings:
    """He is found by the number on record; his row came with what was first said of him, and counts it."""
    said = rows.of(_KEY_DATA, person_id)
    if is_erased(versions.folded(said, "person_key")):
        # That his index is nobody's is looked at with his erasure.
        yield from _counted(subjects, rows, person_id, said)
        return
    number = versions.folded(said, "person_key")["id_no"]
    (stored,) = rows.of(_PERSONS, person_id)
    if stored.id_no_index not in keys.current().blind_indexes("id_no", number):
        yield Finding(person_id, "persons", "id_no_index", "person.index")
    yield from _counted(subjects, rows, person_id, said)


def _counted(subjects: Subjects, rows: Together, person_id: str, said: Sequence[Any]) -> Findings:
    (stored,) = rows.of(_PERSONS, person_id)
    pair = (stored.opened_at, said[0].recorded_at)
    yield from differs(person_id, "persons", "opened_at", "person.opened", pair)
    counted = (stored.version, len(subjects.wrote("person", person_id)))
    yield from differs(person_id, "persons", "version", "person.version", counted)


def _employer(subjects: Subjects, rows: Together, employer_id: str) -> Findings:
    said = rows.of(_OF_EMPLOYER, employer_id)
    (stored,) = rows.of(_EMPLOYERS, employer_id)
    code = (stored.uscc, versions.folded(said, "employer_key")["uscc"])
    yield from differs(employer_id, "employers", "uscc", "employer.uscc", code)
    pair = (stored.opened_at, said[0].recorded_at)
    yield from differs(employer_id, "employers", "opened_at", "employer.opened", pair)
    counted = (stored.version, len(subjects.wrote("employer", employer_id)))
    yield from differs(employer_id, "employers", "version", "employer.version", counted)

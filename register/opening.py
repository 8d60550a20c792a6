"""Loads what was on the register before the first case: balanced postings under ``OPENING-…`` numbers.

The demo office is built with it. It writes through the one writer, so that an opening balance is a double
entry like any other and everything a person holds leads back to a posting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from database import clock, keys
from database.declarative import table_of
from database.identifiers import new_id
from register import arising, chart, founding, identity, months, proposals, writing
from register.entries import Change, Line, Posting
from register.records import ContributionMonth, EntitlementStatus, PostKind
from register.rights import MonthVersion
from register.subjects import Employer, Person

_CASE_NO_LENGTH = 24


@dataclass(frozen=True, slots=True)
class RelationOpening:
    """An insured relation as it stood: with whom, and since when in this status."""

    agency_code: str
    from_month: int
    kind: str = "EMPLOYEE"
    status: str = "ACTIVE"
    employer_id: str | None = None


@dataclass(frozen=True, slots=True)
class PensionOpening:
    """A pension as it stood: in payment, unless its status says otherwise, with its parts in cents."""

    from_month: int
    components: Mapping[str, int]
    status: EntitlementStatus = "PAYING"


@dataclass(frozen=True, slots=True)
class ClaimOpening:
    """Past months that an employer was assessed to pay and has not; base and sums in cents."""

    employer_id: str
    from_month: int
    to_month: int
    base_cents: int
    account_cents: int
    pooled_cents: int
    late_fee_cents: int
    assessed_on: date


@dataclass(frozen=True, slots=True)
class PersonOpening:
    """A person as the register begins with; birth date and sex are those of the id number.

    ``payable_cents`` is what was determined and came back unpaid before: no account of it is known.
    """

    id_no: str
    name: str
    post_kind: PostKind
    first_work_on: date | None
    relations: Sequence[RelationOpening]
    months: Sequence[ContributionMonth] = ()
    principal_cents: int = 0
    interest_cents: int = 0
    contact: Mapping[str, Any] = field(default_factory=dict)
    payment_account: Mapping[str, Any] | None = None
    pension: PensionOpening | None = None
    payable_cents: int = 0
    claims: Sequence[ClaimOpening] = ()


def open_person(session: Session, opening: PersonOpening, *, agency: str) -> str:
    """Put a person on the register as given; the new register id.

    Raises IdNumberRefused for an impossible number; a number that is taken is refused by the database.
    """
    today = clock.today(session)
    identity.check_id_no(opening.id_no, today)
    founding.refuse_taken(session, [opening.id_no])
    person_id = new_id()
    now = clock.now(session)
    session.execute(
        insert(Person),
        [
            {
                "person_id": person_id,
                "id_no_index": keys.current().blind_index("id_no", opening.id_no),
                "version": 0,
                "opened_at": now,
            }
        ],
    )
    case_no = _case_no(person_id)
    if opening.months:
        session.execute(
            insert(table_of(MonthVersion)), _month_rows(person_id, case_no, opening.months)
        )
    posting = Posting(
        lines=_lines(person_id, opening),
        changes=_changes(person_id, opening, today),
        payee={"kind": "person", "holder": opening.name, "bank_name": None, "bank_account": None},
    )
    writing.write(session, posting, case_no=case_no, posting_no=1, agency=agency, posted_at=now)
    arising.arise(session, posting, case_no=case_no, agency=agency, at=now)
    return person_id


def open_employer(session: Session, *, uscc: str, name: str, agency: str) -> str:
    """Put an employer on the register; the new register id. Raises CreditCodeRefused."""
    identity.check_uscc(uscc)
    employer_id, now = new_id(), clock.now(session)
    row = {"employer_id": employer_id, "uscc": uscc, "version": 0, "opened_at": now}
    session.execute(insert(Employer), [row])
    key = {"uscc": uscc, "name": name, "agency_code": agency, "status": "ACTIVE"}
    change = Change("employer_key", "employer", employer_id, clock.today(session), key)
    writing.write(
        session,
        Posting(changes=[change]),
        case_no=_case_no(employer_id),
        posting_no=1,
        agency=agency,
        posted_at=now,
    )
    return employer_id


def _case_no(subject_id: str) -> str:
    return ("OPENING-" + subject_id)[:_CASE_NO_LENGTH]


def _month_rows(
    person_id: str, case_no: str, listed: Sequence[ContributionMonth]
) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person_id,
            "month": month.month,
            "version": 1,
            "base_cents": month.base_cents,
            "origin": month.origin,
            "case_no": case_no,
            "posting_no": 1,
        }
        for month in listed
    ]


def _lines(person_id: str, opening: PersonOpening) -> list[Line]:
    parts = (
        (chart.PRINCIPAL, opening.principal_cents),
        (chart.INTEREST, opening.interest_cents),
        (chart.PAYABLE, opening.payable_cents),
    )
    held = [Line(code, "credit", cents, person_id) for code, cents in parts if cents]
    total = sum(line.amount_cents for line in held)
    lines = [Line(chart.OPENING, "debit", total), *held] if held else []
    for claim in opening.claims:
        lines += proposals.assessed(
            claim.account_cents + claim.pooled_cents, claim.late_fee_cents, memo=""
        )
    return lines


def _changes(person_id: str, opening: PersonOpening, today: date) -> list[Change]:
    birth = identity.birth_of(opening.id_no)
    started = opening.first_work_on or birth
    key = {
        "id_no": opening.id_no,
        "name": opening.name,
        "sex": identity.sex_of(opening.id_no),
        "birth": birth.isoformat(),
        "first_work_on": opening.first_work_on and opening.first_work_on.isoformat(),
        "post_kind": opening.post_kind,
    }
    said: list[tuple[str, date, Mapping[str, Any]]] = [("person_key", birth, key)]
    if opening.contact:
        said.append(("person_contact", today, opening.contact))
    if opening.payment_account:
        said.append(("payment_account", started, opening.payment_account))
    for relation in opening.relations:
        after = {
            "agency_code": relation.agency_code,
            "kind": relation.kind,
            "status": relation.status,
            "from_month": relation.from_month,
            "employer_id": relation.employer_id,
        }
        said.append(("relation", months.first_day(relation.from_month), after))
    if opening.pension is not None:
        after = {
            "kind": "pension",
            "monthly_cents": sum(opening.pension.components.values()),
            "from_month": opening.pension.from_month,
            "status": opening.pension.status,
            "components": dict(opening.pension.components),
        }
        said.append(("entitlement", months.first_day(opening.pension.from_month), after))
    for claim in opening.claims:
        after = {**asdict(claim), "assessed_on": claim.assessed_on.isoformat()}
        said.append(("claim", claim.assessed_on, {**after, "status": "ASSESSED"}))
    return [Change(kind, "person", person_id, day, after) for kind, day, after in said]

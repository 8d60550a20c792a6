"""Edits of the register, of documents and of sealed columns, each with the finding that must name it."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from database import keys
from engine.paperwork.documents import IssuedDocument
from engine.rules.risk_history import RegisteredRiskTable
from register.ledger import LedgerLine, RegisterPosting
from register.rights import EntitlementVersion, RelationVersion
from register.subjects import Person, Version
from tests.book import Book, Edit


def raise_the_amount(session: Session, book: Book) -> None:
    """Ten times the money, in the lines and in their header: the books balance."""
    lines, header = LedgerLine.case_no == book.money, RegisterPosting.case_no == book.money
    session.execute(
        update(LedgerLine).where(lines).values(amount_cents=LedgerLine.amount_cents * 10)
    )
    total = RegisterPosting.debit_cents * 10
    session.execute(
        update(RegisterPosting).where(header).values(debit_cents=total, credit_cents=total)
    )


def one_ledger_line(session: Session, book: Book) -> None:
    mine = (LedgerLine.case_no == book.money, LedgerLine.line_no == 1)
    session.execute(update(LedgerLine).where(*mine).values(amount_cents=1))


def delete_ledger_line(session: Session, book: Book) -> None:
    mine = (LedgerLine.case_no == book.money, LedgerLine.line_no == 2)
    session.execute(delete(LedgerLine).where(*mine))


def add_ledger_lines_to_another_case(session: Session, book: Book) -> None:
    """Two lines that balance, under a case that wrote none."""
    rows = session.execute(
        select(LedgerLine.__table__).where(LedgerLine.case_no == book.money)
    ).all()
    for row in rows:
        line = {**row._mapping, "case_no": book.other}
        line.pop("line_id")
        session.execute(insert(LedgerLine), [line])


def edit_version(session: Session, book: Book) -> None:
    mine = Version.case_no == book.other
    after = session.execute(select(Version.after).where(mine)).scalar_one()
    session.execute(
        update(Version).where(mine).values(after={**after, "bank_account": "6217000099999999"})
    )


def edit_benefit(session: Session, book: Book) -> None:
    mine = EntitlementVersion.case_no == book.benefit
    session.execute(update(EntitlementVersion).where(mine).values(monthly_cents=99_999_00))


def edit_opening_benefit(session: Session, book: Book) -> None:
    del book
    opened = EntitlementVersion.case_no.startswith("OPENING-")
    session.execute(update(EntitlementVersion).where(opened).values(monthly_cents=99_999_00))


def posting_out_of_nothing(session: Session, book: Book) -> None:
    """A header and lines that balance, under a number that no case has."""
    header = session.execute(
        select(RegisterPosting.__table__).where(RegisterPosting.case_no == book.money)
    ).one()
    session.execute(insert(RegisterPosting), [{**header._mapping, "case_no": "NONE-1"}])
    lines = session.execute(
        select(LedgerLine.__table__).where(LedgerLine.case_no == book.money)
    ).all()
    for row in lines:
        line = {**row._mapping, "case_no": "NONE-1"}
        line.pop("line_id")
        session.execute(insert(LedgerLine), [line])


def delete_the_posting(session: Session, book: Book) -> None:
    session.execute(delete(LedgerLine).where(LedgerLine.case_no == book.money))
    session.execute(delete(RegisterPosting).where(RegisterPosting.case_no == book.money))


def edit_document(session: Session, book: Book) -> None:
    mine = (IssuedDocument.case_no == book.paper, IssuedDocument.kind == "certificate")
    said = session.execute(select(IssuedDocument.content).where(*mine)).scalar_one()
    session.execute(
        update(IssuedDocument).where(*mine).values(content={**said, "months_total": 480})
    )


def forge_document(session: Session, book: Book) -> None:
    row = session.execute(
        select(IssuedDocument.__table__).where(
            IssuedDocument.case_no == book.paper, IssuedDocument.kind == "certificate"
        )
    ).one()
    forged = {**row._mapping, "case_no": book.waiting, "number": "F1", "verification_code": "F"}
    forged.pop("document_id")
    session.execute(insert(IssuedDocument), [forged])


def spoil(table: str, column: str, where: str) -> Callable[[Session, Book], None]:
    """Bytes that no key opens, in a sealed column."""

    def edit(session: Session, book: Book) -> None:
        bound = text(f"UPDATE {table} SET {column} = :spoilt WHERE {where}").bindparams(  # noqa: S608
            spoilt=b"\0" * 40
        )
        numbers = {"number": book.other, "case": book.case_id(session, "other")}
        used = {name: value for name, value in numbers.items() if f":{name}" in where}
        session.execute(bound, used)

    return edit


def move_person(session: Session, book: Book) -> None:
    """Somebody else is found under a person's number."""
    del book
    one, other = session.execute(select(Person.person_id, Person.id_no_index).limit(2)).all()
    for person, index in ((one, "x"), (other, one.id_no_index), (one, other.id_no_index)):
        session.execute(
            update(Person).where(Person.person_id == person.person_id).values(id_no_index=index)
        )


def _newcomer(session: Session, book: Book) -> str:
    """The register id of whom the book's case put on the register."""
    mine = (Version.case_no == book.enrolled, Version.kind == "person_key")
    return str(session.execute(select(Version.person_id).where(*mine)).scalar_one())


def enrol_another(session: Session, book: Book) -> None:
    """The newcomer gets another number, in his version and in the row he is found by."""
    mine = (Version.case_no == book.enrolled, Version.kind == "person_key")
    after = session.execute(select(Version.after).where(*mine)).scalar_one()
    other = "610099198506145082"
    session.execute(update(Version).where(*mine).values(after={**after, "id_no": other}))
    index = keys.current().blind_index("id_no", other + "?")
    person = Person.person_id == _newcomer(session, book)
    session.execute(update(Person).where(person).values(id_no_index=index))


def a_person_out_of_nothing(session: Session, book: Book) -> None:
    """A row on the register, and no case that ever said anything of him."""
    row = session.execute(
        select(Person.__table__).where(Person.person_id == _newcomer(session, book))
    ).one()
    nobody = {**row._mapping, "person_id": "0" * 32, "id_no_index": "nobody"}
    session.execute(insert(Person), [nobody])


def move_the_newcomer(session: Session, book: Book) -> None:
    mine = RelationVersion.case_no == book.enrolled
    session.execute(update(RelationVersion).where(mine).values(agency_code="990102"))


def of_the_newcomer(**values: object) -> Callable[[Session, Book], None]:
    """These values in his row."""

    def edit(session: Session, book: Book) -> None:
        person = Person.person_id == _newcomer(session, book)
        session.execute(update(Person).where(person).values(**values))

    return edit


def edit_risk_table(session: Session, book: Book) -> None:
    del book
    session.execute(update(RegisteredRiskTable).values(content="processes: {}"))


EDITS = {
    "change a ledger line": Edit(one_ledger_line, "money", "ledger_lines#1", "amount_cents"),
    "raise the amount throughout": Edit(
        raise_the_amount, "money", "ledger_lines#2", "amount_cents"
    ),
    "delete a ledger line": Edit(delete_ledger_line, "money", "ledger_lines#2", ""),
    "lines for another case": Edit(add_ledger_lines_to_another_case, "other", "ledger_lines#1", ""),
    "delete a posting": Edit(delete_the_posting, "money", "register_postings", "posting_no"),
    "a posting without a case": Edit(
        posting_out_of_nothing, "NONE-1", "register_postings", "case_no"
    ),
    "change a register version": Edit(edit_version, "other", "register_versions#1", "after"),
    "raise a benefit": Edit(edit_benefit, "benefit", "entitlement_versions#", "monthly_cents"),
    "raise an opened benefit": Edit(
        edit_opening_benefit, "OPENING-", "entitlement_versions#", "monthly_cents"
    ),
    "edit a certificate": Edit(edit_document, "paper", "documents#", "content"),
    "forge a certificate": Edit(forge_document, "waiting", "documents#F1", "number"),
    "swap two persons": Edit(move_person, "", "persons", "id_no_index"),
    "enrol another": Edit(enrol_another, "enrolled", "register_versions#1", "after"),
    "move the newcomer": Edit(move_the_newcomer, "enrolled", "relation_versions#", "agency_code"),
    "a person out of nothing": Edit(a_person_out_of_nothing, "0" * 32, "persons", ""),
    "find the newcomer under nothing": Edit(
        of_the_newcomer(id_no_index="x"), "", "persons", "id_no_index"
    ),
    "a newcomer of old": Edit(
        of_the_newcomer(opened_at=datetime(2020, 1, 1, tzinfo=UTC)), "", "persons", "opened_at"
    ),
    "count the newcomer up": Edit(of_the_newcomer(version=7), "", "persons", "version"),
    "edit the risk table": Edit(edit_risk_table, "", "risk_tables#", "content"),
    "spoil an opinion": Edit(
        spoil("sign_offs", "opinion", "case_no = :number AND seq = 1"),
        "other",
        "sign_offs#1",
        "opinion",
    ),
    "spoil a form": Edit(
        spoil("case_contents", "form", "case_id = :case"), "other", "case_contents#1", "form"
    ),
    "spoil a salt": Edit(
        spoil("case_contents", "posting_salt", "case_id = :case"),
        "other",
        "case_contents#1",
        "posting_salt",
    ),
    "spoil a document": Edit(
        spoil("documents", "content", "case_no = :number"), "other", "documents#", "content"
    ),
    "spoil a version": Edit(
        spoil("register_versions", "after", "case_no = :number"),
        "other",
        "register_versions#1",
        "after",
    ),
    "spoil a late entry": Edit(
        spoil("cases", "late_entry_reason", "case_no = :number"),
        "other",
        "cases#",
        "late_entry_reason",
    ),
}

"""Hand-written statements under the application's own role: none posts or completes around the sign-offs."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import DBAPIError

from database import clock, connection
from database.declarative import table_of
from engine.record import Case
from engine.signoffs import SignOff
from oversight import verification
from register.ledger import LedgerLine, RegisterPosting
from tests.databases import Database
from tests.people import Hall

SIGN_OFFS, CASES = table_of(SignOff), table_of(Case)
POSTINGS, LINES = table_of(RegisterPosting), table_of(LedgerLine)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The application's way to its database, by hand."""
    opened = connection.connect(database.url)
    yield opened
    opened.dispose()


def header(case_no: str, cents: int = 0) -> dict[str, object]:
    return {
        "case_no": case_no,
        "posting_no": 1,
        "agency_code": "990101",
        "posted_at": clock.Clock().now(),
        "line_count": 2 if cents else 0,
        "change_count": 0,
        "debit_cents": cents,
        "credit_cents": cents,
    }


def lines(case_no: str, debit: int, credit: int) -> list[dict[str, object]]:
    both = (("debit", debit), ("credit", credit))
    return [
        {
            "case_no": case_no, "posting_no": 1, "line_no": number, "account": "adjustments",
            "side": side, "amount_cents": cents, "subject_id": None, "month": None, "memo": "",
        }
        for number, (side, cents) in enumerate(both, start=1)
    ]  # fmt: skip


def refused(engine: Engine, *statements: object) -> str:
    """What the database says to these, at the latest when they are committed."""
    with pytest.raises(DBAPIError) as said, engine.begin() as opened:
        _all(opened, statements)
    return str(said.value)


def _all(opened: Connection, statements: tuple[object, ...]) -> None:
    for statement in statements:
        opened.execute(statement)  # type: ignore[call-overload]


def test_a_waiting_case_is_not_posted_by_hand(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    for staff_no in ("R101", "D101"):
        said = refused(
            engine,
            insert(LINES).values(lines(number, 100, 100)),
            insert(POSTINGS).values(header(number, 100)),
        )
        assert "lacks the sign-offs" in said
        getattr(hall, staff_no).sign(number)
    assert hall.Z101.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_a_returned_case_is_not_posted_on_its_void_signatures(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])

    assert "lacks the sign-offs" in refused(engine, insert(POSTINGS).values(header(number)))


def test_nothing_is_posted_for_no_case(hall: Hall, engine: Engine) -> None:
    hall.T101.accept(hall.example("enrollment_certificate", 3))

    assert "lacks the sign-offs" in refused(engine, insert(POSTINGS).values(header("CASE-9")))
    late = refused(engine, insert(POSTINGS).values(header("OPENING-9")))
    assert "before the first sign-off" in late


def test_a_case_is_not_completed_by_hand(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    this = CASES.c.case_no == number

    assert "by its posting" in refused(engine, update(CASES).where(this).values(status="completed"))
    assert hall.R101.sign(number)["status"] == "completed"


def test_lines_without_their_header_are_not_kept(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]

    refused(engine, insert(LINES).values(lines(number, 100, 100)))


def test_signatures_out_of_order_post_nothing(hall: Hall, engine: Engine) -> None:
    """Whoever may add rows may add sign-offs too: the database counts and orders them, as far as it can."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(number)
    with engine.connect() as opened:
        rows = select(SIGN_OFFS).where(SIGN_OFFS.c.case_no == number).order_by(SIGN_OFFS.c.seq)
        signed = [dict(row) for row in opened.execute(rows).mappings()]
    for row in signed:
        row.pop("sign_off_id")
    forged = [
        {**signed[1], "seq": seq, "step": step, "signer_person": person}
        for seq, step, person in ((3, "conclude", 9001), (4, "endorse", 9002))
    ]

    said = refused(
        engine, insert(SIGN_OFFS).values(forged), insert(POSTINGS).values(header(number))
    )

    assert "lacks the sign-offs" in said or "foreign key" in said.lower()


def test_forged_signatures_get_past_the_database_and_no_further(hall: Hall, engine: Engine) -> None:
    """It can't tell whose signature it is; the guard can, and so can whoever verifies."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(number)
    with engine.begin() as opened:
        rows = select(SIGN_OFFS).where(SIGN_OFFS.c.case_no == number).order_by(SIGN_OFFS.c.seq)
        signed = [dict(row) for row in opened.execute(rows).mappings()]
        person = 1 + max(row["signer_person"] for row in signed)
        forged = [
            {**signed[1], "seq": seq, "step": step, "signer_person": person + seq}
            for seq, step in ((3, "endorse"), (4, "conclude"))
        ]
        for row in forged:
            row.pop("sign_off_id")
        opened.execute(insert(SIGN_OFFS).values(forged))
        opened.execute(insert(POSTINGS).values(header(number)))

    found = {finding["rule"] for finding in hall.A101.findings(number)}
    assert {"sign_off.not_signed", "sign_off.key_of_another", "sign_off.not_in_journal"} <= found


def test_one_statement_hides_nothing_from_the_sums(
    hall: Hall, engine: Engine, database: Database
) -> None:
    """On PostgreSQL neither part of a statement sees what the other writes: it is asked at the commit."""
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.R101.sign(number)
    if database.kind == "sqlite":
        # It knows no statement that writes to two tables.
        said = refused(engine, insert(LINES).values(lines(number, 100, 99)))
        assert "closed" in said
        return
    parts = (
        "WITH l AS (INSERT INTO ledger_lines (case_no, posting_no, line_no, account, side,"
        " amount_cents, memo) VALUES (%(n)s, 2, 1, 'adjustments', 'debit', 100, '') RETURNING 1)"
        " INSERT INTO register_postings (case_no, posting_no, agency_code, posted_at, line_count,"
        " change_count, debit_cents, credit_cents) "
    )
    header = "%(n)s, 2, '990101', now(), 0, 0, 0, 0"
    for ending in (f"VALUES ({header})", f"SELECT {header} FROM l"):  # noqa: S608
        with (
            pytest.raises(DBAPIError, match=r"does not add up|is closed"),
            engine.begin() as opened,
        ):
            opened.exec_driver_sql(parts + ending, {"n": number})
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        office = hall.client.app.state.office  # type: ignore[attr-defined]
        assert list(verification.verify_office(session, office)) == []

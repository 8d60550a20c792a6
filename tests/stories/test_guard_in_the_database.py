"""Hand-written statements under the application's own role: none posts or completes around the sign-offs."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from authz.offices.accounts import Account
from database import clock, connection
from database.declarative import table_of
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight import verification
from register.ledger import LedgerLine, RegisterPosting
from tests.databases import Database
from tests.people import Hall

SIGN_OFFS, CASES, CONTENTS = table_of(SignOff), table_of(Case), table_of(CaseContent)
ACCOUNTS = table_of(Account)
POSTINGS, LINES = table_of(RegisterPosting), table_of(LedgerLine)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The application's way to its database, by hand."""
    opened = connection.connect(database.wide_url)
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


def signed_rows(engine: Engine, number: str) -> list[dict[str, object]]:
    """The sign-offs of a case, as they can be written again under other numbers."""
    rows = select(SIGN_OFFS).where(SIGN_OFFS.c.case_no == number).order_by(SIGN_OFFS.c.seq)
    with engine.connect() as opened:
        found = [dict(row) for row in opened.execute(rows).mappings()]
    for row in found:
        row.pop("sign_off_id")
    return found


def persons(engine: Engine, *staff: str) -> list[int]:
    """The natural persons of these accounts."""
    asked = select(ACCOUNTS.c.staff_no, ACCOUNTS.c.person_id).where(ACCOUNTS.c.staff_no.in_(staff))
    with engine.connect() as opened:
        found = {row.staff_no: row.person_id for row in opened.execute(asked)}
    return [found[one] for one in staff]


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
    for posted_at in ({}, {"posted_at": datetime(2000, 1, 1, tzinfo=UTC)}):
        opening = insert(POSTINGS).values(header("OPENING-777", 50_000_00) | posted_at)
        late = refused(engine, insert(LINES).values(lines("OPENING-777", 100, 100)), opening)
        assert "before the first case" in late or "add up" in late
        opening = insert(POSTINGS).values(header("OPENING-777") | posted_at)
        assert "before the first case" in refused(engine, opening)


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
    signed = signed_rows(engine, number)
    director, deputy = persons(engine, "Z101", "D101")
    forged = [
        {**signed[1], "seq": seq, "step": step, "post": post, "signer_person": person}
        for seq, step, post, person in (
            (3, "conclude", "director", director),
            (4, "endorse", "deputy_director", deputy),
        )
    ]

    said = refused(
        engine, insert(SIGN_OFFS).values(forged), insert(POSTINGS).values(header(number))
    )

    assert "lacks the sign-offs" in said


@pytest.mark.parametrize("posts", [("reviewer", "reviewer"), ("deputy_director", "director")])
def test_forged_signatures_get_past_the_database_and_no_further(
    hall: Hall, engine: Engine, posts: tuple[str, str]
) -> None:
    """It can't tell whose signature it is, only in which post; the guard can, and whoever verifies."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(number)
    signed = signed_rows(engine, number)
    deputy, director = persons(engine, "D101", "Z101")
    forged = [
        {**signed[1], "seq": seq, "step": step, "post": post, "signer_person": person}
        for seq, step, post, person in (
            (3, "endorse", posts[0], deputy),
            (4, "conclude", posts[1], director),
        )
    ]
    statements = (insert(SIGN_OFFS).values(forged), insert(POSTINGS).values(header(number)))
    if "reviewer" in posts:
        assert "lacks the sign-offs" in refused(engine, *statements)
        return
    with engine.begin() as opened:
        _all(opened, statements)

    found = {finding["rule"] for finding in hall.A101.findings(number)}
    assert {"sign_off.not_signed", "sign_off.key_of_another", "sign_off.not_in_journal"} <= found


def test_one_forged_row_does_not_make_a_case_instant(hall: Hall, engine: Engine) -> None:
    """A sign-off that calls its case level 3, in a cycle of its own, under its number or another."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    first = signed_rows(engine, number)[0]
    instant = {**first, "seq": 2, "cycle": 2, "risk_level": 3, "route": ""}
    for said in (number, "CASE-9"):
        forged = insert(SIGN_OFFS).values({**instant, "case_no": said})
        assert "lacks the sign-offs" in refused(
            engine, forged, insert(POSTINGS).values(header(said))
        )
    with engine.connect() as opened:
        row = opened.execute(select(CONTENTS).where(CONTENTS.c.case_id == first["case_id"]))
        content = insert(CONTENTS).values({**row.mappings().one(), "cycle": 2})
    for said in (number, "CASE-9"):
        forged = insert(SIGN_OFFS).values({**instant, "case_no": said})
        header_of = insert(POSTINGS).values(header(said))
        assert "lacks the sign-offs" in refused(engine, content, forged, header_of)

    assert hall.A101.findings(number) == []


def test_a_case_is_neither_lowered_nor_made_for_a_posting(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    this = CASES.c.case_no == number
    lowered = update(CASES).where(this).values(risk_level=3, route="")
    assert "only ever raised" in refused(engine, lowered)
    with engine.connect() as opened:
        case = dict(opened.execute(select(CASES).where(this)).mappings().one())
        content = dict(
            opened.execute(select(CONTENTS).where(CONTENTS.c.case_id == case["case_id"]))
            .mappings()
            .one()
        )
    other = {"case_id": int(str(case["case_id"])) + 1000}
    instant = signed_rows(engine, number)[0] | other | {"risk_level": 3, "route": ""}
    for said, of_case in (("CASE-9", {}), ("CASE-8", {"risk_level": 2, "route": ""})):
        statements = (
            insert(CONTENTS).values(content | other),
            insert(SIGN_OFFS).values(instant | {"case_no": "CASE-9"}),
            insert(POSTINGS).values(header("CASE-9")),
            insert(CASES).values(case | other | {"case_no": said} | of_case),
        )
        assert "lacks the sign-offs" in refused(engine, *statements)


def test_a_meetings_case_is_not_posted_without_the_resolution(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("benefit_adjustment", 1, "city_meeting"))["case_no"]
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(number)
    last = signed_rows(engine, number)[-1]
    (person,) = persons(engine, "H001")
    head = {"seq": 5, "step": "city_conclude", "post": "city_head", "signer_person": person}

    said = refused(
        engine,
        insert(SIGN_OFFS).values(last | head),
        insert(POSTINGS).values(header(number)),
    )

    assert "lacks the sign-offs" in said


def test_a_case_posts_once(hall: Hall, engine: Engine) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    assert hall.R101.sign(number)["status"] == "completed"
    again = [{**line, "posting_no": 2} for line in lines(number, 100, 100)]

    said = refused(
        engine,
        insert(LINES).values(again),
        insert(POSTINGS).values(header(number, 100) | {"posting_no": 2}),
    )

    assert "once" in said


def test_one_statement_hides_nothing_from_the_sums(
    hall: Hall, engine: Engine, database: Database
) -> None:
    """On PostgreSQL neither part of a statement sees what the other writes: it is asked at the commit."""
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    (reviewer,) = persons(engine, "R101")
    review = {"seq": 2, "step": "review", "post": "reviewer", "signer_person": reviewer}
    forged = insert(SIGN_OFFS).values(signed_rows(engine, number)[0] | review)
    if database.kind == "sqlite":
        # It knows no statement that writes to two tables.
        both = (
            insert(LINES).values(lines(number, 100, 99)),
            insert(POSTINGS).values(header(number)),
        )
        assert "does not add up" in refused(engine, forged, *both)
        return
    parts = (
        "WITH l AS (INSERT INTO ledger_lines (case_no, posting_no, line_no, account, side,"
        " amount_cents, memo) VALUES (:n, 1, 1, 'adjustments', 'debit', 100, '') RETURNING 1)"
        " INSERT INTO register_postings (case_no, posting_no, agency_code, posted_at, line_count,"
        " change_count, debit_cents, credit_cents) "
    )
    header_of = ":n, 1, '990101', now(), 0, 0, 0, 0"
    for ending in (f"VALUES ({header_of})", f"SELECT {header_of} FROM l"):  # noqa: S608
        said = refused(engine, forged, text(parts + ending).bindparams(n=number))
        assert "does not add up" in said or "is closed" in said
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        office = hall.client.app.state.office  # type: ignore[attr-defined]
        assert list(verification.verify_office(session, office)) == []

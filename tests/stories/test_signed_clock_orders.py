"""Orders to a case's clocks, each signed by who gave it: with his key and password, and found when forged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from database import connection, suites
from database.clock import FixedClock
from database.declarative import table_of
from engine import journal
from engine.journal import JournalEntry
from engine.record import Case
from engine.timing.clock_order_record import ClockOrder
from oversight import check_evidence, verification
from tests import book, evidence_file, forged_evidence, other_values, software_token
from tests.clock_commands import EXTENSION, LONGER, ORDER, SIGNED, STOP
from tests.databases import Database
from tests.people import Hall
from tests.software_token import Token

MINE = ("account_adjustment", 1, "county")
Alter = Callable[[Session], Any]


@contextmanager
def administrator(database: Database) -> Iterator[Session]:
    """A session of who owns the tables, with the triggers gone."""
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with Session(engine) as session:
        yield session
        session.commit()
    engine.dispose()


def accepted(hall: Hall) -> tuple[str, str]:
    number = hall.T101.accept(hall.example(*MINE))["case_no"]
    return number, f"/api/cases/{number}"


def rules(hall: Hall, number: str) -> set[str]:
    return {one["rule"] for one in hall.A101.findings(number)}


def test_each_order_is_signed_and_told_by_its_digest(hall: Hall, tmp_path: Path) -> None:
    number, path = accepted(hall)
    assert hall.D101.post(path + "/clock-stop", ORDER, status=403)["rule"] == "signing.password"
    wrong = {**ORDER, "password": "not-his-password"}
    refused = hall.D101.post(path + "/clock-stop", wrong, status=403)
    assert refused["rule"] == "signing.password_wrong"
    assert hall.A101.history(number)["clock_orders"] == []

    hall.D101.post(path + "/clock-stop", STOP)
    # The password stands for the next order, for ten minutes.
    hall.D101.post(path + "/clock-resumption")
    hall.Z101.post(path + "/extension", EXTENSION)

    history = hall.A101.history(number)
    stop, resume, longer = history["clock_orders"]
    assert [one["act"] for one in history["clock_orders"]] == ["stop", "resume", "extend"]
    assert (stop["signer"], stop["reason"], stop["basis"]) == ("D101", "appraisal", ORDER["basis"])
    assert stop["legal_basis"] == "行政许可法第四十五条（参照）"
    assert (stop["clocks"], stop["effective_on"]) == (["promised", "statutory"], "2026-11-02")
    assert (resume["stop_no"], resume["basis"]) == (1, ORDER["basis"])
    assert (longer["signer"], longer["days"], longer["due_on"]) == ("Z101", 5, "2026-11-23")
    told = [entry["detail"]["order"] for entry in history["journal"] if "order" in entry["detail"]]
    assert told == [one["digest"] for one in history["clock_orders"]]
    assert hall.A101.findings(number) == []
    evidence_file.hold_good(hall, number, tmp_path)
    page = hall.client.get(f"/cases/{number}", headers=hall.A101.headers).text
    assert stop["digest"][:12] in page
    assert longer["digest"] in page


def _altered(session: Session) -> None:
    session.execute(update(ClockOrder).values(basis="另一文号"))


def _of_another(session: Session) -> None:
    """The order as another person's, whose key did not make the signature."""
    session.execute(update(ClockOrder).values(signer="Z101"))


def _foreign(session: Session) -> None:
    session.execute(update(ClockOrder).values(signature="00" * 64))


def _gone(session: Session) -> None:
    session.execute(delete(ClockOrder).where(ClockOrder.act == "stop"))


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (_altered, {"clock_order.altered", "clock_order.not_signed", "clock_order.told_otherwise"}),
        (
            _of_another,
            {
                "clock_order.altered",
                "clock_order.key_of_another",
                "clock_order.not_signed",
                "clock_order.told_otherwise",
                "clock_order.authority",
            },
        ),
        (_foreign, {"clock_order.not_signed"}),
        (_gone, {"clock_order.missing"}),
    ],
    ids=["altered", "of another", "foreign signature", "missing"],
)
def test_a_forged_order_is_found(
    hall: Hall, database: Database, alter: Alter, expected: set[str]
) -> None:
    number, path = accepted(hall)
    hall.D101.post(path + "/clock-stop", STOP)
    assert hall.A101.findings(number) == []
    with administrator(database) as session:
        alter(session)
    assert rules(hall, number) == expected


def test_every_cell_of_an_order_is_covered(hall: Hall, database: Database) -> None:
    _, path = accepted(hall)
    hall.D101.post(path + "/clock-stop", STOP)
    hall.D101.post(path + "/clock-resumption")
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    table, unseen = table_of(ClockOrder), set()
    with administrator(database) as session:
        row = session.execute(select(table).order_by(table.c.seq)).first()
        assert row is not None
        for column in table.columns:
            value = other_values.another(column, row._mapping[column.name])
            change = update(table).where(table.c.digest == row.digest).values({column: value})
            try:
                session.execute(change)
            except DBAPIError:
                # A foreign key or a check of the database refuses it.
                session.rollback()
                continue
            if not list(verification.verify_office(session, state.office)):
                unseen.add(column.name)
            session.rollback()
    assert unseen == {"order_id"}


def _as_before(session: Session, number: str) -> None:
    """The journal of a case as it was written before orders were signed, its chain made to agree."""
    asked = select(JournalEntry).where(JournalEntry.stream == number).order_by(JournalEntry.seq)
    head = journal.GENESIS
    for entry in session.execute(asked).scalars():
        kept = {name: said for name, said in entry.detail.items() if name != "order"}
        entry.detail, entry.previous_digest = kept, head
        head = entry.digest = journal.entry_digest(vars(entry))
    session.execute(update(Case).where(Case.case_no == number).values(journal_head=head))
    session.execute(delete(ClockOrder).where(ClockOrder.case_no == number))


def test_a_stop_of_before_is_what_it_is_and_one_of_after_may_not_pass_for_it(
    hall: Hall, database: Database, clock: FixedClock
) -> None:
    old, path = accepted(hall)
    hall.D101.post(path + "/clock-stop", STOP)
    with administrator(database) as session:
        _as_before(session, old)
    assert hall.A101.findings(old) == []
    page = hall.client.get(f"/cases/{old}", headers=hall.A101.headers)
    assert "仅有日志，未签名" in page.text

    clock.moment += timedelta(minutes=1)
    signed, path = accepted(hall)
    hall.D101.post(path + "/clock-stop", STOP)
    # What was ordered before the first signature is still taken for what it is.
    assert hall.A101.findings(old) == []
    clock.moment += timedelta(minutes=1)
    young, path = accepted(hall)
    hall.D101.post(path + "/clock-stop", STOP)
    with administrator(database) as session:
        _as_before(session, young)
    assert rules(hall, young) == {"clock_order.unsigned"}
    assert hall.A101.findings(signed) == []


def test_evidence_carries_the_orders_and_tells_a_forged_one(hall: Hall) -> None:
    number, path = accepted(hall)
    hall.D101.post(path + "/clock-stop", STOP)
    hall.D101.post(path + "/clock-resumption", SIGNED)
    inside = evidence_file.members(evidence_file.given(hall, number))
    assert list(check_evidence.findings(inside)) == []

    def told(alter: Callable[[Any], Any]) -> str:
        record = forged_evidence.read(inside)
        alter(record["clock_orders"])
        return "\n".join(check_evidence.findings(forged_evidence.signed(inside, record)))

    assert "clock order 1: the record is not what its digest says" in told(
        lambda orders: orders[0]["record"].update(basis="另一文号")
    )
    assert "clock order 2: the signature does not hold" in told(
        lambda orders: orders[1].update(signature=orders[0]["signature"])
    )
    assert "tells of other clock orders" in told(lambda orders: orders.pop())
    assert "clock order 1: signed with another person's key" in told(
        lambda orders: orders[0]["record"].update(signer="Z101")
    )


@pytest.mark.parametrize("suite", suites.NAMES)
def test_a_key_held_elsewhere_signs_orders_in_two_steps(
    hall: Hall, suite: str, clock: FixedClock, tmp_path: Path
) -> None:
    token = Token(suite)
    software_token.enrol(hall, "D101", token)
    software_token.enrol(hall, "Z101", token_of_director := Token(suite))
    number, path = accepted(hall)
    signing = path + "/clock-signing"

    first = hall.D101.post(path + "/clock-stop", STOP, status=409)
    assert first["rule"] == "signing.prepare_first"
    kept_here = hall.P001.post(signing, {"stop": ORDER, **SIGNED}, status=409)
    assert kept_here["rule"] == "signing.kept_here"

    def prepared(body: Any) -> str:
        found: str = hall.D101.post(signing, {**body, **SIGNED})["covered"]
        return found

    covered = prepared({"stop": ORDER})
    other = {**ORDER, "reason": "hearing", "signature": token.sign(covered)}
    changed = hall.D101.post(path + "/clock-stop", other, status=409)
    assert changed["rule"] == "signing.prepared_changed"
    forged = {**ORDER, "signature": Token(suite).sign(covered)}
    wrong = hall.D101.post(path + "/clock-stop", forged, status=422)
    assert wrong["rule"] == "signing.signature_wrong"
    clock.moment += timedelta(minutes=1)
    hall.D101.post(path + "/clock-stop", {**ORDER, "signature": token.sign(covered)})
    once = {"signature": token.sign(covered)}
    spent = hall.D101.post(path + "/clock-resumption", once, status=409)
    assert spent["rule"] == "signing.not_prepared"
    resumed = {"signature": token.sign(prepared({}))}
    hall.D101.post(path + "/clock-resumption", resumed)
    # Not his to give longer, which he is told before anything of its form.
    refused = hall.D101.post(signing, {"extension": {"days": "many"}}, status=403)
    assert refused["rule"] == "post.missing"
    longer = hall.Z101.post(signing, {"extension": LONGER, **SIGNED})["covered"]
    said = {**LONGER, "signature": token_of_director.sign(longer)}
    hall.Z101.post(path + "/extension", said)

    orders = hall.A101.history(number)["clock_orders"]
    assert [(one["act"], one["suite"]) for one in orders] == [
        ("stop", suite),
        ("resume", suite),
        ("extend", suite),
    ]
    assert hall.A101.findings(number) == []
    evidence_file.hold_good(hall, number, tmp_path)

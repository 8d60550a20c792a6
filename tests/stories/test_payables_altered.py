"""Who holds the database alters payables, releases and the bank's reports: verification names every edit."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from authz import epoch
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from database import clock, connection
from database.connection import OfficeSession
from database.declarative import table_of
from engine.paying.payment_record import BankBatch, PayableRelease
from oversight import verification
from register.ledger import LedgerLine, RegisterPosting
from register.payables import Payable, PayableEvent
from tests import book
from tests.databases import Database
from tests.paying_office import owed, release, report, reported
from tests.people import Hall

MOMENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
EVENTS, RELEASES, LINES = table_of(PayableEvent), table_of(PayableRelease), table_of(LedgerLine)
POSTINGS = table_of(RegisterPosting)


def paying(hall: Hall) -> dict[str, dict[str, Any]]:
    """An office with a payable that is paid, one that came back, one on its way, and one determined."""
    found = {
        "paid": owed(hall)[0],
        "returned": owed(hall, "multi_relation_refund")[0],
        "released": owed(hall, "transfer_out_interprovince")[0],
        "determined": owed(hall, "account_lump_sum")[0],
    }
    release(hall, [found["paid"], found["returned"]])
    release(hall, [found["released"]])
    report(hall, [reported(found["paid"]), reported(found["returned"], "returned")])
    return found


@pytest.fixture
def owner(database: Database) -> Iterator[Callable[[], Session]]:
    """Sessions of the database's owner, once the triggers are gone."""
    engine = connection.connect(database.owner_url)
    yield lambda: OfficeSession(engine)
    engine.dispose()


def _of(one: dict[str, Any], kind: str) -> Any:
    return (EVENTS.c.payable_id == one["payable_id"]) & (EVENTS.c.kind == kind)


def _set(model: Any, where: Any, **said: Any) -> Callable[[Session], object]:
    return lambda session: session.execute(update(model).where(where).values(said))


def _pay_without_release(session: Session, one: dict[str, Any]) -> None:
    """The determined one is paid by hand: an event, its two lines and their header."""
    batch = session.execute(select(BankBatch.batch_id).limit(1)).scalar_one()
    at = session.execute(select(BankBatch.imported_at).limit(1)).scalar_one()
    number, cents = f"PAY-{one['payable_id']}-1", one["open_cents"]
    event = {
        "payable_id": one["payable_id"], "seq": 1, "kind": "paid", "amount_cents": cents,
        "posting": number, "release_id": None, "batch_id": batch, "reason": None, "at": at,
    }  # fmt: skip
    session.execute(insert(PayableEvent), [event])
    _post(session, number, one, at)


def _post(session: Session, number: str, one: dict[str, Any], at: Any) -> None:
    cents = one["open_cents"]
    both = (("person:payable", "debit", one["person_id"]), ("fund_at_bank", "credit", None))
    session.execute(
        insert(LINES),
        [
            {
                "case_no": number, "posting_no": 1, "line_no": place, "account": account,
                "side": side, "amount_cents": cents, "subject_id": subject, "month": None,
                "memo": one["case_no"],
            }
            for place, (account, side, subject) in enumerate(both, 1)
        ],
    )  # fmt: skip
    header = {
        "case_no": number, "posting_no": 1, "agency_code": one["agency"], "posted_at": at,
        "line_count": 2, "change_count": 0, "debit_cents": cents, "credit_cents": cents,
    }  # fmt: skip
    session.execute(insert(POSTINGS), [header])


def _pay_twice(session: Session, one: dict[str, Any]) -> None:
    """A second payment of what is paid, where the index that forbids it is gone."""
    session.execute(text("DROP INDEX uq_payable_events_paid"))
    row = session.execute(select(EVENTS).where(_of(one, "paid"))).one()
    again = {
        **row._mapping,
        "seq": row.seq + 1,
        "posting": f"PAY-{one['payable_id']}-{row.seq + 1}",
    }
    again.pop("event_id")
    session.execute(insert(EVENTS), [again])
    _post(session, again["posting"], one, row.at)


def _forget(session: Session, one: dict[str, Any]) -> None:
    session.execute(delete(EVENTS).where(EVENTS.c.payable_id == one["payable_id"]))
    session.execute(delete(Payable).where(Payable.payable_id == one["payable_id"]))


def _unlist(session: Session, one: dict[str, Any]) -> None:
    session.execute(delete(EVENTS).where(_of(one, "released")))


def _edits(on: dict[str, dict[str, Any]]) -> list[tuple[str, Callable[[Session], object], str]]:
    """What is altered, how, and the rule that names it."""
    paid, back, away, due = (on[name] for name in ("paid", "returned", "released", "determined"))
    this = Payable.payable_id == paid["payable_id"]
    other = {**on["paid"]["payee"], "bank_account": "6217000099999999", "holder": "某人"}
    of_paid = select(EVENTS.c.posting).where(_of(paid, "paid")).scalar_subquery()
    released = RELEASES.c.release_id == (
        select(EVENTS.c.release_id).where(_of(paid, "released")).scalar_subquery()
    )
    day = timedelta(days=1)
    return [
        ("amount", _set(Payable, this, amount_cents=1), "payable.differs"),
        ("payee", _set(Payable, this, payee=other), "payable.payee"),
        ("commitment", _set(Payable, this, commitment="0" * 64), "release.unsigned"),
        ("index", _set(Payable, this, account_index="0" * 64), "payable.payee"),
        ("agency", _set(Payable, this, agency_code="990102"), "release.unsigned"),
        ("gone", lambda session: _forget(session, due), "payable.missing"),
        ("no release", lambda session: _pay_without_release(session, due), "payable.order"),
        ("unjournalled", lambda session: _pay_without_release(session, due), "payable.not_journalled"),
        ("twice", lambda session: _pay_twice(session, paid), "payable.order"),
        ("no step", lambda session: _post(session, "PAY-99-1", due, MOMENT), "payable.no_step"),
        ("result", _set(EVENTS, _of(back, "returned"), kind="paid"), "payable.told_otherwise"),
        ("reason", _set(PayableEvent, _of(back, "returned"), reason="无"), "payable.told_otherwise"),
        ("part", _set(EVENTS, _of(paid, "paid"), amount_cents=1), "payable.amount"),
        ("line", _set(LINES, LINES.c.case_no == of_paid, memo="X"), "payable.ledger"),
        ("batch", _set(BankBatch, BankBatch.batch_id > 0, paid_cents=1), "batch.sums"),
        ("reference", _set(BankBatch, BankBatch.batch_id > 0, reference="X"), "office.altered"),
        ("off the list", lambda session: _unlist(session, away), "release.empty"),
        ("signer", _set(RELEASES, released, signer="T101"), "release.unsigned"),
        ("total", _set(RELEASES, released, total_cents=1), "release.unsigned"),
        ("list", _set(RELEASES, released, list_digest="0" * 64), "release.unsigned"),
        ("signature", _set(RELEASES, released, signature="00" * 64), "release.unsigned"),
        ("moment", _set(PayableRelease, released, released_at=MOMENT - day), "release.unsigned"),
    ]  # fmt: skip


@pytest.mark.slow
def test_every_edit_is_found(hall: Hall, database: Database, owner: Any) -> None:
    on = paying(hall)
    office = hall.client.app.state.office  # type: ignore[attr-defined]
    book.without_triggers(database)
    with owner() as session:
        assert list(verification.verify_office(session, office)) == []
    missed = []
    for what, edit, rule in _edits(on):
        with owner() as session:
            edit(session)
            session.flush()
            session.expunge_all()
            found = {finding.rule for finding in verification.verify_office(session, office)}
            session.rollback()
        if rule not in found:
            missed.append((what, rule, sorted(found)))
    assert missed == []


def test_a_post_lent_for_one_release_is_found(hall: Hall) -> None:
    """Who holds no post of finance by the office's stream releases or reports with a holding of an hour."""
    (one,) = owed(hall)
    with hall.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
        account = select(Account.account_id).where(Account.staff_no == "G101")
        borrower = session.execute(account).scalar_one()
        lent = {
            "account_id": borrower,
            "post": "finance",
            "agency_code": "990101",
            "valid_from": clock.today(session),
        }
        session.execute(insert(PostHolding).values(lent))
        epoch.bump(session)
    release(hall, [one], by="G101")
    assert "release.post" in {found["rule"] for found in hall.A101.findings(one["case_no"])}
    (other,) = owed(hall, "multi_relation_refund")
    release(hall, [other])
    report(hall, [reported(other)], by="G101")
    rules = {found["rule"] for found in hall.A101.findings(other["case_no"])}
    assert rules == {"batch.post"}


def test_the_database_itself_refuses(hall: Hall, database: Database) -> None:
    """Statements by hand under the application's own role: no payment without a release."""
    on = paying(hall)
    engine = connection.connect(database.wide_url)
    paid, due = on["paid"], on["determined"]

    def refused(act: Callable[[Session], object]) -> str:
        with OfficeSession(engine) as session, pytest.raises(DBAPIError) as said:
            act(session)
        return str(said.value)

    assert "in order" in refused(lambda session: _pay_without_release(session, due))
    at = MOMENT
    assert "in order" in refused(lambda session: _post(session, "PAY-99-1", due, at))
    again = {"payable_id": paid["payable_id"], "seq": 4, "kind": "paid", "amount_cents": 1}
    more = {"posting": "PAY-0-0", "release_id": None, "batch_id": 1, "reason": None, "at": at}
    assert "in order" in refused(lambda session: session.execute(insert(EVENTS), [again | more]))

    def made_up(session: Session) -> None:
        row = session.execute(select(Payable).limit(1)).scalar_one()
        said = {c.name: getattr(row, c.name) for c in Payable.__table__.columns}
        said.pop("payable_id")
        session.execute(insert(Payable), [said | {"line_no": 1, "amount_cents": 10}])

    assert "credit line" in refused(made_up)
    engine.dispose()

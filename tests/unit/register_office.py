"""A small register for its tests: two agencies, the ledger's triggers, and people to open on it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from authz.offices.agencies import Agency
from database import keys
from database.clock import FixedClock
from database.connection import Sessions, connect
from database.declarative import Base
from database.migrations import append_only
from register import guards, writing
from register.entries import Line, Posting, Side
from register.opening import PensionOpening, PersonOpening, RelationOpening
from register.records import ContributionMonth

COUNTY, CITY = "990101", "990100"
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ID_NO = "11010519491231002X"
OTHER_ID_NO = "610999199003079910"
USCC = "91350100M000100Y43"


@contextmanager
def opened(folder: Path) -> Iterator[Sessions]:
    """An empty register on SQLite, as the migration builds it."""
    keys.install(keys.Keyring(secrets.token_bytes(keys.MASTER_BYTES)))
    engine = connect(f"sqlite:///{folder}/register.db")
    with engine.begin() as opened_:
        Base.metadata.create_all(opened_)
        for table in Base.metadata.sorted_tables:
            if table.info.get("append_only"):
                append_only.protect(opened_, table.name)
        for statement in guards.SQLITE_CREATE:
            opened_.exec_driver_sql(statement)
    sessions = Sessions(engine, FixedClock(NOON))
    with sessions.command() as session:
        add_agencies(session)
    yield sessions
    engine.dispose()


def add_agencies(session: Session) -> None:
    """The province, its city and one county."""
    for code, kind, parent in (
        ("990000", "province", None),
        (CITY, "city", "990000"),
        (COUNTY, "county", CITY),
    ):
        row: dict[str, Any] = {
            "code": code,
            "name": code,
            "kind": kind,
            "parent_code": parent,
            "sections": {},
        }
        session.execute(insert(Agency), [row])


def months_from(first_year: int, years: int, base_cents: int) -> list[ContributionMonth]:
    """Every month of so many years, at one base."""
    return [
        ContributionMonth(year * 100 + month, base_cents)
        for year in range(first_year, first_year + years)
        for month in range(1, 13)
    ]


def person(id_no: str = ID_NO, *, pension: PensionOpening | None = None) -> PersonOpening:
    """An insured person with a two-part account, a mobile number and a bank account."""
    return PersonOpening(
        id_no=id_no,
        name="张三丰",
        post_kind="M",
        first_work_on=date(1996, 7, 1),
        relations=[RelationOpening(COUNTY, 199607)],
        months=months_from(2020, 2, 400_000),
        principal_cents=5_000_000,
        interest_cents=300_000,
        contact={"mobile": "13812345678", "address": "青山县人民路1号"},
        payment_account={
            "bank_name": "青山农商行",
            "bank_account": "6230581234567890123",
            "holder": "张三丰",
        },
        pension=pension,
    )


def transfer(person_id: str, cents: int, item: str = "principal", *, up: bool = True) -> Posting:
    """A balanced correction of a personal account against the adjustments account."""
    ours: Side = "credit" if up else "debit"
    theirs: Side = "debit" if up else "credit"
    lines = [
        Line("adjustments", theirs, cents),
        Line(f"personal_account:{item}", ours, cents, person_id),
    ]
    return Posting(lines=lines)


def write(session: Session, posting: Posting, case_no: str = "CASE-1", posting_no: int = 1) -> None:
    """Write a posting under a case of the county, at noon."""
    writing.write(
        session, posting, case_no=case_no, posting_no=posting_no, agency=COUNTY, posted_at=NOON
    )

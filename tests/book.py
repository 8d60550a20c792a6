"""An office with a few cases in it, and its database administrator's way to the rows: for tampering with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from database import connection
from database.connection import OfficeSession
from database.declarative import Base
from engine.record import Case
from oversight import verification
from oversight.findings import Finding
from tests.databases import Database
from tests.people import Hall


@dataclass
class Book:
    """An office with a few cases in it, and the way its administrator gets at the rows."""

    engine: Engine  # as the owner of the database
    office: Any
    money: str  # completed at level 1 with two ledger lines, after a return
    benefit: str  # completed at level 1 with a benefit's new version
    other: str  # completed at level 2
    paper: str  # a certificate
    waiting: str  # waits for the deputy director, claimed
    enrolled: str  # completed at level 2, of somebody new to the register

    @contextmanager
    def edited(self) -> Iterator[Session]:
        """A session of the database's owner; nothing of it stays."""
        with OfficeSession(self.engine) as session:
            session.info["office"] = self.office
            yield session
            session.rollback()

    def findings(self, session: Session, name: str | None = None) -> list[Finding]:
        """What verification finds in one of its cases, or everywhere."""
        session.flush()
        session.expunge_all()
        if name is None:
            return list(verification.verify_office(session, self.office))
        there = select(Case.case_id).where(Case.case_no == self.number(name))
        if session.execute(there).first() is None:
            return []
        return verification.verify_case(session, self.office, self.number(name))

    def number(self, name: str) -> str:
        """The case number of one of its cases; any other text is what it is."""
        return str(getattr(self, name, name))

    def case_id(self, session: Session, name: str) -> int:
        """The key of one of its cases."""
        found = select(Case.case_id).where(Case.case_no == self.number(name))
        return session.execute(found).scalar_one()


@dataclass
class Edit:
    """An edit, and the finding that must name it: case (by its name in the book), row, field."""

    make: Callable[[Session, Book], None]
    case: str
    row: str
    field: str


def opened(hall: Hall, database: Database) -> Book:
    """The book of this office: its cases go through HTTP, then the triggers are gone."""
    money = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(money, "return", reasons=["materials_unclear"])
    hall.T101.post(f"/api/cases/{money}/correction", {})
    approve(hall, money, "R101", "D101", "Z101")
    benefit = hall.T101.accept(hall.example("benefit_adjustment", 1, "county"))["case_no"]
    approve(hall, benefit, "R101", "D101", "Z101")
    other = hall.T102.accept(hall.example("payment_account_change", 2))["case_no"]
    approve(hall, other, "R101")
    paper = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    waiting = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    approve(hall, waiting, "R101")
    task = hall.D101.case(waiting)["waiting"][0]["task_id"]
    hall.D101.post(f"/api/tasks/{task}/claim")
    enrolled = hall.T103.accept(hall.example("flexible_enrollment", 2))["case_no"]
    approve(hall, enrolled, "R102")
    without_triggers(database)
    office = hall.client.app.state.office  # type: ignore[attr-defined]
    engine = connection.connect(database.owner_url)
    return Book(engine, office, money, benefit, other, paper, waiting, enrolled)


def approve(hall: Hall, number: str, *people: str) -> None:
    for name in people:
        getattr(hall, name).sign(number)


def without_triggers(database: Database) -> None:
    """What an administrator does first."""
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        if database.kind == "sqlite":
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in opened.execute(named).scalars().all():
                opened.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in Base.metadata.tables:
                opened.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    engine.dispose()

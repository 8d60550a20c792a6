"""What a database administrator can do to an office, triggers dropped, and how each must be told.

Each kind picks its place at random and says which findings name it; None where there is nothing to pick.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from authz.granting.grant_record import Grant, GrantRevocation
from authz.keys.outside_keys import KeyCertificate
from authz.keys.signing_keys import KeyRetirement, SigningKey
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.offices.people import NaturalPerson
from authz.offices.posts import PostHolding
from database.declarative import Base, table_of
from engine.archiving.manifests import ArchiveManifest
from engine.defining.verdicts import ProofVerdict
from engine.exports.export_record import Export, ExportPermit
from engine.journal import JournalEntry
from engine.paperwork.documents import IssuedDocument
from engine.record import Case, CaseContent, CaseState, Task
from engine.rules.risk_history import MandatedStep, RegisteredRiskTable
from engine.rules.rule_tables import RuleTable
from engine.signoffs import SignOff
from engine.timing.clock_order_record import ClockOrder
from engine.unmasking import PersonRead, Unmasking
from oversight.auditing import inspection_record as inspection
from oversight.seal_record import Seal
from register.ledger import LedgerLine, RegisterPosting
from register.rights import EntitlementVersion, MonthVersion, RelationVersion
from register.subjects import Version
from tests import borrowed_rights, earlier_copy, journal_tampering, other_values
from tests.borrowed_rights import Named

Kind = Callable[[Session, random.Random], Named | None]

# Whose cells are edited and whose rows are removed and copied: what pays, binds and permits.
ROWS: tuple[type[Base], ...] = (
    Case, CaseContent, SignOff, ClockOrder, JournalEntry, IssuedDocument, RegisterPosting, LedgerLine,
    Version, EntitlementVersion, RelationVersion, MonthVersion, Grant, PostHolding, Account, NaturalPerson,
    Agency, SigningKey, KeyRetirement, KeyCertificate, Unmasking, PersonRead, RegisteredRiskTable, RuleTable,
    Export, ExportPermit, MandatedStep, ProofVerdict, Seal,
    CaseState, ArchiveManifest, inspection.Sample, inspection.SampleItem, inspection.AuditFinding,
    inspection.Rectification,
)  # fmt: skip
# Explained at ``other_values.NOT_COVERED``; besides, what says nothing about who may do what.
UNCOVERED = other_values.NOT_COVERED | {
    "clock_orders.order_id",
    "accounts.password_hash",
    # Of a finished case; of an open one it is covered by its state.
    "cases.sequence",
    "accounts.credential_no",
    # Keeps its owner out until he changes it, and lets nobody in.
    "accounts.first_password",
    "contribution_months.row_id",
    "relation_versions.row_id",
    "risk_tables.registered_at",
    # Only the order of versions counts.
    "rule_tables.table_no",
    "risk_tables.effective_at",
}


@dataclass(frozen=True)
class Cell:
    """Edit one column of any row of a table."""

    model: type[Base]

    def __call__(self, session: Session, choices: random.Random) -> Named | None:
        """Edit it; a column that the database itself defends is left alone."""
        table = table_of(self.model)
        row = _any_row(session, table, choices)
        columns = [c for c in table.columns if f"{table.name}.{c.name}" not in UNCOVERED]
        column = choices.choice(columns)
        if row is None:
            return None
        value = other_values.another(column, row[column.name])
        session.info["edited"] = f"{column}: {row[column.name]!r} to {value!r}"
        this = [key == row[key.name] for key in table.primary_key]
        try:
            with session.begin_nested():
                session.execute(update(table).where(*this).values({column: value}))
        except DBAPIError:
            return None
        return _of(session, table, row)


@dataclass(frozen=True)
class Removal:
    """Delete any row of a table."""

    model: type[Base]

    def __call__(self, session: Session, choices: random.Random) -> Named | None:
        """Delete it, where no other row stands on it."""
        table = table_of(self.model)
        row = _any_row(session, table, choices)
        if row is None:
            return None
        named = _of(session, table, row)
        try:
            with session.begin_nested():
                session.execute(delete(table).where(*(k == row[k.name] for k in table.primary_key)))
        except DBAPIError:
            return None
        return named


@dataclass(frozen=True)
class Copy:
    """Insert a row made after another one: a right, a payment, an entry that nobody made."""

    model: type[Base]

    def __call__(self, session: Session, choices: random.Random) -> Named | None:
        """Insert it, with a number of its own."""
        table = table_of(self.model)
        row = _any_row(session, table, choices)
        if row is None:
            return None
        forged = dict(row)
        for key in table.primary_key:
            if isinstance(forged[key.name], int) and not key.foreign_keys:
                forged[key.name] += 1_000_003
            elif key.name == "task_id":
                forged[key.name] = "another"
        for unique in ("seq", "line_no", "version", "month", "opened_seq"):
            if unique in forged:
                forged[unique] = (forged[unique] or 0) + 1
        try:
            with session.begin_nested():
                session.execute(insert(table), [forged])
        except DBAPIError:
            return None
        return _of(session, table, forged)


def swap_forms(session: Session, choices: random.Random) -> Named | None:
    """Exchange what two cases say."""
    found = session.execute(select(CaseContent.case_id, CaseContent.cycle, CaseContent.form)).all()
    one, other = choices.sample(found, 2)
    if one.form == other.form:
        return None
    for row, form in ((one, other.form), (other, one.form)):
        this = (CaseContent.case_id == row.case_id, CaseContent.cycle == row.cycle)
        session.execute(update(CaseContent).where(*this).values(form=form))
    return _of_case(session, one.case_id)


def put_an_earlier_copy_back(session: Session, _choices: random.Random) -> Named | None:
    """Every table as it really was at an earlier seal: consistent in itself, and only the witness tells."""
    earlier_copy.put_back(session, session.info["earlier"])
    return lambda finding: finding.row.startswith(("witness#", "journal@"))


def forget_a_task(session: Session, choices: random.Random) -> Named | None:
    """A task that was closed was never opened, or for another post."""
    closed = select(Task.task_id, Task.case_id).where(Task.closed_at.is_not(None))
    task_id, case_id = choices.choice(session.execute(closed.order_by(Task.task_id)).all())
    this = Task.task_id == task_id
    forgotten = delete(Task).where(this)
    session.execute(choices.choice((forgotten, update(Task).where(this).values(post="guide"))))
    return _of_case(session, case_id)


def close_every_task(session: Session, choices: random.Random) -> Named | None:
    """Derived rows only: nothing waits any more."""
    found = session.execute(select(Task.case_id).where(Task.closed_at.is_(None))).scalars().all()
    if not found:
        return None
    session.execute(update(Task).values(closed_at=Task.opened_at))
    return _of_case(session, choices.choice(found))


def revoke_unseen(session: Session, choices: random.Random) -> Named | None:
    """End a grant without the act."""
    free = select(Grant).where(Grant.grant_id.not_in(select(GrantRevocation.grant_id)))
    grant = choices.choice(session.execute(free).scalars().all())
    by, at = grant.granted_by, grant.granted_at
    row = {"grant_id": grant.grant_id, "revoked_by": by, "revoked_at": at, "reason": "x"}
    session.execute(insert(GrantRevocation), [row])
    return lambda finding: finding.row.startswith("grant_revocations#")


KINDS: dict[str, Kind] = {
    **{f"edit {model.__tablename__}": Cell(model) for model in ROWS},
    **{f"remove {model.__tablename__}": Removal(model) for model in ROWS if model is not Agency},
    **{
        f"add to {model.__tablename__}": Copy(model)
        for model in (SignOff, JournalEntry, LedgerLine, MonthVersion, Grant, PostHolding, Task)
    },
    "add to mandated_steps": Copy(MandatedStep),
    **borrowed_rights.KINDS,
    **journal_tampering.KINDS,
    "swap forms": swap_forms,
    "put an earlier copy back": put_an_earlier_copy_back,
    "forget a task": forget_a_task,
    "close every task": close_every_task,
    "revoke unseen": revoke_unseen,
}  # fmt: skip


def _any_row(session: Session, table: Table, choices: random.Random) -> dict[str, Any] | None:
    keys = list(table.primary_key.columns)
    listed = session.execute(select(*keys).order_by(*keys)).all()
    if not listed:
        return None
    chosen = choices.choice(listed)
    this = [key == value for key, value in zip(keys, chosen, strict=True)]
    return dict(session.execute(select(table).where(*this)).one()._mapping)


def _of(session: Session, table: Table, row: dict[str, Any]) -> Named:
    """Findings that name the row itself, or the case or stream it belongs to."""
    numbers = {str(row[name]) for name in ("case_no", "stream", "digest") if row.get(name)}
    if "case_id" in row:
        found = select(Case.case_no).where(Case.case_id == row["case_id"])
        numbers |= set(session.execute(found).scalars())
    # A witness names a seal by its number.
    rows = (table.name, f"witness#{row['seal_no']}" if "seal_no" in row else table.name)
    return lambda finding: finding.row.startswith(rows) or finding.case_no in numbers


def _of_case(session: Session, case_id: int) -> Named:
    found = select(Case.case_no).where(Case.case_id == case_id)
    number = session.execute(found).scalar_one()
    return lambda finding: finding.case_no == number

"""The register against itself (账实核对): postings whose header, lines, changes and holdings don't agree."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from database.declarative import Base
from engine.record import Case
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page
from register.claims import ClaimVersion
from register.ledger import LedgerLine, RegisterPosting
from register.rights import EntitlementVersion, RelationVersion
from register.subjects import Version

UNPOSTED = "办结未入账 completed, not posted"


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By case number. Two queries, which go through every posting of the days."""
    return shape.numbered([*_differing(session, asked), *_unposted(session, asked)], after, limit)


def _differing(session: Session, asked: Asked) -> list[tuple[Any, ...]]:
    lines, changes = _count(LedgerLine), _count(Version)
    debit, credit = _sum("debit"), _sum("credit")
    pairs = [
        ("分录数 lines", RegisterPosting.line_count, lines),
        ("变更数 changes", RegisterPosting.change_count, changes),
        ("借方 debit", RegisterPosting.debit_cents, debit),
        ("贷方 credit", RegisterPosting.credit_cents, credit),
        ("待遇 benefits", _kind("entitlement"), _count(EntitlementVersion)),
        ("参保关系 relations", _kind("relation"), _count(RelationVersion)),
        ("应收补缴 claims", _kind("claim"), _count(ClaimVersion)),
    ]
    labels = [f"p{place}_{half}" for place in range(len(pairs)) for half in ("a", "b")]
    named = [column.label(label) for column, label in zip(_flat(pairs), labels, strict=True)]
    inner = (
        select(
            RegisterPosting.case_no,
            RegisterPosting.posting_no,
            RegisterPosting.agency_code,
            RegisterPosting.posted_at,
            *named,
        )
        .where(
            RegisterPosting.agency_code.in_(asked.scope.codes),
            *asked.days.hold(RegisterPosting.posted_at),
        )
        .subquery()
    )
    differs = or_(
        *(inner.c[f"p{place}_a"] != inner.c[f"p{place}_b"] for place in range(len(pairs)))
    )
    found = session.execute(select(inner).where(differs).order_by(inner.c.case_no)).mappings()
    return [
        (row["case_no"], row["agency_code"], row["posted_at"], name, stored, counted)
        for row in found
        for place, (name, _a, _b) in enumerate(pairs)
        for stored, counted in [(row[f"p{place}_a"], row[f"p{place}_b"])]
        if stored != counted
    ]


def _flat(pairs: list[tuple[str, Any, Any]]) -> list[Any]:
    return [column for _name, *both in pairs for column in both]


def _unposted(session: Session, asked: Asked) -> list[tuple[Any, ...]]:
    posted = select(RegisterPosting.case_no).where(RegisterPosting.case_no == Case.case_no)
    found = session.execute(
        select(Case.case_no, Case.agency_code, Case.finished_at)
        .where(
            Case.agency_code.in_(asked.scope.codes),
            Case.status == "completed",
            *asked.days.hold(Case.accepted_at),
            ~posted.exists(),
        )
        .order_by(Case.case_no)
    )
    return [(case_no, agency, at, UNPOSTED, 1, 0) for case_no, agency, at in found]


def _same(model: Any) -> ColumnElement[bool]:
    return and_(
        model.case_no == RegisterPosting.case_no, model.posting_no == RegisterPosting.posting_no
    )


def _count(model: type[Base]) -> Any:
    return (
        select(func.count())
        .select_from(model)
        .where(_same(model))
        .correlate(RegisterPosting)
        .scalar_subquery()
    )


def _kind(kind: str) -> Any:
    return (
        select(func.count())
        .select_from(Version)
        .where(_same(Version), Version.kind == kind)
        .correlate(RegisterPosting)
        .scalar_subquery()
    )


def _sum(side: str) -> Any:
    amount: InstrumentedAttribute[int] = LedgerLine.amount_cents
    return (
        select(func.coalesce(func.sum(amount), literal(0)))
        .where(_same(LedgerLine), LedgerLine.side == side)
        .correlate(RegisterPosting)
        .scalar_subquery()
    )

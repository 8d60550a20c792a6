"""Checks relations and benefits against the changes that made them: these rows are what gets paid by.

They repeat in columns what a posting's changes say sealed, so an edit here alone would pay another
amount and leave every signature intact.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.findings import Finding, Findings, differs
from register import months
from register.rights import EntitlementVersion, MonthVersion, RelationVersion

Holding = EntitlementVersion | RelationVersion
_OPENING = "OPENING-"
_ENTITLEMENT = ("entitlement_id", "kind", "monthly_cents", "from_month", "status", "components")
_RELATION = (
    "relation_id", "agency_code", "kind", "status", "from_month", "employer_id", "policy_code"
)  # fmt: skip


def check(session: Session, case_no: str, changes: Sequence[Mapping[str, Any]]) -> Findings:
    """What ``changes`` (JSON) made of relations and benefits is what stands there, and nothing else."""
    benefits = session.execute(
        select(EntitlementVersion)
        .where(EntitlementVersion.case_no == case_no)
        .order_by(EntitlementVersion.row_id)
    ).scalars()
    yield from _check(session, case_no, list(benefits), "entitlement", changes)
    relations = session.execute(
        select(RelationVersion)
        .where(RelationVersion.case_no == case_no)
        .order_by(RelationVersion.row_id)
    ).scalars()
    yield from _check(session, case_no, list(relations), "relation", changes)
    # Months of before the first case stand in no change.
    if not case_no.startswith(_OPENING):
        yield from _check_months(session, case_no, changes)


def _check_months(session: Session, case_no: str, changes: Sequence[Mapping[str, Any]]) -> Findings:
    """Each month of each span that was signed has its row, in order, and there is no other."""
    found = session.execute(
        select(MonthVersion).where(MonthVersion.case_no == case_no).order_by(MonthVersion.row_id)
    ).scalars()
    said = [
        {**change["after"], "month": month, "person_id": change["subject_id"]}
        for change in changes
        if change["kind"] == "months"
        for month in months.spanned(change["after"]["from_month"], change["after"]["to_month"])
    ]
    for number, (row, signed) in enumerate(zip_longest(found, said), 1):
        if row is None:
            yield Finding(case_no, f"contribution_months+{number}", "", "holding.missing")
            continue
        name = f"contribution_months#{row.row_id}"
        if signed is None:
            yield Finding(case_no, name, "case_no", "holding.unsigned")
            continue
        for column in ("person_id", "month", "base_cents", "origin"):
            pair = (getattr(row, column), signed[column])
            yield from differs(case_no, name, column, "holding.differs", pair)
        yield from _numbered(session, case_no, name, row)


def _numbered(session: Session, case_no: str, name: str, row: MonthVersion) -> Findings:
    """The versions of a month follow one another: a skipped number would hide another's row."""
    before = session.execute(
        select(func.count()).where(
            MonthVersion.person_id == row.person_id,
            MonthVersion.month == row.month,
            MonthVersion.row_id < row.row_id,
        )
    ).scalar_one()
    yield from differs(case_no, name, "version", "holding.differs", (row.version, before + 1))


def _check(
    session: Session,
    case_no: str,
    rows: Sequence[Holding],
    kind: str,
    changes: Sequence[Mapping[str, Any]],
) -> Findings:
    said = [change for change in changes if change["kind"] == kind]
    for number, (row, change) in enumerate(zip_longest(rows, said), 1):
        if row is None:
            yield Finding(case_no, f"{kind}_versions+{number}", "", "holding.missing")
            continue
        name = f"{row.__tablename__}#{row.row_id}"
        if change is None:
            yield Finding(case_no, name, "case_no", "holding.unsigned")
            continue
        expected = {
            "version": 1,
            **({"employer_id": None, "policy_code": None} if kind == "relation" else {}),
            **_before(session, row),
            **change["after"],
            "person_id": change["subject_id"],
            "posting_no": 1,
        }
        for column, value in expected.items():
            pair = (getattr(row, column), value)
            yield from differs(case_no, name, column, "holding.differs", pair)


def _before(session: Session, row: Holding) -> dict[str, Any]:
    """The version before this one: what a change does not name stays as it was."""
    before: Holding | None
    columns: tuple[str, ...]
    if isinstance(row, EntitlementVersion):
        columns = _ENTITLEMENT
        before = session.execute(
            select(EntitlementVersion).where(
                EntitlementVersion.entitlement_id == row.entitlement_id,
                EntitlementVersion.version == row.version - 1,
            )
        ).scalar_one_or_none()
    else:
        columns = _RELATION
        before = session.execute(
            select(RelationVersion).where(
                RelationVersion.relation_id == row.relation_id,
                RelationVersion.version == row.version - 1,
            )
        ).scalar_one_or_none()
    if before is None:
        return {}
    return {name: getattr(before, name) for name in columns} | {"version": before.version + 1}

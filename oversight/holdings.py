"""Checks relations, benefits and claims against the changes that made them: what gets paid by these rows.

They repeat in columns what a posting's changes say sealed, so an edit here alone would pay another
amount and leave every signature intact.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from database.declarative import Base, table_of
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page
from oversight.together import Asked
from register import months
from register.claims import ClaimVersion
from register.rights import EntitlementVersion, MonthVersion, RelationVersion

H = TypeVar("H", bound=Base)
Holding = EntitlementVersion | RelationVersion | ClaimVersion
_OPENING = "OPENING-"
_ENTITLEMENT = ("entitlement_id", "kind", "monthly_cents", "from_month", "status", "components")
_RELATION = (
    "relation_id", "agency_code", "kind", "status", "from_month", "employer_id", "policy_code"
)  # fmt: skip
_CLAIM = (
    "claim_id", "employer_id", "from_month", "to_month", "base_cents", "account_cents",
    "pooled_cents", "late_fee_cents", "assessed_on", "status", "receipt_no",
)  # fmt: skip
# What a change says that has no column: the day of the payment stays sealed.
_SEALED = ("received_on",)


def _rows_of(model: type[H]) -> Asked[H]:
    table = table_of(model)
    return together.records(model, select(table).order_by(table.c.row_id), table.c.case_no)


def _before_of(model: type[Holding], identity: str, names: Sequence[str]) -> Asked[Any]:
    """What the version before each row of a case says, by the row that came after."""
    row, before = table_of(model), table_of(model).alias("before")
    same = before.c[identity] == row.c[identity]
    return together.columns(
        select(row.c.row_id, before.c.version, *(before.c[name] for name in names)).join(
            before, same & (before.c.version == row.c.version - 1)
        ),
        row.c.case_no,
    )


_BENEFITS, _RELATIONS = _rows_of(EntitlementVersion), _rows_of(RelationVersion)
_CLAIMS, _MONTHS = _rows_of(ClaimVersion), _rows_of(MonthVersion)
# The columns that stay as they were, and how the version before is read.
_BEFORE: Mapping[str, tuple[tuple[str, ...], Asked[Any]]] = {
    "entitlement": (
        _ENTITLEMENT, _before_of(EntitlementVersion, "entitlement_id", _ENTITLEMENT)
    ),
    "relation": (_RELATION, _before_of(RelationVersion, "relation_id", _RELATION)),
    "claim": (_CLAIM, _before_of(ClaimVersion, "claim_id", _CLAIM)),
}  # fmt: skip
_EARLIER = aliased(MonthVersion)
_MONTHS_BEFORE = together.columns(
    select(
        MonthVersion.row_id,
        select(func.count())
        .where(
            _EARLIER.person_id == MonthVersion.person_id,
            _EARLIER.month == MonthVersion.month,
            _EARLIER.row_id < MonthVersion.row_id,
        )
        .scalar_subquery()
        .label("before"),
    ),
    MonthVersion.case_no,
)


def check(page: Page, case_no: str, changes: Sequence[Mapping[str, Any]]) -> Findings:
    """What ``changes`` (JSON) made of relations, benefits and claims stands there, and nothing else."""
    yield from _check(page, case_no, page.of(_BENEFITS, case_no), "entitlement", changes)
    yield from _check(page, case_no, page.of(_RELATIONS, case_no), "relation", changes)
    yield from _check(page, case_no, page.of(_CLAIMS, case_no), "claim", changes)
    # Months of before the first case stand in no change.
    if not case_no.startswith(_OPENING):
        yield from _check_months(page, case_no, changes)


def _check_months(page: Page, case_no: str, changes: Sequence[Mapping[str, Any]]) -> Findings:
    """Each month of each span that was signed has its row, in order, and there is no other."""
    found = page.of(_MONTHS, case_no)
    before = {row.row_id: row.before for row in page.of(_MONTHS_BEFORE, case_no)} if found else {}
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
        # The versions of a month follow one another: a skipped number would hide another's row.
        pair = (row.version, before.get(row.row_id, 0) + 1)
        yield from differs(case_no, name, "version", "holding.differs", pair)


def _check(
    page: Page,
    case_no: str,
    rows: Sequence[Holding],
    kind: str,
    changes: Sequence[Mapping[str, Any]],
) -> Findings:
    said = [change for change in changes if change["kind"] == kind]
    before = _before(page, case_no, kind) if rows else {}
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
            **before.get(row.row_id, {}),
            **change["after"],
            "person_id": change["subject_id"],
            "posting_no": 1,
        }
        for column in sorted(expected.keys() - set(_SEALED)):
            pair = (_stored(getattr(row, column)), _stored(expected[column]))
            yield from differs(case_no, name, column, "holding.differs", pair)


def _before(page: Page, case_no: str, kind: str) -> dict[int, dict[str, Any]]:
    """The version before each row: what a change does not name stays as it was."""
    names, asked = _BEFORE[kind]
    return {
        row.row_id: {name: getattr(row, name) for name in names} | {"version": row.version + 1}
        for row in page.of(asked, case_no)
    }


def _stored(value: Any) -> Any:
    """Days as changes say them."""
    return value.isoformat() if isinstance(value, date) else value

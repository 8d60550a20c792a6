"""Checks what preceded each sign-off: what its signer had opened, and when he had given his password."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import confirmations
from authz.accounts import Account
from database.clock import moment_text
from engine.openings import Opening
from engine.record import Case
from engine.signoffs import SignOff
from oversight.findings import Finding, Findings, differs
from oversight.folding import Signed

State = tuple[int, int, str]


def check(
    session: Session, case: Case, rows: Sequence[SignOff], told: Sequence[Signed]
) -> Findings:
    """The journal tells of each signer just the openings that were noted, and of no stale password.

    A sign-off that stands on one side only is found by ``signatures``.
    """
    noted = _noted(session, case)
    by_digest = {row.digest: row for row in rows}
    for said in told:
        row = by_digest.get(said.digest)
        if row is None:
            continue
        entry = f"journal#{said.entry}"
        # A state of the case is its cycle and how many sign-offs it had.
        expected = noted.get((row.cycle, row.seq - 1, row.signer), [])
        pair = (_sorted(said.opened), _sorted(expected))
        yield from differs(case.case_no, entry, "opened", "opening.told_otherwise", pair)
        if said.password_at is not None:
            given = datetime.fromisoformat(said.password_at)
            if row.risk_level != 1 or not confirmations.stands(given, row.signed_at):
                signed_at = moment_text(row.signed_at)
                yield Finding(
                    case.case_no,
                    entry,
                    "password_at",
                    "sign_off.password",
                    said.password_at,
                    signed_at,
                )


def _noted(session: Session, case: Case) -> Mapping[State, Sequence[Mapping[str, str]]]:
    found: dict[State, list[Mapping[str, str]]] = defaultdict(list)
    asked = (
        select(Opening.cycle, Opening.sign_offs, Account.staff_no, Opening.what, Opening.at)
        .join(Account, Account.account_id == Opening.account_id)
        .where(Opening.case_id == case.case_id)
    )
    for cycle, sign_offs, staff_no, what, at in session.execute(asked):
        found[cycle, sign_offs, staff_no].append({"what": what, "at": moment_text(at)})
    return found


def _sorted(openings: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    return sorted((opening["what"], opening["at"]) for opening in openings)

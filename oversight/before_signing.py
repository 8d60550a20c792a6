"""Checks what preceded each sign-off: what its signer had opened, and when he had given his password."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from authz.offices.accounts import Account
from authz.signing_in import confirmations
from database.clock import moment_text
from engine.openings import Opening
from engine.record import Case
from engine.signoffs import SignOff
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.folding import Signed
from oversight.pages import Page

_OPENINGS = together.columns(
    select(Opening.cycle, Opening.sign_offs, Account.staff_no, Opening.what, Opening.at).join(
        Account, Account.account_id == Opening.account_id
    ),
    Opening.case_id,
)
State = tuple[int, int, str]


def check(page: Page, case: Case, rows: Sequence[SignOff], told: Sequence[Signed]) -> Findings:
    """The journal tells of each signer just the openings that were noted, and of no stale password.

    A sign-off that stands on one side only is found by ``signatures``.
    """
    noted = _noted(page, case)
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


def _noted(page: Page, case: Case) -> Mapping[State, Sequence[Mapping[str, str]]]:
    found: dict[State, list[Mapping[str, str]]] = defaultdict(list)
    for row in page.of(_OPENINGS, case.case_id):
        said = {"what": row.what, "at": moment_text(row.at)}
        found[row.cycle, row.sign_offs, row.staff_no].append(said)
    return found


def _sorted(openings: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    return sorted((opening["what"], opening["at"]) for opening in openings)

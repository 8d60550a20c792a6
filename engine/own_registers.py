"""The cases of the office's own registers, of grants and of rules: of which a case is, and what it does."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from database.refusals import InvariantBroken
from engine.contents import Computed
from engine.grants import grant_entries
from engine.handling import Handling
from engine.process import Form
from engine.record import CaseContent
from engine.rules import rule_entries
from engine.rules.risk_file import RiskTable
from register.entries import Posting


def again(work: Handling, form: Form, table: RiskTable) -> Computed:
    """What a case of a register says as things stand now. Raises a gate where it makes no sense any more."""
    if work.case.process == rule_entries.CODE:
        return rule_entries.again(work, form, table)
    return grant_entries.again(work, form, table)


def concerns(session: Session, person_id: int, content: CaseContent) -> bool:
    """Whether a natural person would gain by a case of a register; by a rule nobody does."""
    return "grant" in content.posting and grant_entries.concerns(session, person_id, content)


def registers(signed: Posting) -> str | None:
    """The process of the register that a posting makes an entry in; None for one of business."""
    if signed.grant is not None:
        return grant_entries.CODE
    return None if signed.rule is None else rule_entries.CODE


def enter(work: Handling, signed: Posting, signers: Collection[int]) -> None:
    """Make the entry that was signed; ``signers`` are the natural persons who did.

    Raises InvariantBroken for one that isn't the register's of the case.
    """
    said: Mapping[str, Any] | None = signed.grant or signed.rule
    if said is None or registers(signed) != work.case.process:
        raise InvariantBroken(f"case {work.case.case_no} enters nothing into its own register")
    if signed.grant is not None:
        grant_entries.enter(work, said, signers)
    else:
        rule_entries.enter(work, said)

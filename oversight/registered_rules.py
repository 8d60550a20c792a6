"""Holds the register of rules against the cases that entered it: no version without one, none but as signed.

That a row is as it was noted ``office_rows`` sees, and that its case was signed by whom it takes
``posted.check_guard``; here the two are held against each other, and each text against its digest.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from authz.offices.accounts import Account
from database.clock import office_date
from engine.record import Case, CaseContent
from engine.rules import rule_entries, rule_kinds
from engine.rules.rule_kinds import DEFINITION
from engine.rules.rule_record import RuleStart, RuleText, RuleVersion
from oversight.findings import Finding, Findings, differs
from oversight.unreadable import SPOILED

_CASES = (
    select(Case, CaseContent)
    .join(CaseContent, (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle))
    .where(Case.process == rule_entries.CODE, Case.status == "completed")
)


# The first processes are registered together.
_FIRST = select(func.min(RuleVersion.registered_at)).where(RuleVersion.kind == DEFINITION)


def check(session: Session) -> Findings:
    """What of the register of rules isn't as signed, and what was signed and isn't there."""
    yield from _texts(session)
    signed = {case.case_no: (case, content) for case, content in session.execute(_CASES)}
    demo = session.execute(select(exists().where(Account.demo))).scalar_one()
    begins: dict[int, date] = {}
    known: set[tuple[str, str]] = set()
    first = session.execute(_FIRST).scalar_one()
    for version in session.execute(select(RuleVersion).order_by(RuleVersion.version_no)).scalars():
        row, key = f"rule_versions#{version.version_no}", (version.kind, version.name)
        begins[version.version_no] = version.effective_from
        if version.case_no is None:
            if (key in known or _came_later(version, first)) and not demo:
                yield Finding("", row, "case_no", "rule_version.unsigned")
        elif version.case_no not in signed:
            number = version.case_no
            yield Finding(number, row, "case_no", "rule_version.unsigned", number)
        else:
            yield from _as_signed(row, version, *signed.pop(version.case_no))
        known.add(key)
    for case_no in sorted(signed):
        yield Finding(case_no, "rule_versions", "case_no", "rule_version.missing_entry")
    yield from _starts(session, begins)


def _came_later(version: RuleVersion, first: datetime | None) -> bool:
    """Whether it is a process that wasn't there when the first ones were registered."""
    return version.kind == DEFINITION and first is not None and version.registered_at > first


def _texts(session: Session) -> Findings:
    for kept in session.execute(select(RuleText).order_by(RuleText.digest)).scalars():
        found = rule_kinds.digest_of(kept.kind, kept.name, kept.content)
        row = f"rule_texts#{kept.digest[:12]}"
        yield from differs("", row, "content", "rule_text.altered", (found, kept.digest))


def _as_signed(row: str, version: RuleVersion, case: Case, content: CaseContent) -> Findings:
    """The row is the version of the signed posting, from the approval on where that came later."""
    number, approved = case.case_no, case.finished_at
    try:
        said: Mapping[str, Any] = content.posting["rule"]
        asked = date.fromisoformat(said["effective_on"])
        expected = {name: said[name] for name in ("kind", "digest", "basis")}
        expected |= {"name": said["rule_name"]}
    except SPOILED:
        yield Finding(number, row, "", "rule_version.not_as_signed")
        return
    since = asked if approved is None else max(asked, office_date(approved))
    expected |= {"effective_from": since, "registered_at": approved}
    for column, wanted in expected.items():
        pair = (getattr(version, column), wanted)
        yield from differs(number, row, column, "rule_version.not_as_signed", pair)


def _starts(session: Session, begins: Mapping[int, date]) -> Findings:
    """No version was in force before its day."""
    for begun in session.execute(select(RuleStart).order_by(RuleStart.start_no)).scalars():
        first = begins.get(begun.version_no)
        if first is None or office_date(begun.started_at) < first:
            row = f"rule_starts#{begun.start_no}"
            yield Finding("", row, "started_at", "rule_start.early")

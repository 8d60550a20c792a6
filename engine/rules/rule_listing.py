"""The register of rules as it is read: what is in force, since when and by which case, what is to come."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices.accounts import Account
from database.clock import moment_text
from engine.defining import retirement
from engine.office import Office
from engine.record import OPEN_STATUSES, Case, CaseContent
from engine.rules import rule_registering, rules_in_force
from engine.rules.rule_entries import CODE
from engine.rules.rule_kinds import DEFINITION, KINDS, Key
from engine.rules.rule_record import RuleText

# As the grant register, it is open to everybody whose work it governs.
_READ = "read_grants"
SHOWN = 100


def read(session: Session, office: Office, actor: Actor) -> dict[str, Any]:
    """The rules in force, those registered for a later day, and open applications. Raises Forbidden."""
    decisions.require(session, actor, Act(_READ, agency=actor.agency))
    differing = set(rule_registering.differing(office))
    standing = office.in_force.standing
    waiting = rules_in_force.waiting(session)
    ends = _ends(session, [row.digest for row in waiting])
    return {
        "items": [_line(office, key, differs=key in differing) for key in _ordered(standing)],
        "not_registered": [
            {"kind": kind, "name": name}
            for kind, name in _ordered(office.installed)
            if (kind, name) in differing
        ],
        "to_come": [
            {
                "kind": row.kind,
                "name": row.name,
                "digest": row.digest,
                "effective_from": row.effective_from.isoformat(),
                "case_no": row.case_no,
                "retires": row.digest in ends,
                "taken_back": any(
                    (later.kind, later.name, later.effective_from)
                    == (row.kind, row.name, row.effective_from)
                    for later in waiting[place + 1 :]
                ),
            }
            for place, row in enumerate(waiting)
        ],
        "under_way": under_way(session),
    }


def _ordered(keys: Any) -> list[Key]:
    return sorted(keys, key=lambda key: (KINDS.index(key[0]), key[1]))


def _line(office: Office, key: Key, *, differs: bool) -> dict[str, Any]:
    found = office.in_force.standing[key]
    return {
        "kind": key[0],
        "name": key[1],
        "version": found.version_no,
        "digest": found.digest,
        "effective_from": found.effective_from.isoformat(),
        "since": moment_text(found.since),
        "basis": found.basis,
        "case_no": found.case_no,
        "installed_differs": differs,
        "retired": _retired(key, found.content),
    }


def _retired(key: Key, content: str) -> dict[str, Any] | None:
    """Why a process is offered no more, and what takes its place; None of any other rule."""
    if key[0] != DEFINITION or not retirement.says(content):
        return None
    said = retirement.parsed(content)
    return {"reason": said.reason, "successor": said.successor}


def _ends(session: Session, digests: Collection[str]) -> set[str]:
    """Of these texts those that end a process."""
    asked = select(RuleText.digest, RuleText.content).where(
        RuleText.digest.in_(digests), RuleText.kind == DEFINITION
    )
    return {digest for digest, content in session.execute(asked) if retirement.says(content)}


def under_way(session: Session) -> list[dict[str, Any]]:
    """The open applications, newest first."""
    found = (
        select(Case.case_no, Case.status, CaseContent.form, Account.staff_no)
        .join(
            CaseContent, (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle)
        )
        .join(Account, Account.account_id == Case.accepted_by)
        .where(Case.process == CODE, Case.status.in_(OPEN_STATUSES))
        .order_by(Case.case_id.desc())
        .limit(SHOWN)
    )
    rows = session.execute(found).all()
    ends = _ends(session, [form["digest"] for _, _, form, _ in rows])
    return [
        {
            "case_no": case_no,
            "status": status,
            "kind": form["kind"],
            "name": form["rule_name"],
            "digest": form["digest"],
            "effective_on": form["effective_on"],
            "basis": form["basis"],
            "applied_by": applied_by,
            "retires": form["digest"] in ends,
        }
        for case_no, status, form, applied_by in rows
    ]

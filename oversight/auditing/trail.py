"""The journal as auditors read it: by case or agency, by person, by action, by rule, by day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from authz.actors import Actor
from database.clock import moment_text
from engine.journal import JournalEntry
from engine.record import Case
from engine.rules import risk_history, rule_registering, rule_tables, rules_in_force
from oversight.auditing import scope
from oversight.auditing.scope import ALWAYS, PAGE, Days, Scope, StreamNotFound

# What the office noted when it changed what binds everybody: levels, parameters, calendars and definitions
# hold for all agencies, so that every auditor reads these, wherever they are noted.
_TABLES = tuple(kind.took_effect for kind in rule_tables.KINDS)
_RULES = (rule_registering.REGISTERED, rules_in_force.STARTED)
OFFICE_WIDE = (risk_history.TOOK_EFFECT, *_TABLES, *_RULES, "proved")
# Changes of who may do what, by whom: every action that the office's streams know besides signing in.
AUTHORITY = (
    "granted",
    "grant_revoked",
    "stand_in_registered",
    "stand_in_ended",
    "signer_named",
    "signer_naming_ended",
    "leave_entered",
    "leave_confirmed",
    "leave_ended",
    "desk_left",
    "desk_taken_again",
    "agency_added",
    "account_opened",
    "first_password_given",
    "account_closed",
    "appointed",
    "dismissed",
    "qualification_entered",
    "qualification_struck_out",
    "qualification_duty_set",
    "relative_declared",
    "relative_ended",
    "key_made",
    "key_retired",
    "password_changed",
    "reset_applied",
    "reset_confirmed",
    "password_reset",
    "factor_enrolled",
    "factor_removed",
    "recovery_codes_made",
    "factor_demand_entered",
    "factor_reset_applied",
    "factor_reset_confirmed",
    "identity_bound",
    "identity_ended",
    "sessions_ended",
)
Kind = Literal["grant", "staff", "level", "parameter", "rule", "definition"]
KINDS: Mapping[str, Collection[str]] = {
    "grant": (
        "granted",
        "grant_revoked",
        "stand_in_registered",
        "stand_in_ended",
        "signer_named",
        "signer_naming_ended",
    ),
    "staff": tuple(
        name for name in AUTHORITY if not name.startswith(("grant", "stand_in", "signer_"))
    ),
    "level": (risk_history.TOOK_EFFECT,),
    "parameter": _TABLES,
    "rule": _RULES,
    "definition": ("proved",),
}
SIGN_INS = ("signed_in", "signed_out", "sign_in_failed", "factor_asked")
DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the journal."""

    stream: str | None = None
    staff_no: str | None = None
    actions: Collection[str] = ()
    rule: str | None = None
    days: Days = ALWAYS


def read(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    cursor: str | None = None,
    limit: int = PAGE,
) -> dict[str, Any]:
    """A page of the journal, newest first. Raises Forbidden, StreamNotFound, DaysReversed."""
    reads = scope.of(session, actor)
    if wanted.stream is not None:
        _require_stream(session, reads, wanted.stream)
    visible = JournalEntry.stream == wanted.stream if wanted.stream else reads.entries()
    return _page(session, visible, wanted, cursor, limit)


def changes_of_rules(
    session: Session,
    actor: Actor,
    *,
    kind: str | None = None,
    days: Days = ALWAYS,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Who changed what people may do: grants, accounts, posts and keys, levels, parameters, definitions.

    A page, newest first. Raises Forbidden, DaysReversed.
    """
    reads = scope.of(session, actor)
    actions = KINDS[kind] if kind else (*AUTHORITY, *OFFICE_WIDE)
    visible = or_(JournalEntry.stream.in_(reads.codes), JournalEntry.action.in_(OFFICE_WIDE))
    return _page(session, visible, Wanted(actions=actions, days=days), cursor, PAGE)


def shown(entry: JournalEntry) -> dict[str, Any]:
    """One entry as answers tell it; none of it is personal data."""
    return {
        "entry_id": entry.entry_id,
        "stream": entry.stream,
        "seq": entry.seq,
        "at": moment_text(entry.at),
        "staff_no": entry.staff_no,
        "post": entry.post,
        "agency": entry.agency_code,
        "action": entry.action,
        "rule": entry.rule,
        "detail": entry.detail,
        "digest": entry.digest,
    }


def _page(
    session: Session,
    visible: ColumnElement[bool],
    wanted: Wanted,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    conditions = [
        visible,
        scope.before(JournalEntry.entry_id, cursor),
        *wanted.days.hold(JournalEntry.at),
    ]
    if wanted.staff_no is not None:
        conditions.append(JournalEntry.staff_no == wanted.staff_no)
    if wanted.actions:
        conditions.append(JournalEntry.action.in_(tuple(wanted.actions)))
    if wanted.rule is not None:
        conditions.append(JournalEntry.rule == wanted.rule)
    found = select(JournalEntry).where(*conditions).order_by(JournalEntry.entry_id.desc())
    rows = session.execute(found.limit(limit + 1)).scalars().all()
    return {
        "items": [shown(entry) for entry in rows[:limit]],
        "next_cursor": str(rows[limit - 1].entry_id) if len(rows) > limit else None,
    }


def _require_stream(session: Session, reads: Scope, stream: str) -> None:
    if stream in reads.codes:
        return
    mine = select(Case.case_id).where(Case.case_no == stream, reads.cases())
    if session.execute(mine).first() is None:
        raise StreamNotFound

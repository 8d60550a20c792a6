"""A posting as JSON and back: what a case stores sealed, digests, and every sign-off covers.

The same posting always gives the same JSON, without floats: digests are taken of it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from database import own_keys
from database.refusals import InvariantBroken
from register import soundness
from register.entries import Change, DerivationStep, Line, Posting

_SCALARS = frozenset({str, int, bool, type(None)})
_SELDOM = ("payee", "grant", "rule", "corrects")


def to_json(posting: Posting) -> dict[str, Any]:
    """The posting as a JSON value.

    Raises PostingUnsound for one that couldn't be written, so that nobody is asked to sign it, and
    InvariantBroken for anything that JSON or a digest can't hold.
    """
    soundness.check(posting)
    said: dict[str, Any] = {
        "lines": [line_json(line) for line in posting.lines],
        "changes": [change_json(change) for change in posting.changes],
        "derivation": [
            {"zh": step.zh, "en": step.en, "value": step.value, "source": step.source}
            for step in posting.derivation
        ],
        "parameters": [_plain(used) for used in posting.parameters],
        "read": [_plain(version) for version in posting.read],
    }
    # Only where there is one (a payee: where money becomes payable): all other postings are what they were.
    for part in _SELDOM:
        value = getattr(posting, part)
        if value is not None:
            said[part] = _plain(value)
    return said


def line_json(line: Line) -> dict[str, Any]:
    """One ledger line as JSON."""
    return {
        "account": line.account,
        "side": line.side,
        "amount_cents": line.amount_cents,
        "subject_id": line.subject_id,
        "month": line.month,
        "memo": line.memo,
    }


def change_json(change: Change) -> dict[str, Any]:
    """One change as JSON; its day is ISO text."""
    return {
        "kind": change.kind,
        "subject_kind": change.subject_kind,
        "subject_id": change.subject_id,
        "effective_from": change.effective_from.isoformat(),
        "after": _plain(change.after),
        "before": _plain(change.before),
    }


def from_json(stored: Mapping[str, Any]) -> Posting:
    """The posting a stored JSON value says."""
    return Posting(
        lines=tuple(Line(**line) for line in stored["lines"]),
        changes=tuple(
            Change(**{**change, "effective_from": date.fromisoformat(change["effective_from"])})
            for change in stored["changes"]
        ),
        derivation=tuple(DerivationStep(**step) for step in stored["derivation"]),
        parameters=tuple(stored["parameters"]),
        read=tuple(stored["read"]),
        payee=stored.get("payee"),
        grant=stored.get("grant"),
        rule=stored.get("rule"),
        corrects=stored.get("corrects"),
    )


def _plain(value: Any) -> Any:
    # Nearly all are of exactly these types, which nothing erased is.
    if type(value) in _SCALARS:
        return value
    if own_keys.key_id_of_erased(value) is not None:
        return value
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, (dict, Mapping)):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    raise InvariantBroken(
        f"a {type(value).__name__} has no place in a posting: use text or integers"
    )

"""The kinds of dated change a posting may hold, and the fields of each: what the writer accepts.

A change says only what becomes different (``after``), with the same fields as they were (``before``).
Values are JSON; dates are ISO text, months YYYYMM integers, amounts integer cents.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, get_args

from register.entries import Change, SubjectKind
from register.records import MonthOrigin

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: whom it is about, the check of each field, and what a new one must have.

    ``identity`` names the field that says which existing thing changes; without it a new one begins,
    and then every field of ``needed`` is given. ``whole`` looks at all the fields together. A change that
    says every field of ``founding``, of somebody of whom nothing was said before, puts him on the register.
    What was said of a ``withdrawable`` kind a correction takes back by saying nothing (null) in every field.
    """

    subject_kind: SubjectKind
    fields: Mapping[str, Check]
    identity: str | None = None
    needed: frozenset[str] = frozenset()
    whole: Callable[[Mapping[str, Any]], bool] | None = None
    founding: frozenset[str] = frozenset()
    withdrawable: bool = False


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _text_or_none(value: Any) -> bool:
    return value is None or _text(value)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _day_or_none(value: Any) -> bool:
    return value is None or _day(value)


def _month(value: Any) -> bool:
    return type(value) is int and 190001 <= value <= 219912 and 1 <= value % 100 <= 12  # noqa: PLR2004


def _cents(value: Any) -> bool:
    return type(value) is int and value >= 0


def _components(value: Any) -> bool:
    return (
        isinstance(value, Mapping) and all(map(_text, value)) and all(map(_cents, value.values()))
    )


def _one_of(*allowed: str | None) -> Check:
    return lambda value: value in allowed


def _claim(after: Mapping[str, Any]) -> bool:
    """A claim runs over months, or is settled with its receipt; a correction takes back either."""
    paid = after.get("receipt_no") is not None
    if "from_month" in after:
        ordered = after["from_month"] <= after["to_month"]
        return bool(ordered and after["status"] == "ASSESSED" and not paid)
    return "status" in after and paid == (after["status"] == "SETTLED")


def _ordered(after: Mapping[str, Any]) -> bool:
    return bool(after["from_month"] <= after["to_month"])


def _span(after: Mapping[str, Any]) -> bool:
    """A span of months that counts, or no longer; only deemed months and void ones have no base."""
    based = after["origin"] not in ("DEEMED", "VOID")
    return bool(after["from_month"] <= after["to_month"] and based == (after["base_cents"] > 0))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "person_key": Kind(
            "person",
            {
                "id_no": _text,
                "name": _text,
                "sex": _one_of("M", "F"),
                "birth": _day,
                "first_work_on": _day_or_none,
                "post_kind": _one_of("M", "F55", "F50"),
            },
            founding=frozenset({"id_no", "name", "sex", "birth", "first_work_on", "post_kind"}),
        ),
        "person_contact": Kind(
            "person",
            {
                "mobile": _text_or_none,
                "address": _text_or_none,
                "postcode": _text_or_none,
                "education": _text_or_none,
                "nation": _text_or_none,
                "hukou_type": _one_of("urban", "rural", None),
            },
        ),
        "payment_account": Kind(
            "person",
            {"bank_name": _text, "bank_account": _text, "holder": _text},
            withdrawable=True,
        ),
        "relation": Kind(
            "person",
            {
                "relation_id": _text,
                "agency_code": _text,
                "kind": _one_of("EMPLOYEE", "FLEX", "OVERAGE"),
                "status": _one_of("ACTIVE", "INTERRUPTED", "ENDED", "VOID"),
                "from_month": _month,
                "employer_id": _text_or_none,
                "policy_code": _text_or_none,
            },
            identity="relation_id",
            needed=frozenset({"agency_code", "kind", "status", "from_month"}),
        ),
        "months": Kind(
            "person",
            {
                "from_month": _month,
                "to_month": _month,
                "base_cents": _cents,
                "origin": _one_of(*get_args(MonthOrigin), "VOID"),
            },
            needed=frozenset({"from_month", "to_month", "base_cents", "origin"}),
            whole=_span,
        ),
        "declared_base": Kind(
            "person",
            {"from_month": _month, "base_cents": _cents},
            needed=frozenset({"from_month", "base_cents"}),
            withdrawable=True,
        ),
        "certification": Kind(
            "person",
            {
                "method": _one_of("DATA", "FACE", "VISIT", "ABROAD"),
                "certified_on": _day,
                "next_due_on": _day,
            },
            needed=frozenset({"method", "certified_on", "next_due_on"}),
            withdrawable=True,
        ),
        "hold": Kind(
            "person",
            {
                "document_no": _text,
                "court": _text,
                "status": _one_of("FROZEN", "LIFTED"),
                "until": _day,
            },
            needed=frozenset({"document_no", "court", "status", "until"}),
        ),
        "entitlement": Kind(
            "person",
            {
                "entitlement_id": _text,
                "kind": _text,
                "monthly_cents": _cents,
                "from_month": _month,
                "status": _one_of("APPROVED", "PAYING", "SUSPENDED", "ENDED", "VOID"),
                "components": _components,
            },
            identity="entitlement_id",
            needed=frozenset({"kind", "monthly_cents", "from_month", "status", "components"}),
        ),
        "claim": Kind(
            "person",
            {
                "claim_id": _text,
                "employer_id": _text,
                "from_month": _month,
                "to_month": _month,
                "base_cents": _cents,
                "account_cents": _cents,
                "pooled_cents": _cents,
                "late_fee_cents": _cents,
                "assessed_on": _day,
                "status": _one_of("ASSESSED", "SETTLED", "VOID"),
                "receipt_no": _text_or_none,
                "received_on": _day,
            },
            identity="claim_id",
            needed=frozenset(
                {
                    "employer_id",
                    "from_month",
                    "to_month",
                    "base_cents",
                    "account_cents",
                    "pooled_cents",
                    "late_fee_cents",
                    "assessed_on",
                    "status",
                }
            ),
            whole=_claim,
        ),
        "deferral": Kind(
            "employer",
            {
                "kind": _one_of("hardship", "force_majeure"),
                "from_month": _month,
                "to_month": _month,
                "guarantee": _text,
                "approval_no": _text_or_none,
                # Unsaid it is approved.
                "status": _one_of("APPROVED", "VOID"),
            },
            needed=frozenset({"kind", "from_month", "to_month", "guarantee"}),
            whole=_ordered,
        ),
        "employer_key": Kind(
            "employer",
            {
                "uscc": _text,
                "name": _text,
                "agency_code": _text,
                "status": _one_of("ACTIVE", "CLOSED"),
                "legal_person": _text_or_none,
                "bank_name": _text_or_none,
                "bank_account": _text_or_none,
                "legal_person_id_no": _text_or_none,
                "unit_type": _text_or_none,
                "insured_since": _day_or_none,
                "insurance_types": _text_or_none,
            },
            founding=frozenset({"uscc", "name", "agency_code", "status"}),
        ),
        "employer_contact": Kind(
            "employer",
            {"address": _text_or_none, "phone": _text_or_none, "contact_name": _text_or_none},
        ),
    }
)


def withdraws(kind: str, after: Mapping[str, Any]) -> bool:
    """Whether a change takes back all that was ever said of its kind: a correction of the first word."""
    return KINDS[kind].withdrawable and all(value is None for value in after.values())


def founds(change: Change) -> bool:
    """Whether a change puts whom it is about on the register: the first thing said of him, and all of it."""
    return _founds(change.kind, change.after, change.before)


def founds_json(change: Mapping[str, Any]) -> bool:
    """As ``founds``, of a change as a posting's JSON says it."""
    return _founds(change["kind"], change["after"], change["before"])


def _founds(kind: str, after: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    known = KINDS.get(kind)
    return (
        known is not None and bool(known.founding) and not before and known.founding <= after.keys()
    )

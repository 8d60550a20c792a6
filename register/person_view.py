"""A person's record as answers show it: masked, and every value with the case it comes from."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import clock
from database.clock import moment_text
from database.own_keys import ERASED
from register import (
    as_of,
    balances,
    claim_view,
    claims,
    held,
    masked,
    posting_json,
    reading,
    versions,
)
from register.composing import PersonErased
from register.ledger import LedgerLine, RegisterPosting
from register.payables import PAYMENT
from register.subjects import Version


def masked_person(session: Session, person_id: str, on: date | None = None) -> dict[str, Any]:
    """The whole masked record of ``GET /api/register/persons/{person_id}``; the caller checks who may see.

    ``on``: as the register held it at the end of that day, and the account of payment in force then.
    Of an erased person it says so.
    Fixed number of queries. Raises PersonNotFound.
    """
    later = as_of.written_after(session, "person", person_id, on) if on else set[str]()
    try:
        record = reading.person(session, person_id, on or clock.today(session), without=later)
    except PersonErased:
        return erased_person(session, person_id, later)
    return {
        "person_id": person_id,
        "id_no": masked.id_no(record.id_no),
        "name": masked.name(record.name),
        "sex": record.sex,
        "birth": record.birth.isoformat(),
        "first_work_on": record.first_work_on and record.first_work_on.isoformat(),
        "post_kind": record.post_kind,
        "status": record.status,
        "version": record.version,
        "contact": masked.fields(record.contact),
        "payment_account": record.payment_account and masked.fields(record.payment_account),
        "relations": _relations(session, person_id, later),
        "months": {
            "paid": record.paid_months,
            "deemed": record.deemed_months,
            "items": _months(session, person_id, later),
        },
        "account": {"balance_cents": record.balance_cents, "parts": dict(record.balances)},
        "owed": dict(record.owed),
        "declared_base": record.declared_base,
        "certification": record.certification,
        "claims": claim_view.shown(record.claims),
        "holds": [
            {"document_no": one.document_no, "court": one.court, "until": one.until.isoformat()}
            for one in record.holds
        ],
        "entries": _entries(session, person_id, later),
        "entitlements": _entitlements(session, person_id, later),
        "versions": [
            version(row)
            for row in versions.of_person(session, person_id)
            if row.case_no not in later
        ],
    }


def erased_person(session: Session, person_id: str, later: Collection[str]) -> dict[str, Any]:
    """What is left of an erased person: what names him by his number in the register alone."""
    months = _months(session, person_id, later)
    deemed = sum(one["origin"] == "DEEMED" for one in months)
    sums = (
        balances.of_person_without(session, person_id, later)
        if later
        else balances.of_person(session, person_id)
    )
    parts = balances.parts(sums)
    return {
        "person_id": person_id,
        **dict.fromkeys(("id_no", "name", "post_kind"), ERASED),
        **dict.fromkeys(("sex", "birth", "first_work_on", "payment_account")),
        **dict.fromkeys(("declared_base", "certification")),
        "status": "ERASED",
        "version": reading.version_of(session, person_id),
        "contact": {},
        "relations": _relations(session, person_id, later),
        "months": {"paid": len(months) - deemed, "deemed": deemed, "items": months},
        "account": {"balance_cents": sum(parts.values()), "parts": parts},
        "owed": balances.owed(sums),
        "claims": claim_view.shown(claims.of_person(session, person_id, later)),
        "holds": [],
        "entries": _entries(session, person_id, later),
        "entitlements": _entitlements(session, person_id, later),
        "versions": [],
    }


def _relations(session: Session, person_id: str, later: Collection[str]) -> list[dict[str, Any]]:
    return [
        {
            "relation_id": row.relation_id,
            "agency": row.agency_code,
            "kind": row.kind,
            "status": row.status,
            "from_month": row.from_month,
            "employer_id": row.employer_id,
            "policy_code": row.policy_code,
            "version": row.version,
            "case_no": row.case_no,
        }
        for row in held.relations(session, person_id, later)
    ]


def _months(session: Session, person_id: str, later: Collection[str]) -> list[dict[str, Any]]:
    return [row._asdict() for row in held.months(session, person_id, later)]


def _entries(session: Session, person_id: str, later: Collection[str]) -> list[dict[str, Any]]:
    """The lines of the person's accounts, oldest first."""
    found = session.execute(
        select(LedgerLine, RegisterPosting.posted_at, RegisterPosting.agency_code)
        .join(
            RegisterPosting,
            (RegisterPosting.case_no == LedgerLine.case_no)
            & (RegisterPosting.posting_no == LedgerLine.posting_no),
        )
        .where(LedgerLine.subject_id == person_id)
        .order_by(LedgerLine.line_id)
    )
    return [
        {
            "account": line.account,
            **masked.account_names(line.account),
            "side": line.side,
            "amount_cents": line.amount_cents,
            "month": line.month,
            "memo": line.memo,
            "posted_at": moment_text(posted_at),
            "agency": agency,
            "posting": line.case_no,
            # A payment's lines say which case determined the amount.
            "case_no": line.memo if line.case_no.startswith(PAYMENT) else line.case_no,
        }
        for line, posted_at, agency in found
        if line.case_no not in later
    ]


def _entitlements(session: Session, person_id: str, later: Collection[str]) -> list[dict[str, Any]]:
    return [
        {
            "entitlement_id": row.entitlement_id,
            "kind": row.kind,
            "monthly_cents": row.monthly_cents,
            "components": row.components,
            "from_month": row.from_month,
            "status": row.status,
            "version": row.version,
            "case_no": row.case_no,
        }
        for row in held.entitlements(session, person_id, later)
    ]


def version(row: Version) -> dict[str, Any]:
    """A dated change, masked, with its case."""
    said = masked.masked_change(posting_json.change_json(versions.change(row)))
    shown = {part: said[part] for part in ("kind", "effective_from", "after", "before", "altered")}
    return {**shown, "recorded_at": moment_text(row.recorded_at), "case_no": row.case_no}

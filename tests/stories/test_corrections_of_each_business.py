"""Whatever the business: once its case is corrected, the register says what it said before."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import clock
from register import reading
from register.subjects import Employer, Person
from tests import corrections
from tests.corrections import SIGNER
from tests.people import Hall

# Who moved to another agency is corrected there.
APART = {"transfer_intraprovince"}
# What a case changes by being one, and under which names somebody was known.
ADDS = ("version", "former_names", "earlier")


def said(session: Session) -> dict[str, Any]:
    """The register as processes read it: every person and every employer, by the register's ids."""
    today = clock.today(session)
    found: dict[str, Any] = {}
    for person_id in session.execute(select(Person.person_id)).scalars().all():
        record = reading.person(session, person_id, today)
        held = [replace(one, version=0, earlier=()) for one in record.entitlements]
        # What was taken off a payable is payable again under a number of its own.
        unpaid = [replace(one, payable_id=0) for one in record.unpaid]
        parts = {"entitlements": held, "unpaid": unpaid, "claims": _claims(record)}
        found[person_id] = _plain(record) | parts
    for employer_id in session.execute(select(Employer.employer_id)).scalars().all():
        of = reading.employer(session, employer_id)
        found[employer_id] = _plain(of) | {"claims": _claims(of)}
    return found


def _claims(record: Any) -> list[Any]:
    """Whichever case wrote the last version of each."""
    return [replace(one, case_no="") for one in record.claims]


def _plain(record: Any) -> dict[str, Any]:
    """Read whole, as its parts are read when asked for; a contact taken back is as if never said."""
    plain = {one.name: _read(getattr(record, one.name)) for one in fields(record)}
    contact = {name: value for name, value in record.contact.items() if value is not None}
    return {name: value for name, value in plain.items() if name not in ADDS} | {"contact": contact}


def _read(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


@pytest.mark.slow
def test_each_business_of_the_demo_is_undone_whole(hall: Hall) -> None:
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        before = said(session)
    reversed_: dict[str, str] = {}
    for process, bodies in hall.demo["examples"].items():
        body = {name: value for name, value in bodies[0].items() if name != "expect"}
        if process in APART:
            continue
        case = corrections.signed(hall, hall.T101.accept(body))
        if case["status"] != "completed":
            # It waits for somebody outside, which other stories tell.
            assert not case["waiting"] or case["waiting"][0]["post"] not in SIGNER
            continue
        corrected = corrections.body(body, case["case_no"], [case["receipt"]["number"]])
        correction = corrections.signed(hall, hall.T101.accept(corrected))
        assert correction["status"] == "completed", process
        assert correction["risk_level"] <= case["risk_level"]
        reversed_[process] = correction["case_no"]
    assert len(reversed_) > 35
    with sessions.reading() as session:
        after = said(session)
    for subject_id in before:
        assert after[subject_id] == before[subject_id]
    # Whom a corrected case put on the register is on it without anything.
    for subject_id in after.keys() - before.keys():
        assert after[subject_id].get("status") == "CLOSED" or not after[subject_id]["relations"]
    for process in (
        "account_adjustment",
        "survivor_benefit",
        "history_backfill",
        "payment_reissue",
        "arrears_assessment",
        "arrears_payment",
        "deferral_request",
    ):
        assert hall.A101.findings(reversed_[process]) == [], process

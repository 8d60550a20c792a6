"""What a correction takes back of employers, and what later cases wrote that rests on it."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.connection import Sessions
from database.identifiers import new_id
from register import claims, opening, resting, undoing
from register.changes import KINDS
from register.claims import ClaimUnknown
from register.entries import Change, Posting
from register.soundness import PostingUnsound
from register.subjects import Version
from tests.unit import register_office
from tests.unit.register_office import COUNTY, TODAY, USCC
from tests.unit.test_register_claims import assessment, settlement


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with register_office.opened(tmp_path) as made:
        yield made


def rests_on(session: Session, case_no: str) -> tuple[str, ...]:
    """The later cases that say something of what this one wrote."""
    asked = select(Version).where(Version.case_no == case_no).order_by(Version.change_no)
    wrote = list(session.execute(asked).scalars())
    undone = undoing.of_case(session, case_no, wrote, TODAY)
    return tuple(resting.on_case(session, case_no, wrote, undone, ()).changes)


def said(kind: str, subject_id: str, after: Mapping[str, Any], on: date = TODAY) -> Posting:
    """A posting of one change."""
    return Posting(changes=[Change(kind, KINDS[kind].subject_kind, subject_id, on, after)])


def test_every_kind_of_change_is_undone() -> None:
    assert sorted([*undoing.SAID, *undoing.HELD]) == sorted(KINDS)


def test_an_employer_that_left_since_owes_nothing_again(sessions: Sessions) -> None:
    with sessions.command() as session:
        person_id = opening.open_person(session, register_office.person(), agency=COUNTY)
        employer_id = opening.open_employer(session, uscc=USCC, name="甲", agency=COUNTY)
        register_office.write(session, assessment(person_id, employer_id), "A-1")
        (claim,) = claims.of_employer(session, employer_id)
        paid = settlement(person_id, employer_id, claim.claim_id, "R-1")
        register_office.write(session, paid, "P-1")
        assert rests_on(session, "A-1") == ("P-1",)
        assert rests_on(session, "P-1") == ()
        register_office.write(session, said("employer_key", employer_id, {"name": "乙"}), "N-1")
        left = said("employer_key", employer_id, {"status": "CLOSED"})
        register_office.write(session, left, "C-1")
        assert rests_on(session, "P-1") == ("C-1",)


def test_whoever_is_insured_with_an_employer_keeps_it_on_the_register(sessions: Sessions) -> None:
    employer_id = new_id()
    named = {"uscc": USCC, "name": "甲", "agency_code": COUNTY, "status": "ACTIVE"}
    with sessions.command() as session:
        person_id = opening.open_person(session, register_office.person(), agency=COUNTY)
        register_office.write(session, said("employer_key", employer_id, named), "E-1")
        assert rests_on(session, "E-1") == ()
        insured = {
            "agency_code": COUNTY,
            "kind": "EMPLOYEE",
            "status": "ACTIVE",
            "from_month": 202611,
        }
        with_it = said("relation", person_id, {**insured, "employer_id": employer_id})
        register_office.write(session, with_it, "I-1")
        assert rests_on(session, "E-1") == ("I-1",)
        register_office.write(session, assessment(person_id, employer_id), "A-1")
        assert rests_on(session, "E-1") == ("I-1", "A-1")


def test_a_late_fee_rests_on_a_deferral_from_its_first_day_on(sessions: Sessions) -> None:
    deferred = {
        "kind": "hardship",
        "to_month": 202703,
        "guarantee": "agreement:1",
        "approval_no": None,
    }
    with sessions.command() as session:
        person_id = opening.open_person(session, register_office.person(), agency=COUNTY)
        employer_id = opening.open_employer(session, uscc=USCC, name="甲", agency=COUNTY)
        for first, case_no in ((202611, "D-1"), (202701, "D-2")):
            on = date(first // 100, first % 100, 1)
            until = {"from_month": first, "to_month": first + 1}
            granted = said("deferral", employer_id, deferred | until, on)
            register_office.write(session, granted, case_no)
        assert rests_on(session, "D-1") == ()
        register_office.write(session, assessment(person_id, employer_id), "A-1")
        assert rests_on(session, "D-1") == ("A-1",)
        assert rests_on(session, "D-2") == ()


def test_a_claim_goes_one_step_back_at_a_time(sessions: Sessions) -> None:
    with sessions.command() as session:
        person_id = opening.open_person(session, register_office.person(), agency=COUNTY)
        employer_id = opening.open_employer(session, uscc=USCC, name="甲", agency=COUNTY)
        register_office.write(session, assessment(person_id, employer_id), "A-1")
        (claim,) = claims.of_employer(session, employer_id)
    named = {"claim_id": claim.claim_id, "employer_id": employer_id}

    def step(session: Session, status: str, case_no: str, **more: Any) -> None:
        posting = said("claim", person_id, {**named, "status": status, **more})
        register_office.write(session, posting, case_no)

    with sessions.command() as session:
        step(session, "SETTLED", "P-1", receipt_no="R-1")
    with pytest.raises(ClaimUnknown), sessions.command() as session:
        step(session, "VOID", "V-1")
    with pytest.raises(PostingUnsound), sessions.command() as session:
        step(session, "ASSESSED", "U-1", receipt_no="R-1")
    with sessions.command() as session:
        step(session, "ASSESSED", "U-2", receipt_no=None)
        step(session, "VOID", "V-2")
        assert claims.of_employer(session, employer_id) == ()
        step(session, "ASSESSED", "U-3")
        assert claims.of_person(session, person_id)[0].status == "ASSESSED"
    with pytest.raises(ClaimUnknown), sessions.command() as session:
        step(session, "ASSESSED", "U-4")

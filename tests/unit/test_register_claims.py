"""Claims against employers: assessed once, settled once, each receipt booked once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from database.connection import Sessions
from register import claims, opening
from register.claims import ClaimUnknown, ReceiptTaken
from register.entries import Change, Posting
from register.soundness import PostingUnsound
from tests.unit import register_office
from tests.unit.register_office import COUNTY, ID_NO, OTHER_ID_NO, TODAY, USCC

OTHER_USCC = "91440300708461136T"


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with register_office.opened(tmp_path) as made:
        yield made


def assessment(person_id: str, employer_id: str, **other: Any) -> Posting:
    after = {
        "employer_id": employer_id,
        "from_month": 202501,
        "to_month": 202502,
        "base_cents": 600_000,
        "account_cents": 96_000,
        "pooled_cents": 192_000,
        "late_fee_cents": 500,
        "assessed_on": "2026-11-23",
        "status": "ASSESSED",
        **other,
    }
    return Posting(changes=[Change("claim", "person", person_id, TODAY, after)])


def settlement(person_id: str, employer_id: str, claim_id: str, receipt_no: str) -> Posting:
    after = {
        "claim_id": claim_id,
        "employer_id": employer_id,
        "status": "SETTLED",
        "receipt_no": receipt_no,
        "received_on": "2026-11-23",
    }
    return Posting(changes=[Change("claim", "person", person_id, TODAY, after)])


def test_a_receipt_is_booked_once_whichever_employer_pays(sessions: Sessions) -> None:
    with sessions.command() as session:
        owing = []
        for number, (id_no, uscc) in enumerate(((ID_NO, USCC), (OTHER_ID_NO, OTHER_USCC))):
            person_id = opening.open_person(session, register_office.person(id_no), agency=COUNTY)
            employer_id = opening.open_employer(session, uscc=uscc, name="甲", agency=COUNTY)
            register_office.write(session, assessment(person_id, employer_id), f"A-{number}")
            (claim,) = claims.of_employer(session, employer_id)
            assert claim == claims.of_person(session, person_id)[0]
            assert (claim.principal_cents, claim.months) == (288_000, [202501, 202502])
            owing.append((person_id, employer_id, claim.claim_id))
        register_office.write(session, settlement(*owing[0], "R-1"), "P-0")
        (paid,) = claims.of_person(session, owing[0][0])
        assert (paid.status, paid.receipt_no, paid.case_no) == ("SETTLED", "R-1", "P-0")
        (before,) = claims.of_person(session, owing[0][0], without={"P-0"})
        assert (before.status, before.case_no) == ("ASSESSED", "A-0")

    with pytest.raises(ReceiptTaken), sessions.command() as session:
        register_office.write(session, settlement(*owing[1], "R-1"), "P-1")
    with pytest.raises(ClaimUnknown), sessions.command() as session:
        register_office.write(session, settlement(*owing[0], "R-2"), "P-2")


@pytest.mark.parametrize(
    "other",
    [{"to_month": 202412}, {"status": "SETTLED"}, {"assessed_on": "yesterday"}, {"base_cents": -1}],
)
def test_an_impossible_claim_is_not_written(sessions: Sessions, other: dict[str, Any]) -> None:
    with pytest.raises(PostingUnsound), sessions.command() as session:
        register_office.write(session, assessment("P1", "E1", **other))

"""The writer: everything of a posting or nothing, and every value leads back to its case."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database.connection import Sessions
from register import balances, inscriptions, opening, posting_json, reading
from register.entries import Change, Posting
from register.founding import CreditCodeTaken, IdNumberTaken
from register.holdings import HeldTwice, HoldingUnknown
from register.ledger import LedgerLine, RegisterPosting
from register.opening import PensionOpening
from register.soundness import PostingUnsound
from register.subjects import Version
from register.writing import AccountOverdrawn, SubjectUnknown
from tests.unit import register_office
from tests.unit.register_office import COUNTY, ID_NO, OTHER_ID_NO, TODAY, USCC

OTHER_USCC = "91110000600037341L"
NEXT_MONTH = date(2026, 12, 1)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with register_office.opened(tmp_path) as made:
        yield made


@pytest.fixture
def person_id(sessions: Sessions) -> str:
    with sessions.command() as session:
        return opening.open_person(session, register_office.person(), agency=COUNTY)


def change(person_id: str, kind: str, after: dict[str, Any], on: date = TODAY) -> Posting:
    return Posting(changes=[Change(kind, "person", person_id, on, after)])


def post(sessions: Sessions, posting: Posting, case_no: str = "CASE-1") -> None:
    with sessions.command() as session:
        register_office.write(session, posting, case_no)


def record(sessions: Sessions, person_id: str, on: date = TODAY) -> Any:
    with sessions.reading() as session:
        return reading.load(session, person_id=person_id, accepted_on=on).person


def test_an_opened_person_reads_back_whole(sessions: Sessions, person_id: str) -> None:
    found = record(sessions, person_id)
    assert (found.id_no, found.name, found.sex) == (ID_NO, "张三丰", "F")
    assert found.birth == date(1949, 12, 31)
    assert found.first_work_on == date(1996, 7, 1)
    assert found.balances == {"principal": 5_000_000, "interest": 300_000}
    assert found.balance_cents == 5_300_000
    assert found.payment_account["bank_name"] == "青山农商行"
    assert [relation.agency_code for relation in found.relations] == [COUNTY]
    assert (found.paid_months, found.deemed_months) == (24, 0)
    assert (found.status, found.version) == ("ACTIVE", 1)


def test_an_opened_employer_is_found(sessions: Sessions) -> None:
    with sessions.command() as session:
        employer_id = opening.open_employer(session, uscc=USCC, name="青山水泥厂", agency=COUNTY)
        assert reading.find_employer(session, USCC) == employer_id
        assert reading.employer_name_of(session, employer_id) == "青山水泥厂"
        assert reading.agencies_of_employer(session, employer_id) == {COUNTY}
        found = reading.load(session, employer_id=employer_id, accepted_on=TODAY).employer
    assert found is not None
    assert (found.uscc, found.status, found.version) == (USCC, "ACTIVE", 1)


def test_lines_move_the_balance_and_lead_back(sessions: Sessions, person_id: str) -> None:
    posting = register_office.transfer(person_id, 48_000)
    post(sessions, posting)
    found = record(sessions, person_id)
    assert found.balances == {"principal": 5_048_000, "interest": 300_000}
    assert found.version == 2
    with sessions.reading() as session:
        said = posting_json.to_json(posting)
        assert inscriptions.by_case(session, "CASE-1") == {"lines": said["lines"], "changes": []}
        assert inscriptions.by_case(session, "CASE-2") == {}
        assert reading.unbalanced(session) == []


def test_an_empty_posting_leaves_its_header(sessions: Sessions) -> None:
    post(sessions, Posting())
    with sessions.reading() as session:
        assert inscriptions.by_case(session, "CASE-1") == {"lines": [], "changes": []}


def test_changes_are_kept_in_the_words_that_were_signed(sessions: Sessions, person_id: str) -> None:
    posting = Posting(
        changes=[
            Change(
                "person_contact",
                "person",
                person_id,
                TODAY,
                {"mobile": "13900000000", "postcode": None},
                {"mobile": "13812345678", "postcode": None},
            )
        ]
    )
    post(sessions, posting)
    contact = record(sessions, person_id).contact
    assert contact == {"mobile": "13900000000", "address": "青山县人民路1号", "postcode": None}
    with sessions.reading() as session:
        found = inscriptions.by_case(session, "CASE-1")
    assert found["changes"] == posting_json.to_json(posting)["changes"]


def test_a_payment_account_counts_from_its_day(sessions: Sessions, person_id: str) -> None:
    account = {"bank_name": "工商银行", "bank_account": "6222000000000001", "holder": "张三丰"}
    post(sessions, change(person_id, "payment_account", account, NEXT_MONTH))
    assert record(sessions, person_id).payment_account["bank_name"] == "青山农商行"
    assert record(sessions, person_id, NEXT_MONTH).payment_account == account


def test_a_new_number_finds_the_person_and_the_old_one_nobody(
    sessions: Sessions, person_id: str
) -> None:
    post(sessions, change(person_id, "person_key", {"id_no": OTHER_ID_NO}))
    with sessions.reading() as session:
        assert reading.find_person(session, OTHER_ID_NO) == person_id
        assert reading.find_person(session, ID_NO) is None


def test_a_number_another_person_has_is_refused(sessions: Sessions, person_id: str) -> None:
    with sessions.command() as session:
        opening.open_person(session, register_office.person(OTHER_ID_NO), agency=COUNTY)
    with pytest.raises(IdNumberTaken, match="Another person"):
        post(sessions, change(person_id, "person_key", {"id_no": OTHER_ID_NO}))
    with sessions.reading() as session:
        assert reading.find_person(session, ID_NO) == person_id


def test_an_employers_new_code_finds_it_and_its_old_name_is_kept(sessions: Sessions) -> None:
    with sessions.command() as session:
        employer_id = opening.open_employer(session, uscc=USCC, name="青山水泥厂", agency=COUNTY)
    after = {"uscc": OTHER_USCC, "name": "青山建材厂"}
    post(sessions, Posting(changes=[Change("employer_key", "employer", employer_id, TODAY, after)]))
    with sessions.reading() as session:
        assert reading.find_employer(session, OTHER_USCC) == employer_id
        assert reading.find_employer(session, USCC) is None
        found = reading.employer(session, employer_id)
    assert (found.name, found.former_names) == ("青山建材厂", {"青山水泥厂"})


def test_a_code_another_employer_has_is_refused(sessions: Sessions) -> None:
    with sessions.command() as session:
        employer_id = opening.open_employer(session, uscc=USCC, name="青山水泥厂", agency=COUNTY)
        opening.open_employer(session, uscc=OTHER_USCC, name="青山建材厂", agency=COUNTY)
    after = {"uscc": OTHER_USCC}
    with pytest.raises(CreditCodeTaken, match="Another employer"):
        post(
            sessions,
            Posting(changes=[Change("employer_key", "employer", employer_id, TODAY, after)]),
        )
    with sessions.reading() as session:
        assert reading.find_employer(session, USCC) == employer_id


def test_a_pension_begins_once_and_is_adjusted_by_versions(
    sessions: Sessions, person_id: str
) -> None:
    begin = {
        "kind": "pension",
        "monthly_cents": 326_705,
        "from_month": 202612,
        "status": "APPROVED",
        "components": {"basic": 326_705},
    }
    post(sessions, change(person_id, "entitlement", begin))
    held = record(sessions, person_id)
    assert (held.status, held.pension.monthly_cents, held.pension.version) == (
        "RETIRED",
        326_705,
        1,
    )
    with pytest.raises(HeldTwice):
        post(sessions, change(person_id, "entitlement", begin), "CASE-2")
    more = {"entitlement_id": held.pension.entitlement_id, "monthly_cents": 334_945}
    post(sessions, change(person_id, "entitlement", more), "CASE-3")
    held = record(sessions, person_id)
    assert (held.pension.monthly_cents, held.pension.version) == (334_945, 2)
    assert held.pension.from_month == 202612


def test_relations_change_by_versions(sessions: Sessions, person_id: str) -> None:
    relation = record(sessions, person_id).relations[0].relation_id
    stop = {"relation_id": relation, "status": "INTERRUPTED", "from_month": 202611}
    post(sessions, change(person_id, "relation", stop))
    found = record(sessions, person_id)
    assert found.status == "INTERRUPTED"
    assert (found.relations[0].from_month, found.relations[0].agency_code) == (202611, COUNTY)
    post(sessions, change(person_id, "relation", {**stop, "status": "ENDED"}), "CASE-2")
    assert record(sessions, person_id).status == "ENDED"


@pytest.mark.parametrize("kind", ["relation", "entitlement"])
def test_a_holding_of_nobody_is_refused(sessions: Sessions, person_id: str, kind: str) -> None:
    with pytest.raises(HoldingUnknown):
        post(sessions, change(person_id, kind, {f"{kind}_id": "none", "from_month": 202611}))


def test_nothing_is_written_of_what_is_refused(sessions: Sessions, person_id: str) -> None:
    before = counts(sessions)
    for refused, posting in (
        (PostingUnsound, Posting(lines=register_office.transfer(person_id, 5).lines[:1])),
        (SubjectUnknown, register_office.transfer("nobody", 5)),
        (AccountOverdrawn, register_office.transfer(person_id, 5_000_001, up=False)),
    ):
        with pytest.raises(refused):
            post(sessions, posting)
    assert counts(sessions) == before
    assert record(sessions, person_id).version == 1


def test_balances_are_asked_for_only_of_whom_something_is_taken_from(
    sessions: Sessions, person_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    of_person = balances.of_person

    def noting(session: Session, of: str) -> dict[str, int]:
        asked.append(of)
        return of_person(session, of)

    monkeypatch.setattr(balances, "of_person", noting)
    post(sessions, register_office.transfer(person_id, 5))
    assert asked == []
    post(sessions, register_office.transfer(person_id, 5, up=False), "CASE-2")
    assert asked == [person_id]


def test_a_case_posts_once(sessions: Sessions, person_id: str) -> None:
    post(sessions, register_office.transfer(person_id, 5))
    before = counts(sessions)
    with pytest.raises(IntegrityError):
        post(sessions, register_office.transfer(person_id, 5))
    assert counts(sessions) == before


def test_a_pensioner_opens_as_retired(sessions: Sessions) -> None:
    pension = PensionOpening(202502, {"basic": 208_125, "account": 86_705, "transition": 31_875})
    with sessions.command() as session:
        held = register_office.person(OTHER_ID_NO, pension=pension)
        person_id = opening.open_person(session, held, agency=COUNTY)
    found = record(sessions, person_id)
    assert (found.status, found.pension.monthly_cents) == ("RETIRED", 326_705)


def counts(sessions: Sessions) -> list[int]:
    with sessions.reading() as session:
        return [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (RegisterPosting, LedgerLine, Version)
        ]

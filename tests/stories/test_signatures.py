"""Every sign-off is signed with its signer's own key, in both suites, and only while he is signed in."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from authz.keys.signing_keys import SealedKey
from authz.signing_in.sessions import SignIn
from database import suites
from database.clock import FixedClock
from database.connection import Sessions
from database.refusals import InvariantBroken
from engine.signoffs import SignOff
from tests.people import Hall, Person

SIGNERS = ("T101", "R101", "D101", "Z101")


@pytest.fixture(params=suites.NAMES)
def hall_of_suite(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock
) -> Iterator[Hall]:
    """The demo office, made under intl-1, started under one suite or the other."""
    application = app.create_app(replace(settings, suite=request.param), clock)
    address = ("127.0.0.1", 50_000)
    with TestClient(application, base_url="http://127.0.0.1:8000", client=address) as client:
        yield Hall(client)
    suites.use("intl-1")


def sessions_of(hall: Hall) -> Sessions:
    found: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    return found


def a_level_1_case(hall: Hall) -> str:
    case_no: str = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    for staff_no in SIGNERS[1:]:
        case = getattr(hall, staff_no).sign(case_no)
    assert case["status"] == "completed"
    return case_no


def test_who_signed_can_be_checked_from_what_is_published(hall_of_suite: Hall) -> None:
    hall = hall_of_suite
    case_no = a_level_1_case(hall)
    rows = hall.A101.history(case_no)["sign_offs"]

    assert [row["signer"] for row in rows] == list(SIGNERS)
    assert {row["suite"] for row in rows} == {suites.current().name}
    assert len({row["key_id"] for row in rows}) == len(SIGNERS)
    for row in rows:
        key = hall.A101.get(f"/api/keys/{row['key_id']}")
        assert (key["staff_no"], key["suite"]) == (row["signer"], row["suite"])
        assert len(row["signature"]) == 128
    assert hall.A101.findings(case_no) == []


def test_a_case_of_one_suite_goes_on_under_the_other(
    hall: Hall, settings: Settings, clock: FixedClock
) -> None:
    """What was signed keeps its suite; who signs next gets a key of the office's new one."""
    case_no = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(case_no)
    application = app.create_app(replace(settings, suite="gm-1"), clock)
    try:
        with TestClient(
            application, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)
        ) as c:
            later = Hall(c)
            later.D101.sign(case_no)
            assert later.Z101.sign(case_no)["status"] == "completed"
            signed = later.A101.history(case_no)["sign_offs"]
            assert later.A101.findings(case_no) == []
    finally:
        suites.use("intl-1")

    assert [row["suite"] for row in signed] == ["intl-1", "intl-1", "gm-1", "gm-1"]
    assert hall.A101.findings(case_no) == []


def test_a_sign_in_signs_only_while_its_token_lives(hall: Hall) -> None:
    """The database alone signs nothing: a sign-in that ended keeps no key, sealed or not."""
    hall.T102.accept(hall.example("enrollment_certificate", 3))
    with sessions_of(hall).reading() as session:
        kept = session.execute(select(SignIn.sealed_key)).scalars().all()
        private = session.execute(select(SealedKey.sealed)).scalars().all()
    assert all(kept)
    assert len(set(private)) == len(private)

    hall.client.delete("/api/session", headers=hall.T102.headers)

    with sessions_of(hall).reading() as session:
        ended = select(SignIn.sealed_key).where(SignIn.ended_at.is_not(None))
        assert session.execute(ended).scalars().all() == [None]


def test_without_a_key_one_reads_but_signs_nothing(hall: Hall) -> None:
    case_no = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.R101.case(case_no)
    with sessions_of(hall).command() as session:
        for sign_in in session.execute(select(SignIn)).scalars():
            sign_in.sealed_key = None

    assert hall.R101.case(case_no)["status"] == "in_progress"
    assert hall.R101.sign(case_no, status=403)["rule"] == "signing.no_key"
    refused: Any = hall.T101.accept(hall.example("enrollment_certificate", 3), status=403)
    assert refused["rule"] == "signing.no_key"
    hall.people["R101"] = Person(hall.client, "R101")
    assert hall.R101.sign(case_no)["status"] == "completed"


def test_a_key_swapped_for_another_does_not_open(hall: Hall) -> None:
    """A colleague's sealed key in one's own sign-in is no way to sign in his name."""
    case_no = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.R101.case(case_no)
    hall.R102.case(case_no)
    with sessions_of(hall).command() as session:
        mine, theirs = session.execute(
            select(SignIn).order_by(SignIn.sign_in_id.desc()).limit(2)
        ).scalars()
        mine.key_id, mine.sealed_key = theirs.key_id, theirs.sealed_key

    with pytest.raises(InvariantBroken, match="was altered"):
        hall.R102.sign(case_no)

    assert hall.R101.sign(case_no)["status"] == "completed"
    with sessions_of(hall).reading() as session:
        signers = session.execute(select(SignOff.signer).where(SignOff.case_no == case_no))
        assert signers.scalars().all() == ["T101", "R101"]
    assert hall.A101.findings(case_no) == []

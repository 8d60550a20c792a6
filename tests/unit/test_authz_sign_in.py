"""Signing in: passwords, their proofs, and sessions that end when they should."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from authz import actors
from authz.actors import AccountClosed
from authz.offices import accounts, people
from authz.signing_in import passwords, session_limits, sessions
from authz.signing_in.passwords import PasswordLength, PasswordProof
from authz.signing_in.session_limits import Limits
from authz.signing_in.sessions import SignIn
from tests.unit import authz_office
from tests.unit.authz_office import AuthorityOffice

SECRET = "right-password"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AuthorityOffice]:
    with authz_office.opened(tmp_path) as made:
        with made.sessions.command() as session:
            accounts.change_password(session, made.ids["T101"], passwords.hash_password(SECRET))
        yield made


def proof_of(office: AuthorityOffice) -> PasswordProof:
    with office.sessions.reading() as session:
        proof = passwords.check(session, "T101", SECRET)
        assert proof is not None
        return proof


def signed_in(office: AuthorityOffice) -> str:
    proof = proof_of(office)
    with office.sessions.command() as session:
        return sessions.open_session(session, proof)[0]


def counts(office: AuthorityOffice, token: str) -> bool:
    with office.sessions.reading() as session:
        return sessions.find(session, token) is not None


def test_only_the_right_password_proves(office: AuthorityOffice) -> None:
    with office.sessions.reading() as session:
        account = office.ids["T101"]
        assert passwords.check(session, account, SECRET) == proof_of(office)
        wrong = ("", SECRET + " ", SECRET.upper(), "x" * 129, SECRET + "x" * 200, "\ud800", "\0")
        assert [passwords.check(session, "T101", word) for word in wrong] == [None] * len(wrong)
        assert passwords.check(session, "nobody", SECRET) is None
        assert passwords.check(session, 10**6, SECRET) is None
        # An unusable hash proves nothing, whatever is said.
        assert passwords.check(session, "T102", "never checked here") is None


def test_hashes_are_argon2id_and_lengths_are_bounded() -> None:
    assert passwords.hash_password("x" * 8).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    for word in ("x" * 7, "x" * 129):
        with pytest.raises(PasswordLength):
            passwords.hash_password(word)


def test_a_proof_ends_with_its_password_and_its_account(office: AuthorityOffice) -> None:
    proof = proof_of(office)
    with office.sessions.command() as session:
        assert passwords.still_valid(session, proof)
        accounts.change_password(session, proof.account_id, passwords.hash_password("another-one"))
        assert not passwords.still_valid(session, proof)
        renewed = PasswordProof(proof.account_id, proof.credential_no + 1)
        assert passwords.still_valid(session, renewed)
        accounts.close(session, proof.account_id)
        assert not passwords.still_valid(session, renewed)
        assert passwords.check(session, "T101", "another-one") is None
        with pytest.raises(AccountClosed):
            actors.load(session, proof.account_id)


def test_the_token_is_nowhere_in_the_database(office: AuthorityOffice) -> None:
    token = signed_in(office)
    assert len(token) == 43
    with office.sessions.reading() as session:
        row = session.execute(select(SignIn)).scalar_one()
        assert row.token_hash != token
        assert row.account_id == office.ids["T101"]
        dump = " ".join(
            str(value) for value in session.execute(text("SELECT * FROM sign_ins")).one()
        )
        assert token not in dump
    assert counts(office, token)
    assert not counts(office, token[:-1])
    assert not counts(office, "\ud800")


def test_an_hour_idle_ends_it_and_half_a_day_in_any_case(office: AuthorityOffice) -> None:
    token = signed_in(office)
    office.clock.moment += timedelta(minutes=59)
    assert counts(office, token)
    office.clock.moment += timedelta(minutes=1)
    assert not counts(office, token)
    token = signed_in(office)
    for _ in range(23):
        office.clock.moment += timedelta(minutes=30)
        with office.sessions.command() as session:
            sign_in = sessions.find(session, token)
            assert sign_in is not None
            assert sessions.touch_is_due(session, sign_in)
            sessions.touch(session, sign_in.sign_in_id)
    assert counts(office, token)
    office.clock.moment += timedelta(minutes=30)
    assert not counts(office, token)


def test_an_office_may_set_both_shorter(office: AuthorityOffice) -> None:
    token = signed_in(office)
    session_limits.use(Limits(timedelta(minutes=15), timedelta(hours=8)))
    try:
        office.clock.moment += timedelta(minutes=14)
        assert counts(office, token)
        office.clock.moment += timedelta(minutes=1)
        assert not counts(office, token)
        again = signed_in(office)
        with office.sessions.reading() as session:
            found = sessions.find(session, again)
            assert found is not None
            assert found.expires_at - found.opened_at == timedelta(hours=8)
    finally:
        session_limits.use(Limits())


def test_seen_is_noted_once_a_minute(office: AuthorityOffice) -> None:
    token = signed_in(office)
    opened = office.clock.moment
    for seconds, noted in ((59, 0), (1, 60), (59, 60), (1, 120)):
        office.clock.moment += timedelta(seconds=seconds)
        with office.sessions.command() as session:
            sign_in = sessions.find(session, token)
            assert sign_in is not None
            sessions.touch(session, sign_in.sign_in_id)
        with office.sessions.reading() as session:
            seen = session.execute(select(SignIn.last_seen_at)).scalar_one()
            assert seen == opened + timedelta(seconds=noted)


def test_ended_sessions_stay_ended(office: AuthorityOffice) -> None:
    first, second, third = signed_in(office), signed_in(office), signed_in(office)
    with office.sessions.command() as session:
        sessions.end(session, first)
        sessions.end(session, "unknown")
    assert [counts(office, token) for token in (first, second, third)] == [False, True, True]
    with office.sessions.command() as session:
        sessions.end_all(session, office.ids["T101"])
    assert not counts(office, second)


@pytest.mark.parametrize("how", ["password", "closed"])
def test_sessions_end_with_password_and_account(office: AuthorityOffice, how: str) -> None:
    token = signed_in(office)
    with office.sessions.command() as session:
        if how == "password":
            accounts.change_password(
                session, office.ids["T101"], passwords.hash_password("another1")
            )
        else:
            accounts.close(session, office.ids["T101"])
    assert not counts(office, token)


def test_password_given_again_is_noted(office: AuthorityOffice) -> None:
    token = signed_in(office)
    with office.sessions.command() as session:
        sign_in = sessions.find(session, token)
        assert sign_in is not None
        assert sign_in.password_checked_at is None
        sessions.note_password(session, sign_in.sign_in_id)
    with office.sessions.reading() as session:
        assert (
            session.execute(select(SignIn.password_checked_at)).scalar_one() == office.clock.moment
        )


def test_one_person_is_entered_once_and_sealed(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        person = people.find_or_add(session, id_no="61000019900101001X", name="李四")
        assert people.find_or_add(session, id_no="61000019900101001X", name="李四") == person
        row = session.execute(
            text("SELECT id_no, name FROM natural_persons WHERE person_id = :id"), {"id": person}
        ).one()
        assert b"6100" not in row.id_no
        assert "李".encode() not in row.name
        assert accounts.identify(session, office.ids["T101"]) == {
            "staff_no": "T101",
            "name": "姓T101",
        }

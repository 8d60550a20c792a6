"""Passwords: Argon2id at OWASP's cost, two at a time, and the proof that one was right.

The work takes about 20 ms, so it is done before a command opens its transaction: ``check`` reads
outside, and the command asks ``still_valid`` of the proof inside. More than two at a time would eat
every core of a small server while people sign in.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import actors, stretching
from authz.actors import AccountClosed
from authz.offices.accounts import Account
from database.refusals import Invalid

SHORTEST, LONGEST = 8, 128
# Letters and digits that nobody mistakes for another when they are read out.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
FIRST_LETTERS = 16


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """That somebody just gave this account's password, and which of its passwords it was."""

    account_id: int
    credential_no: int


class PasswordLength(Invalid):
    """A password has 8 to 128 characters."""

    rule = "password.length"


def first() -> str:
    """A first password, to be told once and changed by its owner: 16 letters nobody mistakes, 78 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(FIRST_LETTERS))


def hash_password(password: str) -> str:
    """The Argon2id hash to store. Raises PasswordLength."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordLength
    with stretching.two_at_a_time:
        return stretching.hasher.hash(stretching.encoded(password))


def check(session: Session, who: str | int, password: str) -> PasswordProof | None:
    """Whether this is the password of a staff number (text) or account id (int).

    An unknown or closed account costs the same work as a wrong password, so that the time taken
    doesn't tell which staff numbers exist.
    """
    key = Account.account_id == who if isinstance(who, int) else Account.staff_no == who
    account = session.execute(
        select(
            Account.account_id, Account.credential_no, Account.password_hash, Account.active
        ).where(key)
    ).one_or_none()
    usable = account is not None and account.active and len(password) <= LONGEST
    right = _verified(
        account.password_hash if account is not None and usable else _of_nobody(),
        password[:LONGEST],
    )
    if account is None or not usable or not right:
        return None
    return PasswordProof(account.account_id, account.credential_no)


def still_valid(session: Session, proof: PasswordProof) -> bool:
    """Whether the account is still open and its password still the one that was proved.

    A closed account or a new password begins a new policy epoch, so what is kept of this one is true.
    """
    try:
        return actors.load(session, proof.account_id).credential_no == proof.credential_no
    except AccountClosed:
        return False


def _verified(password_hash: str, password: str) -> bool:
    with stretching.two_at_a_time:
        try:
            return stretching.hasher.verify(password_hash, stretching.encoded(password))
        except (VerificationError, InvalidHashError):
            return False


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    return stretching.hasher.hash(secrets.token_hex(16))

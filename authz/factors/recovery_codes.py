"""Recovery codes: for the day a second factor is lost or broken; a sheet of eight, each works once.

A code has 24 letters, 117 bits, so that a fingerprint of it gives nothing away (OWASP ASVS 5 6.5.2).
"""

import secrets

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from authz.factors.factor_record import RecoveryCode
from authz.signing_in.passwords import LETTERS
from database import clock, keys

CODES, CODE_LETTERS, GROUP = 8, 24, 4


def renew(session: Session, account_id: int) -> list[str]:
    """A new sheet, to be told once; the codes of before count no more."""
    forget(session, account_id)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS)) for _ in range(CODES)]
    now = clock.now(session)
    rows = [
        {"account_id": account_id, "code_mac": _mac(account_id, code), "made_at": now}
        for code in codes
    ]
    session.execute(insert(RecoveryCode), rows)
    return [
        "-".join(code[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP)) for code in codes
    ]


def use(session: Session, account_id: int, given: str) -> bool:
    """Whether this is a code of the account that nobody used; from now on somebody has."""
    plain = "".join(letter for letter in given.upper() if letter in LETTERS)
    if len(plain) != CODE_LETTERS:
        return False
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_mac == _mac(account_id, plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now(session))
        .returning(RecoveryCode.code_id)
    )
    return bool(session.execute(used).all())


def left(session: Session, account_id: int) -> int:
    """How many codes of the sheet still work."""
    found = select(func.count()).select_from(RecoveryCode)
    mine = found.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.execute(mine).scalar_one()


def forget(session: Session, account_id: int) -> None:
    """Take the sheet away."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _mac(account_id: int, code: str) -> str:
    return keys.current().mac("recovery-code", f"{account_id}:{code}".encode()).hex()

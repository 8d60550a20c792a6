"""The second factors of an account: which it has, whether a code or key is right, and their end.

A code or an answer counts once: the counter moves on in the same statement that looks at it, so that of two
requests with the same code one is refused.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from authz.factors import codes_by_time, recovery_codes, security_keys
from authz.factors.factor_record import (
    CODE,
    KEY,
    FactorCounter,
    FactorEnd,
    FactorEnrolment,
    SecondFactor,
)
from authz.factors.security_keys import KnownKey, Place
from database import clock
from database.refusals import InvariantBroken, NotFound

RECOVERY = "recovery"
MOST = 8


class FactorNotFound(NotFound):
    """There is no such second factor of yours, or it has ended."""

    rule = "factor.not_found"


def of(session: Session, account_id: int) -> Sequence[SecondFactor]:
    """The factors of an account that count, oldest first."""
    ended = select(FactorEnd.factor_id)
    found = select(SecondFactor).where(
        SecondFactor.account_id == account_id, SecondFactor.factor_id.not_in(ended)
    )
    return session.execute(found.order_by(SecondFactor.factor_id)).scalars().all()


def ways(session: Session, account_id: int) -> tuple[str, ...]:
    """By what the account can give its second factor; empty where it has none."""
    kinds = {factor.kind for factor in of(session, account_id)}
    if not kinds:
        return ()
    spare = (RECOVERY,) if recovery_codes.left(session, account_id) else ()
    return (*(kind for kind in (CODE, KEY) if kind in kinds), *spare)


def add(
    session: Session,
    account_id: int,
    kind: str,
    secret: dict[str, Any],
    *,
    label: str,
    credential_id: str | None = None,
    counter: int,
) -> SecondFactor:
    """Let an account have this factor from now on; ``secret`` is sealed together with whose it is."""
    factor = SecondFactor(
        account_id=account_id,
        kind=kind,
        label=label,
        secret={**secret, "account": account_id},
        credential_id=credential_id,
        made_at=clock.now(session),
    )
    session.add(factor)
    session.flush()
    session.execute(insert(FactorCounter), [{"factor_id": factor.factor_id, "counter": counter}])
    return factor


def code_is_right(session: Session, account_id: int, code: str) -> str | None:
    """By which of its factors this code is right (``totp``, ``recovery``), used up now; None by none."""
    for factor in of(session, account_id):
        if factor.kind == CODE:
            secret, last = _secret(factor, account_id), _counter(session, factor)
            step = codes_by_time.step_of(secret["secret"], code, clock.now(session), last)
            if step is not None and _count(session, factor, step):
                return CODE
    return RECOVERY if recovery_codes.use(session, account_id, code) else None


def known_keys(session: Session, account_id: int) -> list[str]:
    """The ids of the security keys of an account."""
    return [one.credential_id for one in of(session, account_id) if one.credential_id is not None]


def key_is_right(
    session: Session, account_id: int, place: Place, challenge: bytes, answer: Any
) -> str | None:
    """``webauthn`` where a security key of the account answered this challenge; else None."""
    wanted = security_keys.named(answer)
    factor = next((one for one in of(session, account_id) if one.credential_id == wanted), None)
    if factor is None or factor.credential_id is None:
        return None
    said, last = _secret(factor, account_id), _counter(session, factor)
    key = KnownKey(factor.credential_id, said["public_key"], last, said["host"])
    counted = security_keys.counted(place, key, challenge, answer)
    # A key that doesn't count says 0 for ever.
    if counted is None or not (counted == last == 0 or _count(session, factor, counted)):
        return None
    return KEY


def end(session: Session, account_id: int, factor_id: int) -> FactorEnd:
    """Let one's own factor count no more; with the last one its recovery codes go. Raises FactorNotFound."""
    mine = of(session, account_id)
    factor = next((one for one in mine if one.factor_id == factor_id), None)
    if factor is None:
        raise FactorNotFound
    if len(mine) == 1:
        recovery_codes.forget(session, account_id)
    return _end(session, factor, account_id, "removed")


def reset(session: Session, account_id: int, ended_by: int) -> list[FactorEnd]:
    """End every factor of an account, what it began to enrol, and its recovery codes."""
    recovery_codes.forget(session, account_id)
    session.execute(delete(FactorEnrolment).where(FactorEnrolment.account_id == account_id))
    return [_end(session, factor, ended_by, "reset") for factor in of(session, account_id)]


def _end(session: Session, factor: SecondFactor, ended_by: int, ended_as: str) -> FactorEnd:
    ended = FactorEnd(
        factor_id=factor.factor_id,
        ended_by=ended_by,
        ended_at=clock.now(session),
        ended_as=ended_as,
    )
    session.add(ended)
    session.flush()
    return ended


def _secret(factor: SecondFactor, account_id: int) -> dict[str, Any]:
    """What was sealed. Raises InvariantBroken where it is another account's."""
    if factor.secret.get("account") != account_id:
        raise InvariantBroken(f"second factor {factor.factor_id} was sealed for another account")
    return factor.secret


def _counter(session: Session, factor: SecondFactor) -> int:
    found = select(FactorCounter.counter).where(FactorCounter.factor_id == factor.factor_id)
    return session.execute(found).scalar_one()


def _count(session: Session, factor: SecondFactor, counter: int) -> bool:
    """Move a counter on; False where it stands there or further already."""
    moved = (
        update(FactorCounter)
        .where(
            FactorCounter.factor_id == factor.factor_id,
            FactorCounter.counter < counter,
        )
        .values(counter=counter, used_at=clock.now(session))
        .returning(FactorCounter.factor_id)
    )
    return bool(session.execute(moved).all())

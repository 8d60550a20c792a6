"""One's own second factors (``/api/session/factors``): enrolled, listed and removed with the password."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response

from api import openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Caller, Command, Commanding, Reading
from api.signing_in import passwords, places
from api.signing_in.factor_answers import (
    CodesBegun,
    FactorList,
    FactorMade,
    FactorRemoved,
    KeyBegun,
    RecoveryCodes,
)
from api.signing_in.sessions import OneOfFew
from authz.factors import (
    codes_by_time,
    factor_demands,
    factor_enrolments,
    recovery_codes,
    second_factors,
)
from authz.factors.factor_record import FactorCounter
from authz.signing_in import passwords as authz_passwords
from authz.signing_in.passwords import PasswordProof
from database.clock import moment_text
from engine.people import factor_acts
from engine.people.new_passwords import OldPasswordWrong

router = APIRouter(tags=["session"], prefix="/api/session")

MAX_CODE, MAX_LABEL = 64, 40
_STRICT = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=False)
Password = Annotated[str, Field(min_length=1, max_length=128)]
Label = Annotated[str, Field(max_length=MAX_LABEL)]


class WithPassword(BaseModel):
    """The body of whatever changes how one signs in: the password once more."""

    model_config = _STRICT

    password: Password


class FirstCode(WithPassword):
    """The password, and the code that the authenticator shows."""

    code: str = Field(min_length=1, max_length=MAX_CODE)
    label: Label = ""


class FirstAnswer(WithPassword):
    """The password, and what the browser answered for the security key (``toJSON``)."""

    credential: dict[str, Any]
    label: Label = ""


@router.get("/factors", response_model=FactorList)
def mine(caller: Asking) -> Response:
    """One's own second factors, and how many recovery codes are left."""
    with caller.reading(enrolling=True) as reading:
        return reading.answer(shown(reading))


@router.post(
    "/factors/totp", status_code=201, response_model=CodesBegun, openapi_extra=openapi.says(Nothing)
)
def begin_codes(body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding) -> Response:
    """Begin with an authenticator that shows codes."""
    with caller.command(body, enrolling=True) as command:
        body.checked()
        secret = factor_enrolments.begin_codes(command.session, command.actor)
        address = codes_by_time.address(secret, command.actor.staff_no)
        return command.answer({"secret": secret, "address": address}, 201)


@router.post(
    "/factors/totp/proof",
    dependencies=[OneOfFew],
    status_code=201,
    response_model=FactorMade,
    openapi_extra=openapi.says(FirstCode),
)
def prove_codes(
    body: Annotated[Body[FirstCode], json_of(FirstCode)], caller: Commanding
) -> Response:
    """Prove the authenticator by its first code: it counts from now on."""
    proof = proved(caller, body)
    with caller.command(body, enrolling=True) as command:
        given = body.checked()
        require(command, proof)
        made = factor_acts.enrol_codes(command.session, command.actor, given.code, given.label)
        return command.answer(_made(*made), 201)


@router.post(
    "/factors/webauthn",
    status_code=201,
    response_model=KeyBegun,
    openapi_extra=openapi.says(Nothing),
)
def begin_key(body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding) -> Response:
    """Begin with a security key: what the browser is to ask it."""
    with caller.command(body, enrolling=True) as command:
        body.checked()
        place = places.of(caller.request)
        options = factor_enrolments.begin_key(command.session, command.actor, place)
        return command.answer({"options": orjson.loads(options)}, 201)


@router.post(
    "/factors/webauthn/proof",
    dependencies=[OneOfFew],
    status_code=201,
    response_model=FactorMade,
    openapi_extra=openapi.says(FirstAnswer),
)
def prove_key(
    body: Annotated[Body[FirstAnswer], json_of(FirstAnswer)], caller: Commanding
) -> Response:
    """Prove the security key by its answer: it counts from now on."""
    proof = proved(caller, body)
    with caller.command(body, enrolling=True) as command:
        given = body.checked()
        require(command, proof)
        place = places.of(caller.request)
        made = factor_acts.enrol_key(
            command.session, command.actor, place, given.credential, given.label
        )
        return command.answer(_made(*made), 201)


@router.post(
    "/factors/{factor_id}/removal",
    dependencies=[OneOfFew],
    response_model=FactorRemoved,
    openapi_extra=openapi.says(WithPassword),
)
def remove(
    factor_id: str, body: Annotated[Body[WithPassword], json_of(WithPassword)], caller: Commanding
) -> Response:
    """Remove one's own factor: a lost one, or one that isn't used any more."""
    proof = proved(caller, body)
    with caller.command(body) as command:
        body.checked()
        require(command, proof)
        number = passwords.number(factor_id)
        factor_acts.remove(command.session, command.actor, number)
        return command.answer({"factor_id": number})


@router.post(
    "/recovery-codes",
    dependencies=[OneOfFew],
    status_code=201,
    response_model=RecoveryCodes,
    openapi_extra=openapi.says(WithPassword),
)
def renew(
    body: Annotated[Body[WithPassword], json_of(WithPassword)], caller: Commanding
) -> Response:
    """A new sheet of recovery codes."""
    proof = proved(caller, body)
    with caller.command(body) as command:
        body.checked()
        require(command, proof)
        codes = factor_acts.renew_recovery_codes(command.session, command.actor)
        return command.answer({"recovery_codes": codes}, 201)


def proved(caller: Caller, body: Body[Any]) -> PasswordProof:
    """One's own password, which the body brings; before the transaction, since it takes 20 ms of work.

    Raises OldPasswordWrong, LockedOut.
    """
    raw = body.raw if isinstance(body.raw, dict) else {}
    return caller.own_password(str(raw.get("password")), enrolling=True)


def require(command: Command, proof: PasswordProof) -> None:
    """Raise OldPasswordWrong where it is one's own password no longer."""
    if not authz_passwords.still_valid(command.session, proof):
        raise OldPasswordWrong


def shown(reading: Reading) -> dict[str, Any]:
    """One's own factors, for the route and the page."""
    session, actor = reading.session, reading.actor
    factors = second_factors.of(session, actor.account_id)
    used = select(FactorCounter.factor_id, FactorCounter.used_at)
    last = {
        row.factor_id: row.used_at
        for row in session.execute(
            used.where(FactorCounter.factor_id.in_([one.factor_id for one in factors]))
        )
    }
    return {
        "items": [
            {
                "factor_id": one.factor_id,
                "kind": one.kind,
                "label": one.label,
                "made_at": moment_text(one.made_at),
                "used_at": moment_text(at) if (at := last.get(one.factor_id)) else None,
            }
            for one in factors
        ],
        "recovery_codes": recovery_codes.left(session, actor.account_id),
        "demanded": factor_demands.bind(session, actor),
    }


def _made(factor: Any, codes: list[str]) -> dict[str, Any]:
    return {"factor_id": factor.factor_id, "kind": factor.kind, "recovery_codes": codes}

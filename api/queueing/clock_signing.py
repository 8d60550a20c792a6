"""Signing an order to the clocks of a case: password, and the two steps of a key held elsewhere."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from api.body import Body
from api.dependencies import Caller, Command
from api.queueing.tasks import PasswordWrong
from authz.actors import Actor
from authz.signing_in.passwords import PasswordProof
from engine.handling import Handling
from engine.signing import PasswordNeeded
from engine.timing import clock_orders, extension, prepared_clock_orders
from engine.timing.clock_orders import StopOrder
from engine.timing.extension import ExtensionAsked
from engine.timing.prepared_clock_orders import CarryOut

# What is ordered; None lets the clock go on.
Order = StopOrder | ExtensionAsked | None


class Resuming(BaseModel):
    """How an order is signed: with the password, unless one given in this session stands (ten minutes).

    ``signature`` (hex or base64; SM2 also in DER) completes what was prepared with the same order for a key
    held elsewhere.
    """

    model_config = extension.ExtensionAsked.model_config

    password: str | None = Field(default=None, min_length=1, max_length=128)
    signature: str | None = Field(default=None, min_length=1, max_length=400)


class Stopping(StopOrder, Resuming):
    """An order to stop, and how it is signed."""

    def order(self) -> StopOrder:
        """What is ordered."""
        return StopOrder(reason=self.reason, basis=self.basis)


class Extending(ExtensionAsked, Resuming):
    """How much longer, and how it is signed."""

    def order(self) -> ExtensionAsked:
        """What is ordered."""
        return ExtensionAsked(days=self.days, reason=self.reason)


class OrderToSign(BaseModel):
    """An order to prepare: one of both, or neither where the clock is to go on."""

    model_config = extension.ExtensionAsked.model_config

    stop: StopOrder | None = None
    extension: ExtensionAsked | None = None
    password: str | None = Field(default=None, min_length=1, max_length=128)

    def order(self) -> Order:
        """What is ordered."""
        return self.stop or self.extension


@dataclass(frozen=True, slots=True)
class Said:
    """The password that came with an order, whether it is right, and a signature made elsewhere."""

    password: str | None
    proof: PasswordProof | None
    signature: str | None = None


def said(caller: Caller, password: object, signature: object = None) -> Said:
    """What came with an order; to be asked before the transaction: a password takes 20 ms of work."""
    if not isinstance(password, str) or not password:
        password = None
    proof = None if password is None else caller.password_proof(password)
    return Said(password, proof, signature if isinstance(signature, str) else None)


def said_in(caller: Caller, body: Body[Any]) -> Said:
    """The same from a body that isn't checked yet."""
    raw = body.raw if isinstance(body.raw, dict) else {}
    return said(caller, raw.get("password"), raw.get("signature"))


def give(command: Command, case_no: str, order: Order, by: Said) -> Handling:
    """Give an order, signed. Raises as ``clock_orders`` and ``extension`` do, and PasswordWrong."""
    session, office, actor = command.session, command.office, command.actor
    if by.signature is not None:
        again = _carrying_out(command, case_no, order, None, recall=True)
        return prepared_clock_orders.complete(session, office, actor, case_no, by.signature, again)
    try:
        return _carrying_out(command, case_no, order, by.proof, recall=by.password is None)(actor)
    except PasswordNeeded as needed:
        raise _refused(needed, by) from needed


def stage(command: Command, case_no: str, order: Order, by: Said) -> None:
    """Carry an order out up to its signature; the right password was noted before.

    Raises Prepared, and as ``prepared_clock_orders.prepare``.
    """
    recall = by.password is None or by.proof is not None
    once = _carrying_out(command, case_no, order, None, recall=recall)
    try:
        prepared_clock_orders.prepare(command.session, command.office, command.actor, once)
    except PasswordNeeded as needed:
        raise _refused(needed, by) from needed


def _refused(needed: PasswordNeeded, by: Said) -> PasswordNeeded:
    return needed if by.password is None else PasswordWrong(facts=needed.facts)


def _carrying_out(
    command: Command, case_no: str, order: Order, proof: PasswordProof | None, *, recall: bool
) -> CarryOut:
    session, office = command.session, command.office

    def carried_out(actor: Actor) -> Handling:
        of = (session, office, actor, case_no)
        if isinstance(order, StopOrder):
            return clock_orders.stop(*of, order, proof=proof, recall=recall)
        if isinstance(order, ExtensionAsked):
            return extension.extend(*of, order, proof=proof, recall=recall)
        return clock_orders.resume(*of, proof=proof, recall=recall)

    return carried_out

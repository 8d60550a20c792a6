"""The way from a request to a transaction: who asks, and the only places where the edge commits.

A route opens its transaction within its own call, ``with caller.command(body) as command``, and the
commit happens when that block ends: before there is an answer. It isn't a ``yield`` dependency: between
its parts such a one gives its worker thread back while holding SQLite's write lock, and once all threads
wait for that lock nobody can let go of it (measured: 100 clients at once, 476 of 500 requests failed).
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

import orjson
from fastapi import Depends
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, idempotency
from api.body import Readable
from api.first_steps import FactorMissing, FirstPassword
from api.running.following import Following
from api.signing_in import entering
from authz import actors, epoch, reach
from authz.actors import Actor
from authz.keys import signing_keys
from authz.keys.outside_keys import KeyElsewhere
from authz.keys.signers import Signer
from authz.signing_in import confirmations, lockouts, passwords, sessions
from authz.signing_in.passwords import PasswordProof
from authz.signing_in.sessions import SignIn
from database import clock, wall
from database.connection import Sessions
from database.refusals import Forbidden, NotSignedIn, Refusal, Unavailable
from engine import journal
from engine.office import Office
from engine.people import new_passwords
from engine.people.new_passwords import Chosen, OldPasswordWrong
from engine.queueing import queues
from engine.rules.rule_entries import CHANGED

# Fewer than the 40 worker threads, so that readers find one however many commands wait for a lock.
COMMANDS_AT_ONCE = 24
AltersAuthority = bool | Callable[[Session], bool]

_log = logging.getLogger("tongban.edge")


@dataclass(frozen=True, slots=True)
class Reading:
    """A signed-in person reading one consistent snapshot."""

    session: Session
    office: Office
    actor: Actor

    def answer(self, content: Any, status: int = 200) -> Response:
        """Answer with JSON."""
        return Response(orjson.dumps(content), status, media_type="application/json")


@dataclass(frozen=True, slots=True)
class Command(Reading):
    """A signed-in person changing something, in one transaction; ``key`` where the request has one."""

    key: str | None = None

    def answer(self, content: Any, status: int = 200) -> Response:
        """Render the answer inside the transaction, and keep it under the request's key."""
        answer = Reading.answer(self, content, status)
        if self.key is not None:
            idempotency.keep(
                self.session, self.actor.account_id, self.key, status, bytes(answer.body)
            )
        return answer


class Caller:
    """Whoever sent this request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._sessions: Sessions = request.app.state.sessions
        self._rules: Following = request.app.state.rules

    @property
    def office(self) -> Office:
        """The office as this node works now, before a transaction is opened."""
        return self._rules.office

    @contextmanager
    def reading(
        self, *, by_itself: bool = False, first_password: bool = False, enrolling: bool = False
    ) -> Iterator[Reading]:
        """Read as a signed-in person. Raises NotSignedIn; refusals of authority are journalled.

        What a page asks ``by_itself``, again and again, is no sign that anybody sits before it. Whoever
        still has his first password is refused (FirstPassword) unless the route is there to change it, and
        whoever has to enrol a second factor (FactorMissing) unless it is there for that.
        """
        actor: Actor | None = None
        self._rules.keep_up()
        try:
            with self._sessions.reading(wall.CLOSED) as session:
                actor, sign_in = self._signed_in(
                    session, first_password=first_password, enrolling=enrolling
                )
                stale = not by_itself and sessions.touch_is_due(session, sign_in)
                with self._rules.within(session) as office:
                    yield Reading(session, office, actor)
        except Forbidden as refusal:
            self._journal(actor, refusal)
            raise
        if stale:
            self._touch(sign_in)

    @contextmanager
    def command(
        self,
        body: Readable | None = None,
        *,
        keyed: bool = True,
        key: str | None = None,
        alters_authority: AltersAuthority = False,
        first_password: bool = False,
        enrolling: bool = False,
    ) -> Iterator[Command]:
        """One transaction of a signed-in person: commits when the block ends, or nothing happened.

        ``keyed`` commands answer a repeated request as before; those that alter authority wait until
        no decision is under way (a function is asked whether this one does). The key is the header's, or
        ``key`` where a page's form sent it. Refusals are journalled once it is rolled back. Raises
        NotSignedIn, FirstPassword, FactorMissing, KeyMissing, KeyReused, MalformedBody, Replayed.
        """
        actor: Actor | None = None
        self._rules.keep_up()
        try:
            credentials.require_same_origin(self.request)
            with self._sessions.command(wall.CLOSED) as session:
                if alters_authority is True or (alters_authority and alters_authority(session)):
                    epoch.hold_alone(session)
                actor, sign_in = self._signed_in(
                    session, first_password=first_password, enrolling=enrolling
                )
                if sessions.touch_is_due(session, sign_in):
                    sessions.touch(session, sign_in.sign_in_id)
                taken = self._take_key(session, actor, body, key) if keyed else None
                with self._rules.within(session) as office:
                    yield Command(session, office, actor, taken)
            if session.info.get(CHANGED):
                self._rules.follow()
        except Refusal as refusal:
            self._journal(actor, refusal)
            raise

    @contextmanager
    def public(self) -> Iterator[Session]:
        """Read what anybody may read."""
        with self._sessions.reading(wall.PUBLIC) as session:
            yield session

    @contextmanager
    def public_command(self, agency: str) -> Iterator[Session]:
        """Write for somebody who isn't signed in, and about the business of one agency alone.

        The form's token was required before; who may say what is for the use case.
        """
        with self._sessions.command(wall.CLOSED) as session:
            wall.narrow(session, [agency])
            yield session

    def password_proof(self, password: str) -> PasswordProof | None:
        """Whether this is the caller's own password; to be asked before a command is opened."""
        with self._sessions.reading(wall.CLOSED) as session:
            actor, _ = self._signed_in(session)
            return passwords.check(session, actor.account_id, password)

    def note_password(self, proof: PasswordProof) -> None:
        """Let a password that was proved stand for what is signed in a later transaction of this sign-in."""
        with self.command(keyed=False) as command:
            session, actor = command.session, command.actor
            now = clock.now(session)
            confirmations.given_at(session, actor, proof, recall=False, now=now)

    def new_password(self, old: str, new: str) -> Chosen:
        """Make the caller's new password ready, before a command is opened.

        Raises OldPasswordWrong, LockedOut, SamePassword, PasswordLength, GuessedPassword.
        """
        proof = self.own_password(old, first_password=True)
        with self._sessions.reading(wall.CLOSED) as session:
            return new_passwords.choose(session, proof, old, new)

    def own_password(
        self, password: str, *, first_password: bool = False, enrolling: bool = False
    ) -> PasswordProof:
        """The proof that this is the caller's own password, where a change of how he signs in rests on it.

        A wrong one counts, and is journalled, as one at signing in is. Raises OldPasswordWrong, LockedOut.
        """
        address = credentials.address(self.request)
        with self._sessions.reading(wall.CLOSED) as session:
            actor, _ = self._signed_in(session, first_password=first_password, enrolling=enrolling)
            lockouts.require_open(session, actor.staff_no, address)
            proof = passwords.check(session, actor.account_id, password)
        if proof is None:
            entering.note_failure(self._sessions, actor.staff_no, address, OldPasswordWrong.rule)
            raise OldPasswordWrong
        return proof

    def _signed_in(
        self, session: Session, *, first_password: bool = False, enrolling: bool = False
    ) -> tuple[Actor, SignIn]:
        token = credentials.token(self.request)
        sign_in = None if token is None else sessions.find(session, token)
        if token is None or sign_in is None:
            raise NotSignedIn
        actor = actors.load(session, sign_in.account_id)
        if actor.demo:
            credentials.require_loopback(self.request)
        if actor.first_password and not first_password:
            raise FirstPassword
        if sign_in.stage == sessions.ENROLLING and not (enrolling or first_password):
            raise FactorMissing
        actor = replace(
            actor,
            sign_in_id=sign_in.sign_in_id,
            confirmed_at=sign_in.password_checked_at,
            signer=_signer(session, sign_in, token),
        )
        reach.narrow(session, actor)
        return actor, sign_in

    def _touch(self, sign_in: SignIn) -> None:
        try:
            with self._sessions.command(wall.CLOSED) as session:
                sessions.touch(session, sign_in.sign_in_id)
        except SQLAlchemyError as failed:
            # Reading goes on where nothing can be written: only the sign-in grows idle.
            _log.warning("a sign-in could not be noted as seen", exc_info=failed)

    def _take_key(
        self, session: Session, actor: Actor, body: Readable | None, sent: str | None
    ) -> str:
        request = self.request
        key = idempotency.checked_key(sent or request.headers.get("idempotency-key"))
        raw = None if body is None else body.readable()
        mark = idempotency.fingerprint(request.method, request.url.path, raw)
        route = f"{request.method} {request.scope['route'].path}"
        idempotency.take(session, actor.account_id, key, route, mark)
        return key

    def _journal(self, actor: Actor | None, refusal: Refusal) -> None:
        """Keep a denied attempt, in a transaction of its own: the one it came from is gone."""
        if actor is None or isinstance(refusal, NotSignedIn | Unavailable):
            return
        request = self.request
        case_no = refusal.facts.get("case_no") or request.path_params.get("case_no")
        action = f"{request.method} {request.scope['route'].path}"
        try:
            # It may tell of a case that he isn't to see.
            with self._sessions.command(wall.OFFICE) as session:
                if case_no is None and "task_id" in request.path_params:
                    case_no = queues.case_of(session, request.path_params["task_id"])
                journal.record_refusal(session, actor, refusal, case_no=case_no, action=action)
        except SQLAlchemyError as failed:
            # The refusal stands either way; that it left no evidence is for the operator to see.
            _log.error("a refusal could not be journalled", exc_info=failed)


def _signer(session: Session, sign_in: SignIn, token: str) -> Signer | None:
    """What signs in this sign-in; a key held elsewhere only while it is the account's."""
    found = sessions.signer(sign_in, token)
    if isinstance(found, KeyElsewhere):
        return found if signing_keys.held_elsewhere(session, sign_in.account_id) == found else None
    return found


async def _asking(request: Request) -> Caller:
    return Caller(request)


async def _commanding(request: Request) -> AsyncIterator[Caller]:
    yield Caller(request)


# ``scope="function"`` and the limit: a command holds its place until its route has returned.
Commanding = Annotated[
    Caller, Depends(_commanding, scope="function", max_concurrency=COMMANDS_AT_ONCE)
]
Asking = Annotated[Caller, Depends(_asking)]

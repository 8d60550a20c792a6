"""Signing with a key held elsewhere, in two steps: what is to be signed goes out, the signature comes back.

Both steps are the same sign-off carried out twice. The first stops where the signature is needed and leaves
nothing but its draft: moment, salts and the bytes. The second must arrive at the very same bytes, so whatever
changed in between (case, rights, request) refuses it, and only then is the signature looked at.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.actors import Actor
from authz.keys import certificate_trust, certificates, signing_keys
from authz.keys.certificate_trust import Holder
from authz.keys.outside_keys import Draft, KeyCertificate, KeyElsewhere, SignatureNeeded
from authz.keys.signers import Signer
from authz.keys.signing_keys import PublicKey
from database import clock, digest
from database.columns import Sealed
from database.refusals import Conflict, Invalid, InvariantBroken
from engine import prepared_rows, signing
from engine.handling import Handling
from engine.office import Office
from engine.prepared_rows import STANDS, PreparedRow
from engine.sign_off_requests import SignOffRequest


class PreparedSignature(PreparedRow):
    """A sign-off that waits for its signature: one a person and task, gone once it is signed or replaced."""

    __tablename__ = "prepared_signatures"

    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.task_id"), primary_key=True)
    opinion_salt: Mapped[str] = mapped_column(Sealed("prepared_signatures.opinion_salt"))
    resolution_salt: Mapped[str] = mapped_column(Sealed("prepared_signatures.resolution_salt"))


class KeyKeptHere(Conflict):
    """Your key is kept by the office and opened by your sign-in: sign in one step, without a signature."""

    rule = "signing.kept_here"


class NothingPrepared(Conflict):
    """No signature is prepared for you on this task, or it is older than five minutes: prepare it again."""

    rule = "signing.not_prepared"


class PreparedChanged(Conflict):
    """What would be signed now is no longer what was prepared: read the case and prepare it again."""

    rule = "signing.prepared_changed"


class SignatureWrong(Invalid):
    """This is not the signature of your key over the bytes that were prepared: nothing was signed."""

    rule = "signing.signature_wrong"


class Prepared(Exception):  # noqa: N818
    """What ``prepare`` found; not a refusal: whoever called it takes back all else, then ``keep``s this."""

    def __init__(self, key: KeyElsewhere, draft: Draft, covered: bytes) -> None:
        super().__init__("prepared")
        self.key = key
        self.draft = draft
        self.covered = covered


@dataclass(frozen=True, slots=True)
class _Given:
    """A signer that has only one signature to give; without ``held`` none was prepared."""

    suite: str
    key_id: str
    public: PublicKey
    held: bytes | None
    signature: str

    def sign(self, covered: bytes) -> bytes:
        """The signature that was sent. Raises NothingPrepared, PreparedChanged, SignatureWrong."""
        if self.held is None:
            raise NothingPrepared
        if covered != self.held:
            raise PreparedChanged
        try:
            raw = certificates.signature_text(self.signature, self.suite)
        except ValueError as malformed:
            raise SignatureWrong from malformed
        if not self.public.verifies(covered, raw.hex()):
            raise SignatureWrong
        return raw


def prepare(
    session: Session,
    office: Office,
    actor: Actor,
    task_id: str,
    request: SignOffRequest,
    *,
    recall: bool,
) -> Handling:
    """Work out what is to be signed and raise Prepared with it.

    Where there is nothing to sign since the posting would now differ, answers the returned case, as
    ``signing.sign`` does. The password of level 1 was given before, in a transaction of its own. Raises
    KeyKeptHere, and what ``signing.sign`` and ``certificate_trust.require`` raise.
    """
    signing.open_task(session, office, actor, task_id)
    key = usable(session, office, actor)
    salts = {"opinion": digest.new_salt(), "resolution": digest.new_salt()}
    draft = Draft(clock.now(session), salts)
    try:
        drafting = replace(actor, draft=draft)
        return signing.sign(session, office, drafting, task_id, request, proof=None, recall=recall)
    except SignatureNeeded as needed:
        raise Prepared(key, draft, needed.covered) from needed


def keep(session: Session, actor: Actor, task_id: str, prepared: Prepared) -> datetime:
    """Hold a prepared sign-off for its signature; until when."""
    prepared_rows.drop(session, PreparedSignature, actor, task_id)
    draft = prepared.draft
    session.add(
        PreparedSignature(
            account_id=actor.account_id,
            task_id=task_id,
            key_id=prepared.key.key_id,
            signed_at=draft.signed_at,
            opinion_salt=draft.salts["opinion"],
            resolution_salt=draft.salts["resolution"],
            covered=prepared.covered,
        )
    )
    session.flush()
    return draft.signed_at + STANDS


def held(session: Session, actor: Actor, task_id: str) -> bytes:
    """The bytes that were prepared for this person to sign. Raises NothingPrepared."""
    row = prepared_rows.standing(session, PreparedSignature, actor, task_id)
    if row is None:
        raise NothingPrepared
    return row.covered


def complete(
    session: Session,
    office: Office,
    actor: Actor,
    task_id: str,
    request: SignOffRequest,
    signature: str,
) -> Handling:
    """Sign with the signature that was made elsewhere (hex or base64, SM2 also in DER).

    The request is the one that was prepared. Raises KeyKeptHere, NothingPrepared, PreparedChanged,
    SignatureWrong, and what ``signing.sign`` and ``certificate_trust.require`` raise.
    """
    signing.open_task(session, office, actor, task_id)
    key = usable(session, office, actor)
    row = prepared_rows.standing(session, PreparedSignature, actor, task_id)
    draft: Draft | None = None
    if row is not None and row.key_id == key.key_id:
        salts = {"opinion": row.opinion_salt, "resolution": row.resolution_salt}
        draft = Draft(row.signed_at, salts)
    covered = None if draft is None or row is None else row.covered
    signer = given(session, key, covered, signature)
    prepared_rows.drop(session, PreparedSignature, actor, task_id)
    signing_now = replace(actor, signer=signer, draft=draft)
    return signing.sign(session, office, signing_now, task_id, request, proof=None, recall=True)


def given(session: Session, key: KeyElsewhere, held: bytes | None, signature: str) -> Signer:
    """A signer that gives this one signature, over the bytes that were held for it."""
    public = signing_keys.public_keys(session, [key.key_id]).get(key.key_id)
    if public is None:
        raise InvariantBroken(f"a sign-in names the key {key.key_id[:12]}, which is not registered")
    return _Given(key.suite, key.key_id, public, held, signature)


def usable(session: Session, office: Office, actor: Actor) -> KeyElsewhere:
    """The actor's key, where it is held elsewhere and its certificate, if it has one, holds now.

    Raises KeyKeptHere, and as ``certificate_trust.require``.
    """
    key = actor.signer
    if not isinstance(key, KeyElsewhere):
        raise KeyKeptHere
    certified = session.get(KeyCertificate, key.key_id)
    if certified is not None:
        certificate_trust.require(
            certificates.read(certified.certificate),
            Holder(actor.name, actor.staff_no),
            office.data_dir,
            clock.now(session),
        )
    return key

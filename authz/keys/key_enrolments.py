"""Enrolling a key held elsewhere: its holder proves that he has it, an administrator confirms that it is his.

The proof is a signature over a challenge of this enrolment. Until both are there the key signs nothing; the
administrator compares the key's id with what the holder shows him, and confirms for nobody who is himself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.keys import certificate_trust, certificates, signers
from authz.keys.certificate_trust import Holder
from authz.keys.certificates import Certificate
from authz.keys.signing_keys import SigningKey
from authz.offices import accounts, agencies
from authz.offices.accounts import Account
from database import clock, digest, suites
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import Base
from database.refusals import Conflict, Forbidden, Invalid, NotFound

CONFIRM = "confirm_key"
STANDS = timedelta(hours=24)
SHOWN = 100


class KeyEnrolment(Base):
    """One application; ``proved_at`` when its holder signed the challenge, ``ended_at`` when it was over."""

    __tablename__ = "key_enrolments"
    __table_args__ = (
        CheckConstraint(
            "ended_as IN ('confirmed','replaced') AND ended_at IS NOT NULL"
            " OR ended_as IS NULL AND ended_at IS NULL",
            name="ending",
        ),
        CheckConstraint("confirmed_by <> account_id", name="two_people"),
        Index(
            "ix_key_enrolments_open",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    enrolment_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    key_id: Mapped[str] = mapped_column(String(64))
    suite: Mapped[str] = mapped_column(String(10))
    public_key: Mapped[str] = mapped_column(String(128))
    certificate: Mapped[str | None] = mapped_column(Sealed("key_enrolments.certificate"))
    nonce: Mapped[str] = mapped_column(String(32))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_as: Mapped[str | None] = mapped_column(String(10))


class EnrolmentNotFound(NotFound):
    """There is no such enrolment of a key, or it is not yours to see."""

    rule = "key.enrolment_not_found"


class EnrolmentEnded(Conflict):
    """This enrolment is over: confirmed, replaced, or older than a day. Apply anew."""

    rule = "key.enrolment_ended"


class KeyKnown(Conflict):
    """This key was enrolled before: a key signs for one person, once."""

    rule = "key.known"


class KeyNotProved(Conflict):
    """The holder has not proved yet that he has this key: he signs the challenge first."""

    rule = "key.not_proved"


class ProofWrong(Invalid):
    """This is not the signature of this key over the challenge."""

    rule = "key.proof_wrong"


class EnrolmentOfSelf(Forbidden):
    """Nobody confirms a key of his own: another administrator does."""

    rule = "key.to_self"


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """One open enrolment as its administrator sees it."""

    enrolment: KeyEnrolment
    staff_no: str
    name: str
    agency: str


def apply(session: Session, actor: Actor, pem: str, data_dir: Path) -> KeyEnrolment:
    """Apply for a key of one's own, by its public half or its certificate; an open application ends.

    Raises KeyUnsupported, KeyKnown, and what certificates are refused for.
    """
    certificate = certificates.read(pem) if "BEGIN CERTIFICATE" in pem else None
    if certificate is None:
        suite, public = certificates.public_key_pem(pem)
    else:
        suite, public = certificate.suite, certificate.public
        holder = Holder(actor.name, actor.staff_no)
        certificate_trust.require(certificate, holder, data_dir, clock.now(session))
    key_id = signers.key_id(suite, public)
    if session.get(SigningKey, key_id) is not None:
        raise KeyKnown
    for before in session.execute(
        select(KeyEnrolment).where(
            KeyEnrolment.account_id == actor.account_id, KeyEnrolment.ended_at.is_(None)
        )
    ).scalars():
        _end(session, before, "replaced")
    session.flush()
    enrolment = KeyEnrolment(
        account_id=actor.account_id,
        key_id=key_id,
        suite=suite,
        public_key=public.hex(),
        certificate=None if certificate is None else certificate.pem,
        nonce=digest.new_salt(),
        applied_at=clock.now(session),
    )
    session.add(enrolment)
    session.flush()
    return enrolment


def challenge(session: Session, enrolment: KeyEnrolment) -> bytes:
    """The bytes that prove possession of the key once they are signed with it."""
    said = {
        "enrolment": enrolment.enrolment_id,
        "nonce": enrolment.nonce,
        "key_id": enrolment.key_id,
        "staff_no": accounts.get(session, enrolment.account_id).staff_no,
    }
    return digest.covered("key-enrolment", said, suites.named(enrolment.suite))


def prove(session: Session, actor: Actor, enrolment_id: int, signature: str) -> KeyEnrolment:
    """Take the holder's signature over the challenge.

    Raises EnrolmentNotFound, EnrolmentEnded, ProofWrong.
    """
    enrolment = session.get(KeyEnrolment, enrolment_id, with_for_update=True)
    if enrolment is None or enrolment.account_id != actor.account_id:
        raise EnrolmentNotFound
    _still_open(session, enrolment)
    suite = suites.named(enrolment.suite)
    try:
        raw = certificates.signature_text(signature, enrolment.suite)
    except ValueError as malformed:
        raise ProofWrong from malformed
    if not suite.verify(bytes.fromhex(enrolment.public_key), challenge(session, enrolment), raw):
        raise ProofWrong
    enrolment.proved_at = clock.now(session)
    session.flush()
    return enrolment


def confirm(
    session: Session, actor: Actor, enrolment_id: int, data_dir: Path
) -> tuple[KeyEnrolment, Certificate | None]:
    """Confirm as the second person that the key is whose it says.

    Raises EnrolmentNotFound, Forbidden, EnrolmentOfSelf, EnrolmentEnded, KeyNotProved, KeyKnown, and what
    certificates are refused for.
    """
    enrolment = session.get(KeyEnrolment, enrolment_id, with_for_update=True)
    account = accounts.get(session, enrolment.account_id) if enrolment else None
    if (
        enrolment is None
        or account is None
        or not account.active
        or account.agency_code not in agencies.below(session, actor.agency)
    ):
        raise EnrolmentNotFound
    decisions.require(session, actor, Act(CONFIRM, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise EnrolmentOfSelf
    _still_open(session, enrolment)
    if enrolment.proved_at is None:
        raise KeyNotProved
    if session.get(SigningKey, enrolment.key_id) is not None:
        raise KeyKnown
    certificate = None
    if enrolment.certificate is not None:
        certificate = certificates.read(enrolment.certificate)
        holder = Holder(account.name, account.staff_no)
        certificate_trust.require(certificate, holder, data_dir, clock.now(session))
    enrolment.confirmed_by = actor.account_id
    _end(session, enrolment, "confirmed")
    session.flush()
    return enrolment, certificate


def waiting(session: Session, actor: Actor) -> Sequence[EnrolmentLine]:
    """The open enrolments of the agencies an administrator looks after. Raises Forbidden for other posts."""
    decisions.require(session, actor, Act(CONFIRM, agency=actor.agency))
    rows = session.execute(
        select(KeyEnrolment, Account)
        .join(Account, Account.account_id == KeyEnrolment.account_id)
        .where(
            KeyEnrolment.ended_at.is_(None),
            KeyEnrolment.applied_at > clock.now(session) - STANDS,
            Account.active,
            Account.agency_code.in_(agencies.below(session, actor.agency)),
        )
        .order_by(KeyEnrolment.enrolment_id)
        .limit(SHOWN)
    )
    return [
        EnrolmentLine(enrolment, account.staff_no, account.name, account.agency_code)
        for enrolment, account in rows
    ]


def open_of(session: Session, account_id: int) -> KeyEnrolment | None:
    """The open enrolment of an account, while it counts."""
    return session.execute(
        select(KeyEnrolment).where(
            KeyEnrolment.account_id == account_id,
            KeyEnrolment.ended_at.is_(None),
            KeyEnrolment.applied_at > clock.now(session) - STANDS,
        )
    ).scalar_one_or_none()


def _still_open(session: Session, enrolment: KeyEnrolment) -> None:
    late = clock.now(session) >= enrolment.applied_at + STANDS
    if late or enrolment.ended_at is not None:
        raise EnrolmentEnded


def _end(session: Session, enrolment: KeyEnrolment, ended_as: str) -> None:
    enrolment.ended_at, enrolment.ended_as = clock.now(session), ended_as

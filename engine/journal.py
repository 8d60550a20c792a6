"""The journal (服务日志): the append-only record of everything that happened, chained per stream.

A stream is a case (its number) or an agency (its code, for sign-ins, grants and the like). Each entry's
digest covers the one before it, so that nothing inside a stream can be changed, dropped or swapped
without every later digest saying so. Entries hold no personal data.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions
from authz.actors import Actor
from authz.offices.agencies import Agency
from database import clock, digest, suites
from database.columns import BigId, Json, UtcDateTime
from database.declarative import APPEND_ONLY, Base, rows_where, table_of
from database.prepared import Prepared
from database.refusals import Forbidden, Refusal
from engine.record import Case

GENESIS = "0" * 64
# So many of those who could have acted stay with a denied attempt.
_NAMED = 20


class JournalEntry(Base):
    """One thing that happened: who, in which post and agency at the time, what, by which rule."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index(
            None,
            "staff_no",
            "entry_id",
            **rows_where("staff_no IS NOT NULL"),
        ),
        Index("ix_journal_at", "at"),
        # Denied attempts are few, and an auditor looks for them among millions of entries.
        Index(
            "ix_journal_refused",
            "rule",
            "entry_id",
            **rows_where("rule IS NOT NULL"),
        ),
        APPEND_ONLY,
    )

    entry_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stream: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_no: Mapped[str | None] = mapped_column(String(32))
    post: Mapped[str | None] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(String(6))
    action: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str | None] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    suite: Mapped[str] = mapped_column(String(10))
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


_INSERT = Prepared(insert(table_of(JournalEntry)))


def record(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry's digest covers: all columns but ``entry_id``, ``suite`` and ``digest``."""
    return {
        "stream": entry["stream"],
        "seq": entry["seq"],
        "at": clock.moment_text(entry["at"]),
        "staff_no": entry["staff_no"],
        "post": entry["post"],
        "agency": entry["agency_code"],
        "action": entry["action"],
        "rule": entry["rule"],
        "detail": entry["detail"],
        "previous": entry["previous_digest"],
    }


def entry_digest(entry: Mapping[str, Any]) -> str:
    """The digest of an entry under its suite. Raises UnknownSuite."""
    return digest.digest("journal", record(entry), suites.named(entry["suite"]))


class Chain:
    """The end of one stream, and the entries a command adds to it; ``flush`` writes them at once."""

    def __init__(self, stream: str, seq: int = 0, head: str = GENESIS) -> None:
        self.stream = stream
        self.seq = seq
        self.head = head
        self._entries: list[dict[str, Any]] = []

    def append(
        self,
        at: datetime,
        agency: str,
        action: str,
        *,
        staff_no: str | None = None,
        post: str | None = None,
        rule: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one entry; without ``staff_no`` the engine itself acted."""
        self.seq += 1
        suite = suites.current()
        entry = {
            "stream": self.stream,
            "seq": self.seq,
            "at": at,
            "staff_no": staff_no,
            "post": post,
            "agency_code": agency,
            "action": action,
            "rule": rule,
            "detail": dict(detail or {}),
            "suite": suite.name,
            "previous_digest": self.head,
        }
        self.head = entry["digest"] = digest.digest("journal", record(entry), suite)
        self._entries.append(entry)

    @property
    def pending(self) -> Sequence[Mapping[str, Any]]:
        """What was added since the last flush."""
        return self._entries

    def flush(self, session: Session) -> None:
        """Write what was added since the last flush."""
        _INSERT.write_all(session, self._entries)
        self._entries = []


def hold_office(session: Session, agency: str) -> None:
    """Let every other writer of an agency's stream, and of the registers it tells of, wait till the commit.

    Cases are locked before.
    """
    session.execute(
        select(Agency.code).where(Agency.code == agency).with_for_update(key_share=True)
    ).one()


def append_office(
    session: Session,
    agency: str,
    action: str,
    *,
    actor: Actor | None = None,
    staff_no: str | None = None,
    rule: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry to an agency's own stream (sign-ins, grants, rules taking effect).

    The agency's row is locked, so that two writers can't take the same place in the chain.
    """
    hold_office(session, agency)
    chain = _end_of(session, agency)
    chain.append(
        clock.now(session),
        agency,
        action,
        staff_no=actor.staff_no if actor else staff_no,
        post=actor.posts[0] if actor and actor.posts else None,
        rule=rule,
        detail=detail,
    )
    chain.flush(session)


def record_refusal(
    session: Session, actor: Actor, refusal: Refusal, *, case_no: str | None, action: str
) -> None:
    """Keep a denied attempt: denied attempts are evidence.

    It joins the chain of the case where the actor may see that case, else his agency's stream. The
    case itself stays as it is: neither its sequence nor what its signers saw changes. A refusal of
    authority is kept with what it told: the row in the way, since when, and who could act.
    """
    detail = {"act": action, **_told(refusal)}
    case = None
    if case_no is not None:
        case = session.execute(
            select(Case).where(Case.case_no == case_no).with_for_update()
        ).scalar_one_or_none()
    if case is None or not decisions.sees(session, actor, case.agency_code):
        append_office(
            session, actor.agency, "denied", actor=actor, rule=refusal.rule, detail=detail
        )
        return
    chain = Chain(case.case_no, case.journal_seq, case.journal_head)
    chain.append(
        clock.now(session),
        actor.agency,
        "denied",
        staff_no=actor.staff_no,
        post=actor.posts[0] if actor.posts else None,
        rule=refusal.rule,
        detail=detail,
    )
    chain.flush(session)
    case.journal_seq, case.journal_head = chain.seq, chain.head


def _told(refusal: Refusal) -> dict[str, Any]:
    """What a refusal of authority says beside its rule: its ``facts``, and ``who_can`` by staff number."""
    if not isinstance(refusal, Forbidden):
        return {}
    able = {staff["staff_no"] for who in refusal.who_can for staff in who["staff"]}
    facts = {name: value for name, value in refusal.facts.items() if name != "case_no"}
    return {
        **({"facts": facts} if facts else {}),
        **({"who_can": sorted(able)[:_NAMED]} if able else {}),
    }


def _end_of(session: Session, stream: str) -> Chain:
    last = session.execute(
        select(JournalEntry.seq, JournalEntry.digest)
        .where(JournalEntry.stream == stream)
        .order_by(JournalEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    return Chain(stream, last.seq, last.digest) if last else Chain(stream)

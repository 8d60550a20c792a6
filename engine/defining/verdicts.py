"""The verdicts of the proof over process definitions: a case starts only on a definition proven as it is.

The proof itself is oversight's; the composition root has it say its verdict at every start, keeps what is
new, and hands all to the office. The database holds the same door: no case without a stored ``proven``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock, digest
from database.columns import Json, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Conflict
from engine import journal
from engine.defining.definition import Definition
from engine.office import Office

PROVEN, PROVED = "proven", "proved"


class ProofVerdict(Base):
    """What the proof said of a definition under a risk table, by the rules of a version.

    ``said`` holds states, levels and counter-examples as ``oversight.proof.verdict`` shows them.
    """

    __tablename__ = "proof_verdicts"
    __table_args__ = (
        CheckConstraint("verdict IN ('proven','refused')", name="verdict"),
        APPEND_ONLY,
    )

    definition: Mapped[str] = mapped_column(String(64), primary_key=True)
    risk_table: Mapped[str] = mapped_column(String(64), primary_key=True)
    rules: Mapped[str] = mapped_column(String(10), primary_key=True)
    process: Mapped[str] = mapped_column(String(40))
    verdict: Mapped[str] = mapped_column(String(10))
    said: Mapped[dict[str, Any]] = mapped_column(Json)
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NotProven(Conflict):
    """No case may start on this process: a path of its diagram goes around the sign-offs it needs."""

    rule = "process.not_proven"


def require_proven(office: Office, definition: Definition) -> None:
    """Raise NotProven unless the proof found every path of this definition lawful."""
    said = office.verdicts.get(definition.digest)
    if said is not None and said["verdict"] == PROVEN:
        return
    why = finding(said) if said else ""
    raise NotProven(
        f"No case may start on {definition.code}: its definition is not proven{why and f' ({why})'}. "
        "`tongban prove` shows the path; correct the diagram and start again.",
        facts={"definition": definition.digest},
    )


def finding(said: Mapping[str, Any]) -> str:
    """What the proof found first: the rule and the path that breaks it; empty where it found nothing."""
    first = _first(said)
    return f"{first['rule']}: {' → '.join(_steps(first))}" if first else ""


def missing(session: Session, office: Office) -> list[str]:
    """The digests of deployed definitions whose present verdict is not kept yet."""
    kept = {
        (row.definition, row.rules)
        for row in session.execute(
            select(ProofVerdict.definition, ProofVerdict.rules).where(
                ProofVerdict.risk_table == office.risk.digest
            )
        )
    }
    return [
        definition
        for definition, said in office.verdicts.items()
        if (definition, said["rules"]) not in kept
    ]


def keep(session: Session, office: Office, agency: str) -> None:
    """Keep the verdicts that are new, and journal them in the agency's stream."""
    codes = {deployed.digest: deployed.code for deployed in office.catalogue.deployed()}
    for definition in missing(session, office):
        said = office.verdicts[definition]
        row = ProofVerdict(
            definition=definition,
            risk_table=office.risk.digest,
            rules=said["rules"],
            process=codes[definition],
            verdict=said["verdict"],
            said=dict(said),
            proved_at=clock.now(session),
        )
        session.add(row)
        session.flush()
        journal.append_office(session, agency, PROVED, detail=told(row))


def told(kept: ProofVerdict) -> dict[str, str]:
    """What the journal tells of a kept verdict."""
    return {
        "process": kept.process,
        "definition": kept.definition,
        "risk_table": kept.risk_table,
        "rules": kept.rules,
        "verdict": kept.verdict,
        "said": digest.digest(PROVED, kept.said),
        "proved_at": clock.moment_text(kept.proved_at),
    }


def _first(said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = [one["counter_example"] for one in said["levels"] if one["counter_example"]]
    shortest: Mapping[str, Any] | None = min(
        found, key=lambda one: len(one["path"]), default=said["drawing"]
    )
    return shortest


def _steps(example: Mapping[str, Any]) -> list[str]:
    return [
        f"{move['element']} {move['decision']}" if "decision" in move else move["element"]
        for move in example["path"]
    ] or list(example["detail"])


def history(session: Session, code: str) -> Sequence[ProofVerdict]:
    """What the proof said of every version of a process, the newest first."""
    newest_first = ProofVerdict.proved_at.desc(), ProofVerdict.definition
    found = select(ProofVerdict).where(ProofVerdict.process == code).order_by(*newest_first)
    return session.execute(found).scalars().all()

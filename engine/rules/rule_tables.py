"""Every version of the parameters and of the working-day calendars that an office worked with.

They are rules, registered file by file and year by year (``rules_in_force``). What an office works with is
kept here as a whole, word for word, and journalled with what differs from before.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Index, String, Text, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine import journal
from engine.exports import export_limits
from engine.timing import workdays
from register import parameter_files, parameters
from register.parameter_files import Parameter

PARAMETERS = "parameters"
CALENDARS = "calendars"
EXPORTS = "exports"


class RuleTable(Base):
    """One version of the tables of a kind, as JSON text, from when an office started with it.

    A version that comes back after another has a row of its own: it took effect once more.
    """

    __tablename__ = "rule_tables"
    __table_args__ = (Index(None, "kind", "table_no"), APPEND_ONLY)

    table_no: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    took_effect_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of tables: what is in use of it now, and how two versions of it differ."""

    name: str
    installed: Callable[[], Mapping[str, Any]]
    changed: Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]

    @property
    def took_effect(self) -> str:
        """The action of the journal's entries."""
        return f"{self.name}_took_effect"

    def text(self) -> str:
        """What is in use now, the same text for the same tables."""
        return json.dumps(self.installed(), ensure_ascii=False, sort_keys=True)


def _changed_values(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    was, becomes = parameter_files.parse(before), parameter_files.parse(after)
    return parameter_files.changed(was, becomes)


def _changed_years(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(year for year in {*before, *after} if before.get(year) != after.get(year))


KINDS = (
    Kind(PARAMETERS, lambda: dict(parameters.texts_in_use()), _changed_values),
    Kind(CALENDARS, lambda: workdays.said(workdays.in_use()), _changed_years),
    Kind(EXPORTS, export_limits.said, export_limits.changed),
)


def digest_of(content: str) -> str:
    """The digest that names a version."""
    return sha256(content.encode()).hexdigest()


def are_in_effect(session: Session) -> bool:
    """Whether what is in use is what was kept last, of every kind."""
    latest = ((kind, _latest(session, kind)) for kind in KINDS)
    return all(kept is not None and kept.digest == digest_of(kind.text()) for kind, kept in latest)


def take_effect(session: Session, agency: str) -> None:
    """Keep what the office works with where it is another version, and journal it in the agency's stream."""
    for kind in KINDS:
        content, latest = kind.text(), _latest(session, kind)
        digest = digest_of(content)
        if latest is not None and latest.digest == digest:
            continue
        now = clock.now(session)
        row = {"kind": kind.name, "digest": digest, "content": content, "took_effect_at": now}
        session.execute(insert(RuleTable), row)
        said = {
            kind.name: digest,
            "before": latest and latest.digest,
            "took_effect_at": clock.moment_text(now),
            "changed": kind.changed(json.loads(latest.content), kind.installed()) if latest else [],
        }
        journal.append_office(session, agency, kind.took_effect, detail=said)


def _latest(session: Session, kind: Kind) -> RuleTable | None:
    found = select(RuleTable).where(RuleTable.kind == kind.name)
    return session.execute(found.order_by(RuleTable.table_no.desc()).limit(1)).scalar_one_or_none()


def parameters_known(session: Session) -> list[Any]:
    """(table_no, digest, took_effect_at) of every version of the parameters, the latest first."""
    known = select(RuleTable.table_no, RuleTable.digest, RuleTable.took_effect_at)
    asked = known.where(RuleTable.kind == PARAMETERS).order_by(RuleTable.table_no.desc())
    return list(session.execute(asked))


def parameters_at(session: Session, moment: datetime) -> Iterator[Mapping[str, Parameter]]:
    """The parameters that may have been computed with at a moment, the likeliest first.

    Those that had taken effect, and those before them: while an office starts anew, node after node,
    its other nodes still work with the older ones. Raises ParametersRefused.
    """
    return parameters_among(session, parameters_known(session), installed_digest(), moment)


def parameters_among(
    session: Session, known: Sequence[Any], installed: str, moment: datetime
) -> Iterator[Mapping[str, Parameter]]:
    """As ``parameters_at``, where ``parameters_known`` and ``installed_digest`` were asked before."""
    found = [row for row in known if row.took_effect_at <= moment][:2]
    for row in found:
        if row.digest == installed:
            yield parameters.in_use()
        else:
            yield _parsed(session.get_one(RuleTable, row.table_no).content)
    if not found:
        yield parameters.in_use()


def installed_digest() -> str:
    """The digest that names the parameters in use."""
    return digest_of(KINDS[0].text())


@lru_cache(maxsize=4)
def _parsed(content: str) -> Mapping[str, Parameter]:
    return parameter_files.parse(json.loads(content))

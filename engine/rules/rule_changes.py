"""Changing a rule: its text is handed in and kept, then applied for as a case of the province.

Source: 业务权限授权登记制度, 陕社保发[2016]27号 §10; counties and cities set staffing and grants only.
"""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.decisions import Permit
from authz.granting.grant_entry import IsoDate
from authz.offices import agencies
from database import clock
from database.refusals import Forbidden, Invalid, NotFound
from engine import journal, register_cases
from engine.defining import folders, retirement
from engine.defining.folders import SHARED
from engine.defining.retirement import LONGEST_REASON, Retirement
from engine.handling import Handling
from engine.office import Office
from engine.rules import rule_entries, rule_kinds, rules_in_force
from engine.rules.rule_kinds import CALENDAR, DEFINITION, PARAMETERS, RISK_LEVELS, RISK_TABLE, Key
from engine.rules.rule_record import RuleText

CHANGE = "change_rule"
KEPT = "rule_text_kept"
LONGEST = 200_000
_NAMES = {
    RISK_TABLE: re.compile(re.escape(RISK_LEVELS)),
    PARAMETERS: re.compile(r"[a-z][a-z0-9_]{0,39}"),
    CALENDAR: re.compile(r"20[0-9]{2}"),
    DEFINITION: re.compile(rf"{SHARED}|{folders.CODE.pattern}"),
}
_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)
Kind = Literal["risk_table", "parameters", "calendar", "definition"]


class NotTheProvince(Forbidden):
    """Rules are the province's: an office below it sets staffing and limited grants only."""

    rule = "rule_change.not_province"


class RuleTextNotFound(NotFound):
    """There is no such text of a rule."""

    rule = "rule_change.text_not_found"


class RuleUnchanged(Invalid):
    """This is what is in force already."""

    rule = "rule_change.unchanged"


class TextEntry(BaseModel):
    """The new text of a rule: ``risk_levels``, a file of parameters without ``.yaml``, a year, or a process.

    Without ``text`` it is the installed one. Of a process it is the manifest of its folder, whose files lie
    in the installation or are kept under ``definitions/``; ``_shared`` is a folder of its own.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: Kind
    name: str = Field(min_length=1, max_length=40)
    text: str | None = Field(default=None, min_length=1, max_length=LONGEST)


class RetirementEntry(BaseModel):
    """The end of a process: its code, why, and the code of the process that takes its place, if one does."""

    model_config = _STRICT

    process: str = Field(pattern=rf"^{folders.CODE.pattern}$")
    reason: str = Field(min_length=4, max_length=LONGEST_REASON, pattern=r"^[^\r\n]+$")
    successor: str | None = Field(default=None, pattern=rf"^{folders.CODE.pattern}$")


class ChangeEntry(BaseModel):
    """An application: the digest of a text that was handed in, from which day on, and on what basis."""

    model_config = _STRICT

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    effective_on: IsoDate
    basis: str = Field(min_length=1, max_length=400)


def may_change(session: Session, actor: Actor) -> Permit:
    """The permit to hand in texts and apply. Raises Forbidden, NotTheProvince."""
    permit = decisions.require(session, actor, Act(CHANGE, agency=actor.agency))
    if agencies.known(session, actor.agency).kind != "province":
        raise NotTheProvince
    return permit


def keep_text(session: Session, office: Office, actor: Actor, entry: TextEntry) -> RuleText:
    """Keep a text that could be a rule as things stand. Nothing is in force by that.

    Raises Forbidden, NotTheProvince, RuleTextRefused, ProposalNotProven, RuleUnchanged.
    """
    may_change(session, actor)
    key = (entry.kind, entry.name)
    if not _NAMES[entry.kind].fullmatch(entry.name):
        raise rule_kinds.refused(f"there is no rule {entry.kind} {entry.name[:40]}")
    text = _text(office, key, entry.text)
    standing = rules_in_force.read(session)
    known = standing.standing.get(key)
    comes = {(one.kind, one.name) for one in rules_in_force.waiting(session)}
    # Where another version is to come, the one in force takes that back.
    if known is not None and key not in comes and rule_kinds.same(key, known.content, text):
        raise RuleUnchanged
    rule_entries.fits(office, standing.texts(), key, text)
    digest = rules_in_force.keep(session, *key, text)
    said = {"kind": entry.kind, "name": entry.name, "digest": digest}
    journal.append_office(session, actor.agency, KEPT, actor=actor, detail=said)
    return kept(session, digest)


def keep_retirement(
    session: Session, office: Office, actor: Actor, entry: RetirementEntry
) -> RuleText:
    """Keep the text that ends a process. Nothing is in force by that.

    Raises Forbidden, NotTheProvince, NotRetirable, RuleTextRefused, RuleUnchanged.
    """
    text = retirement.written(Retirement(entry.reason, entry.successor))
    said = TextEntry(kind="definition", name=entry.process, text=text)
    return keep_text(session, office, actor, said)


def _text(office: Office, key: Key, given: str | None) -> str:
    """The text that is handed in. Raises RuleTextRefused where it is none, or nothing is installed."""
    text = office.installed.get(key) if given is None else given
    if text is None:
        raise rule_kinds.refused(f"no {key[0]} {key[1]} is installed here: send its text")
    if "\0" in text:
        raise rule_kinds.refused("no NUL in a text")
    return text


def kept(session: Session, digest: str) -> RuleText:
    """A text that was handed in. Raises RuleTextNotFound."""
    found = rules_in_force.text_of(session, digest)
    if found is None:
        raise RuleTextNotFound
    return found


def apply(session: Session, office: Office, actor: Actor, entry: ChangeEntry) -> Handling:
    """Apply for a change; who applies signs the first step in the same request.

    A day that is over is no fault: it begins at its approval. Raises Forbidden, NotTheProvince,
    RuleTextNotFound, RuleTextRefused, RuleUnchanged, NotProven.
    """
    epoch.hold(session)
    permit = may_change(session, actor)
    said = checked(session, office, entry)
    return register_cases.begin(
        session, office, actor, permit, (rule_entries.CODE, said), actor.agency
    )


def checked(session: Session, office: Office, entry: ChangeEntry) -> dict[str, Any]:
    """An application in the words of the form. Raises RuleTextNotFound, RuleTextRefused, RuleUnchanged."""
    text = kept(session, entry.digest)
    key = (text.kind, text.name)
    said = {"kind": text.kind, "rule_name": text.name, **entry.model_dump(mode="json")}
    rule_entries.check(session, office, said, clock.today(session))
    begins = max(entry.effective_on, clock.today(session))
    if rule_entries.as_of(session, begins)[0].get(key) == text.content:
        raise RuleUnchanged
    return said

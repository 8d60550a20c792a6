"""Enters versions of rules into their register: the installed files at first, then only what a case approved.

A demo office has nobody who would sign for a file that somebody tries out, so it registers what is installed.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices.accounts import Account
from database import clock
from engine import office_record
from engine.defining import retirement
from engine.office import Office
from engine.rules import rule_kinds, rules_in_force
from engine.rules.rule_kinds import CALENDAR, DEFINITION, Key, Texts
from engine.rules.rule_record import NOTED, RuleText, RuleVersion
from engine.rules.rules_in_force import InForce

REGISTERED = "rule_registered"
FIRST = "安装时的首个版本"
DEMO = "演示机构自行登记"
# Once the first of a kind are registered, a further one is no file of a release but somebody's decision.
APPLIED_FOR = frozenset({CALENDAR, DEFINITION})


def from_installation(session: Session, installed: Texts, in_force: InForce) -> dict[Key, str]:
    """What the office registers of its installation by itself, with the basis of each; writes nothing.

    The first version of every rule; not the calendar of a year that its own folder brought later, nor a
    process that came later: these are applied for. A demo office registers what is installed anew, but takes
    back no change that was approved, nor the end of a process.
    """
    known = in_force.standing
    begun = {kind for kind, _ in known}
    new = {key for key in installed if key not in known}
    other = {
        key
        for key in set(installed) - new
        if not _ended(key, known[key].content)
        and not rule_kinds.same(key, known[key].content, installed[key])
    }
    if (new or other) and _is_demo(session):
        before = _installed_before(session)
        anew = {
            key
            for key in other
            if key in before and not rule_kinds.same(key, before[key], installed[key])
        }
        return dict.fromkeys(new, FIRST) | dict.fromkeys(anew, DEMO)
    return {key: FIRST for key in installed if key in new and key[0] not in begun & APPLIED_FOR}


def in_use(session: Session, installed: Texts, in_force: InForce) -> Texts:
    """The registered texts that the office works by: all, but of a demo office folders that were taken away.

    Nobody there would sign for a folder to go, and a risk table that is tried out may not fit it.
    """
    texts = in_force.texts()
    gone = {key for key in texts if key[0] == DEFINITION and key not in installed}
    if not gone or not any(kind == DEFINITION for kind, _ in installed) or not _is_demo(session):
        return texts
    return {key: text for key, text in texts.items() if key not in gone}


def demanded(session: Session) -> Callable[[str], bool]:
    """Which installed folders must load and fit: of processes that are registered, for a later day too.

    Every folder where the office registers by itself what is installed, at its first start and in a demo
    office; but in none that of a process that is offered no more, unless it is taken up again.
    """
    in_force = rules_in_force.read(session)
    known = {name for kind, name in in_force.standing if kind == DEFINITION}
    comes = {
        version.name
        for version in rules_in_force.waiting(session)
        if version.kind == DEFINITION and not _retires(session, version)
    }
    ended = set(in_force.ended) - comes
    if not known | comes or _is_demo(session):
        return lambda code: code not in ended
    return lambda code: code in (known | comes) - ended


def _retires(session: Session, version: RuleVersion) -> bool:
    kept = rules_in_force.text_of(session, version.digest)
    return kept is not None and retirement.says(kept.content)


def _ended(key: Key, text: str) -> bool:
    """Whether a registered text ends its process: an installed folder then is no proposal by itself."""
    return key[0] == DEFINITION and retirement.says(text)


def _is_demo(session: Session) -> bool:
    return session.execute(select(exists().where(Account.demo))).scalar_one()


def _installed_before(session: Session) -> dict[Key, str]:
    """What was registered of the installation last, rule by rule."""
    found = (
        select(RuleText)
        .join(RuleVersion, RuleVersion.digest == RuleText.digest)
        .where(RuleVersion.case_no.is_(None))
        .order_by(RuleVersion.version_no)
    )
    texts = session.execute(found).scalars()
    return {(text.kind, text.name): text.content for text in texts}


def enter(
    session: Session, agency: str, versions: Sequence[RuleVersion], *, actor: Actor | None = None
) -> None:
    """Enter versions of kept texts, and journal them in the agency's stream."""
    for version in versions:
        session.add(version)
        session.flush()
    told = [f"{one.kind} {one.name}" for one in versions]
    cases = [one.case_no for one in versions if one.case_no is not None]
    detail = {"rules": told, "digests": [one.digest for one in versions], "cases": cases}
    office_record.note(
        session, agency, REGISTERED, versions, actor=actor, detail=detail, noted=NOTED
    )


def keep_up(session: Session, agency: str, installed: Texts) -> None:
    """Register what the office registers by itself, and put in force what is due.

    The caller holds the policy epoch alone.
    """
    today, now = clock.today(session), clock.now(session)
    wanted = from_installation(session, installed, rules_in_force.read(session))
    versions = [
        RuleVersion(
            digest=rules_in_force.keep(session, *key, installed[key]),
            kind=key[0],
            name=key[1],
            effective_from=today,
            basis=wanted[key],
            registered_at=now,
        )
        for key in installed
        if key in wanted
    ]
    if versions:
        enter(session, agency, versions)
    begun = rules_in_force.due(session, today)
    if begun:
        rules_in_force.start(session, agency, begun)


def differing(office: Office) -> list[Key]:
    """The installed rules that are not the registered ones, so that nobody works by them.

    Not the folder of a process that was retired: that is as it was signed.
    """
    known = office.in_force.standing
    return [
        key
        for key, text in office.installed.items()
        if known
        and (key not in known or not rule_kinds.same(key, known[key].content, text))
        and not (key in known and _ended(key, known[key].content))
    ]

"""What a changed rule would have done: which cases of the last quarter would have gone another way under it.

Worked out exactly, case by case: classified again by the facts that were signed, computed again on the
register as it stood when the form was handed in, counted again from that day. Whoever signs sees it before.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.clock import OFFICE_ZONE, office_date
from database.refusals import Invalid, InvariantBroken, NotFound, Unavailable
from engine import contents
from engine.contents import Computed
from engine.defining import ways
from engine.defining.definitions import Definition, DefinitionGone, UnknownProcess
from engine.defining.folders import SHARED
from engine.defining.retirement import ProcessRetired
from engine.journal import JournalEntry
from engine.office import Office
from engine.process import GateRefused
from engine.record import AGENCY, Case, CaseContent
from engine.rules import risk, rule_kinds
from engine.rules.risk_file import RiskTable
from engine.rules.rule_kinds import CALENDAR, DEFINITION, PARAMETERS, RISK_TABLE, Key, Rules
from engine.timing import clock_board, workdays
from oversight import folding, recomputed
from oversight.known import Known
from oversight.pages import Page
from oversight.unreadable import SPOILED
from register import parameter_files
from register.parameters import Parameters

QUARTER = timedelta(days=92)
LISTED = 50
_PAGE = 500
REFUSED = "refused"
# What of a case one rule decides, by name; the same both times where it would have gone the same way.
Way = Mapping[str, Any]


@dataclass(slots=True)
class Effect:
    """``cases`` were accepted since ``since``; ``other`` of them would have gone another way.

    ``unknown`` could not be worked out again: the version of the process is gone. ``items`` are the first.
    """

    since: date
    cases: int = 0
    other: int = 0
    unknown: int = 0
    items: list[dict[str, Any]] = field(default_factory=list)

    def said(self) -> dict[str, Any]:
        """As JSON; nothing of it is personal."""
        return {
            "since": self.since.isoformat(),
            "cases": self.cases,
            "other": self.other,
            "unknown": self.unknown,
            "items": self.items,
        }


@dataclass(frozen=True, slots=True)
class _Asked:
    """One case of a page, and what was read with it."""

    page: Page
    office: Office
    case: Case
    content: CaseContent
    entries: Sequence[JournalEntry]


def of_text(session: Session, office: Office, key: Key, text: str, today: date) -> Effect:
    """What a rule's text would have done since a quarter ago, in the place of the one in force.

    Raises RuleTextRefused, and InvariantBroken in an office that has no registered rules.
    """
    if office.rules is None:
        raise InvariantBroken("no rule is registered, so none can be changed")
    after = rule_kinds.check(office.in_force.texts(), key, text, office.catalogue)
    way = _ways(key, office.rules, after, office.in_force.texts().get(key, ""), text)
    found = Effect(today - QUARTER)
    for asked in _cases(session, office, found.since):
        found.cases += 1
        try:
            was, becomes = way(asked)
        except (*SPOILED, DefinitionGone, NotFound, Unavailable, InvariantBroken):
            found.unknown += 1
            continue
        if was != becomes:
            found.other += 1
            if len(found.items) < LISTED:
                found.items.append(_line(asked.case, was, becomes))
    return found


def _line(case: Case, was: Way, becomes: Way) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "process": case.process,
        "agency": case.agency_code,
        "accepted_on": office_date(case.accepted_at).isoformat(),
        "differs": sorted(name for name in {*was, *becomes} if was.get(name) != becomes.get(name)),
        "before": _shown(was),
        "after": _shown(becomes),
    }


def _shown(way: Way) -> dict[str, Any]:
    """What may be shown of it: a posting names people, so of that only its total is."""
    posting = way.get("posting")
    total = None
    if posting is not None:
        total = sum(line["amount_cents"] for line in posting[0] if line["side"] == "debit")
    return {
        "risk_level": way.get("risk_level"),
        "route": way.get("route"),
        "steps": way.get("steps"),
        "total_cents": total,
        "due_on": way.get("due_on"),
        "refused": way.get(REFUSED),
    }


def _ways(
    key: Key, before: Rules, after: Rules, was: str, becomes: str
) -> Callable[[_Asked], tuple[Way, Way]]:
    """How a case goes by the rule before and by the one after."""
    if key[0] == RISK_TABLE:
        return lambda asked: (_classified(asked, before.risk), _classified(asked, after.risk))
    if key[0] == CALENDAR:
        return lambda asked: (_counted(asked, before), _counted(asked, after))
    if key[0] == DEFINITION:
        every = {one.code for one in rule_kinds.changed(key[1], after)}
        return _redefined(every if key[1] == SHARED else {key[1]}, before, after)
    # What one file says may be asked for without being used: whoever read any of it is worked out again.
    read = _named(was) | _named(becomes)

    def computed(asked: _Asked) -> tuple[Way, Way]:
        used = {str(one["name"]).partition("[")[0] for one in asked.content.posting["parameters"]}
        if not used & read:
            return {}, {}
        return _computed(asked, before), _computed(asked, after)

    return computed


def _redefined(
    codes: Collection[str], before: Rules, after: Rules
) -> Callable[[_Asked], tuple[Way, Way]]:
    """How cases of these processes go by the version in force and by another one."""

    def defined(asked: _Asked) -> tuple[Way, Way]:
        if asked.case.process not in codes:
            return {}, {}
        return _defined(asked, before), _defined(asked, after)

    return defined


def _named(text: str) -> set[str]:
    """The parameters that a file says."""
    return set(parameter_files.parse({PARAMETERS: text})) if text else set()


def _classified(asked: _Asked, table: RiskTable) -> Way:
    found = risk.classify(
        table,
        asked.case.process,
        asked.content.facts,
        agency_kind=asked.page.known.kind(asked.case.agency_code),
    )
    return {
        "risk_level": found.level,
        "route": found.route,
        "meeting": found.meeting_required,
    }


def _counted(asked: _Asked, rules: Rules) -> Way:
    with workdays.under(rules.calendars):
        due_on = clock_board.counted(asked.office, asked.case)
    return {"due_on": due_on and due_on.isoformat()}


def _defined(asked: _Asked, rules: Rules) -> Way:
    """Level, posting and steps by the version of a process among these rules, from the same form."""
    try:
        definition = rules.catalogue.deployed_at(asked.case.process)
        found = _worked_out(asked, rules, definition)
    except GateRefused as refused:
        return {REFUSED: refused.rule}
    except ValidationError:
        return {REFUSED: Invalid.rule}
    except UnknownProcess:
        # It is retired by these rules, or not taken up again yet.
        return {REFUSED: ProcessRetired.rule}
    level, route = found.classification.level, found.classification.route
    taken = ways.of(definition, rules.risk, level, route, found.facts)
    return {**_way(found), "steps": [[step.step for step in way] for way in taken]}


def _computed(asked: _Asked, rules: Rules) -> Way:
    definition = asked.office.catalogue.at(asked.case.definition)
    try:
        return _way(_worked_out(asked, rules, definition))
    except GateRefused as refused:
        return {REFUSED: refused.rule}


def _worked_out(asked: _Asked, rules: Rules, definition: Definition) -> Computed:
    case, content = asked.case, asked.content
    entry_id = folding.fold(asked.entries).contents[case.cycle]["entry_id"]
    under = (rules.risk, Parameters(rules.parameters.known))
    return recomputed.as_handed_in(asked.page, case, content, definition, entry_id, under)


def _way(found: Computed) -> Way:
    return {
        "risk_level": found.classification.level,
        "route": found.classification.route,
        "posting": contents.written(found.posting),
    }


def _cases(session: Session, office: Office, since: date) -> Iterator[_Asked]:
    """The cases of business that were accepted since a day, in pages, the newest first."""
    known = Known(session)
    begin = datetime.combine(since, time(), OFFICE_ZONE)
    wanted = (
        select(Case, CaseContent)
        .join(
            CaseContent, (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle)
        )
        .where(Case.accepted_at >= begin, Case.subject_kind != AGENCY)
        .order_by(Case.case_id.desc())
    )
    last: int | None = None
    while True:
        here = wanted if last is None else wanted.where(Case.case_id < last)
        rows = session.execute(here.limit(_PAGE)).all()
        page = Page(session, {case.case_id: case.case_no for case, _ in rows}, known)
        entries = _entries(session, [case.case_no for case, _ in rows])
        for case, content in rows:
            yield _Asked(page, office, case, content, entries.get(case.case_no, ()))
        if len(rows) < _PAGE:
            return
        last = rows[-1][0].case_id
        session.expunge_all()


def _entries(session: Session, numbers: Sequence[str]) -> Mapping[str, Sequence[JournalEntry]]:
    found: dict[str, list[JournalEntry]] = {}
    asked = select(JournalEntry).where(JournalEntry.stream.in_(numbers))
    for entry in session.execute(asked.order_by(JournalEntry.entry_id)).scalars():
        found.setdefault(entry.stream, []).append(entry)
    return found

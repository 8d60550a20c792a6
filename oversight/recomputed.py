"""Works out facts, level and posting of a completed case again from its form, as its process would have.

What was signed, journalled and posted may agree in every digest and still be another thing than the form
asks for: whoever holds the server writes facts and posting, and people sign what they are shown. So the
process runs once more, on the register as it stood when the form was handed in, and as it stood when the
case posted: at both the posting must be the signed one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import agencies
from database.clock import office_date
from database.refusals import InvariantBroken
from engine import contents, posting, risk_history, rule_tables
from engine.contents import Computed
from engine.definitions import Definition
from engine.journal import JournalEntry
from engine.office import Office
from engine.office_record import OPENING
from engine.process import GateRefused
from engine.record import Case, CaseContent
from engine.risk_file import RiskTable
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from register import as_of
from register.parameters import Parameters
from register.records import Records

_PARTS = ("lines", "changes")


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a case was computed: of those that ``wrote`` about its applicant, the ``later`` hadn't yet."""

    at: datetime
    wrote: Collection[str]
    later: Collection[str]

    def records(self, session: Session, case: Case, parameters: Parameters) -> Records:
        """What the process saw of the register."""
        return as_of.load(
            session,
            case.subject_kind,
            case.subject_id,
            written_by=self.wrote,
            later=self.later,
            accepted_on=office_date(case.accepted_at),
            parameters=parameters,
        )


def check(
    session: Session,
    office: Office,
    case: Case,
    cycles: Mapping[int, CaseContent],
    folded: Folded,
    definition: Definition,
) -> Findings:
    """What the process computes is what was signed, and no lower level than it demands.

    The facts are those of the hand-in: level and route were taken from them. Of an open case nothing is
    computed, since what posts is what was signed.
    """
    content, told = cycles.get(case.cycle), folded.contents.get(case.cycle)
    if case.status != "completed" or content is None or told is None or folded.posted_as is None:
        return
    wrote = as_of.wrote(session, case.subject_kind, case.subject_id)
    posted = _posted_as(session, wrote - {case.case_no})
    handed_in, at_the_end = (
        _Moment(at, wrote, {case.case_no, *(other for other in posted if posted[other] > entry_id)})
        for at, entry_id in (
            (content.submitted_at, told["entry_id"]),
            (case.finished_at or content.submitted_at, folded.posted_as),
        )
    )
    of_case = (session, office, case, content, definition)
    yield from _compared(*of_case, handed_in, facts=True)
    # Mostly nobody wrote about the applicant in between, and once is enough.
    if at_the_end.later != handed_in.later:
        yield from _compared(*of_case, at_the_end, facts=False)


def _compared(
    session: Session,
    office: Office,
    case: Case,
    content: CaseContent,
    definition: Definition,
    then: _Moment,
    *,
    facts: bool,
) -> Findings:
    """What differs at a moment under the parameters of then: nothing, if it fits one of their versions."""
    table = risk_history.at(session, office.risk, case.risk_table)
    differing: list[list[Finding]] = []
    for known in rule_tables.parameters_at(session, then.at):
        records = then.records(session, case, Parameters(known))
        try:
            computed = _computed(session, case, content, definition, (table, records))
        except GateRefused as refused:
            row = f"case_contents#{content.cycle}"
            differing += [
                [Finding(case.case_no, row, "posting", "computed.refused", None, refused.rule)]
            ]
            continue
        found = list(_posting(case, content, computed))
        if facts:
            found += [*_facts(case, content, computed), *_level(table, case, computed)]
        if not found:
            return
        differing.append(found)
    yield from differing[0]


def _posted_as(session: Session, cases: Collection[str]) -> dict[str, int]:
    """Where in the whole journal these cases posted; what no case posted was there before them all."""
    numbers = [case_no for case_no in cases if not case_no.startswith(OPENING)]
    if not numbers:
        return {}
    asked = select(JournalEntry.stream, JournalEntry.entry_id).where(
        JournalEntry.stream.in_(numbers), JournalEntry.action == "posted"
    )
    return {row.stream: row.entry_id for row in session.execute(asked)}


def _computed(
    session: Session,
    case: Case,
    content: CaseContent,
    definition: Definition,
    under: tuple[RiskTable, Records],
) -> Computed:
    """What follows from the form on these records, under this risk table."""
    table, records = under
    form = contents.form_again(definition, content.form)
    messages = contents.messages_again(definition, content.messages)
    kind = agencies.get(session, case.agency_code).kind
    try:
        return contents.follows(definition, table, kind, records, form, messages)
    except ArithmeticError as failed:
        raise InvariantBroken("the process can't compute on this form") from failed


def _facts(case: Case, content: CaseContent, computed: Computed) -> Findings:
    """Each fact by its name; facts may say something of a person, so no value is shown."""
    for name in sorted({*content.facts, *computed.facts}):
        if content.facts.get(name) != computed.facts.get(name):
            row = f"case_contents#{content.cycle}"
            yield Finding(case.case_no, row, f"facts.{name}", "computed.fact")


def _level(table: RiskTable, case: Case, computed: Computed) -> Findings:
    demanded = computed.classification
    if posting.stands_below(case, table, demanded):
        stands = (case.risk_level, case.route)
        wanted = (demanded.level, demanded.route)
        yield Finding(case.case_no, "cases", "risk_level", "computed.level", stands, wanted)
    if demanded.meeting_required and not case.meeting_required:
        pair = (case.meeting_required, demanded.meeting_required)
        yield from differs(case.case_no, "cases", "meeting_required", "computed.level", pair)


def _posting(case: Case, content: CaseContent, computed: Computed) -> Findings:
    """Line by line and change by change; they are personal, so no value is shown."""
    for part in _PARTS:
        pairs = zip_longest(content.posting[part], computed.posting[part])
        for number, (signed, wanted) in enumerate(pairs, 1):
            for field in _fields(signed, wanted):
                where = f"posting.{part}.{number}{field}"
                row = f"case_contents#{content.cycle}"
                yield Finding(case.case_no, row, where, "computed.posting")


def _fields(signed: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None) -> list[str]:
    """The fields that differ, or one without a name where the whole row is missing or too many."""
    if signed is None or wanted is None:
        return [""]
    names = sorted({*signed, *wanted})
    return [f".{name}" for name in names if signed.get(name) != wanted.get(name)]

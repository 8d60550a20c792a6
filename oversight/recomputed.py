"""Works out facts, level and posting of a completed case again from its form, as its process would have.

What was signed, journalled and posted may agree in every digest and still be another thing than the form
asks for: whoever holds the server writes facts and posting, and people sign what they are shown. So the
process runs once more, on the register as it stood when the form was handed in, and as it stood when the
case posted: at both the posting must be the signed one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy.orm import Session

from database.clock import office_date
from database.refusals import InvariantBroken
from engine import contents, corrected_cases, enrolling, open_business, posting
from engine.contents import Computed
from engine.defining.definitions import Definition
from engine.office import Office
from engine.process import GateRefused
from engine.record import Case, CaseContent
from engine.rules.risk_file import RiskTable
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.known import Known
from oversight.pages import Page
from oversight.subjects import Subjects
from register import as_of, rosters
from register.parameters import Parameters
from register.records import Records

_PARTS = ("lines", "changes")


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a case was computed: at a time, and at a place in the whole journal.

    ``listed`` are the persons whom an employer's list names, each with the cases that wrote about him.
    """

    at: datetime
    entry_id: int
    case_no: str
    subjects: Subjects
    listed: Mapping[str, Collection[str]]

    def records(
        self, session: Session, case: Case, content: CaseContent, parameters: Parameters
    ) -> Records:
        """What the process saw of the register."""
        on = office_date(case.accepted_at)
        written = self.later(set().union(*self.listed.values()))
        persons = rosters.as_of(session, self.listed, written, on) if self.listed else {}
        records = as_of.load(
            session,
            case.subject_kind,
            case.subject_id,
            then=as_of.Then(self.subjects.wrote, self.later, self.subjects.person),
            accepted_on=on,
            parameters=parameters,
            read=content.posting["read"],
        )
        open_cases = open_business.then(session, case.subject_id, self.at, except_for=case.case_no)
        records = corrected_cases.then(session, records, case, content, self.at)
        return replace(records, open_cases=open_cases, persons=persons)

    def later(self, wrote: Collection[str]) -> set[str]:
        """Of the cases that ``wrote`` about somebody, those that hadn't yet: its own, and later ones."""
        return self.subjects.later(wrote, self.case_no, self.entry_id)


def check(
    page: Page,
    office: Office,
    case: Case,
    cycles: Mapping[int, CaseContent],
    folded: Folded,
    definition: Definition,
    noted: Callable[[Finding], None],
) -> Findings:
    """What the process computes is what was signed, and no lower level than it demands.

    The facts are those of the hand-in: level and route were taken from them. Of an open case nothing is
    computed, since what posts is what was signed. Where somebody was erased whom it read, that is ``noted``.
    """
    content, told = cycles.get(case.cycle), folded.contents.get(case.cycle)
    if case.status != "completed" or content is None or told is None or folded.posted_as is None:
        return
    read = {one["id"] for one in content.posting["read"] if one["kind"] == "person"}
    if is_erased(content.posting) or page.known.erased.keys() & read:
        noted(
            Finding(
                case.case_no, f"case_contents#{case.cycle}", "posting", "erasure.not_worked_out"
            )
        )
        return
    subjects = page.subjects
    listed = rosters.wrote(page.session, _read_persons(case, content))
    then = (case.case_no, subjects, listed)
    handed_in = _Moment(content.submitted_at, told["entry_id"], *then)
    ended_at = case.finished_at or content.submitted_at
    at_the_end = _Moment(ended_at, folded.posted_as, *then)
    of_case = (page, office, case, content, definition)
    yield from _compared(*of_case, handed_in, facts=True)
    # Mostly nobody wrote about those it is about in between, and once is enough.
    about = [{"kind": case.subject_kind, "id": case.subject_id}, *content.posting["read"]]
    wrote = set().union(
        *listed.values(),
        *(subjects.wrote(said["kind"], said["id"]) for said in about if said["id"] not in listed),
    )
    if at_the_end.later(wrote) != handed_in.later(wrote):
        yield from _compared(*of_case, at_the_end, facts=False)


def as_handed_in(
    page: Page,
    case: Case,
    content: CaseContent,
    definition: Definition,
    entry_id: int,
    under: tuple[RiskTable, Parameters],
) -> Computed:
    """What the process would have computed of a form when it was handed in, by these rules.

    ``entry_id`` is the entry of the whole journal by which it was. Raises a gate of the process, and
    InvariantBroken where it can't compute.
    """
    table, parameters = under
    listed = rosters.wrote(page.session, _read_persons(case, content))
    then = _Moment(content.submitted_at, entry_id, case.case_no, page.subjects, listed)
    records = then.records(page.session, case, content, parameters)
    records = replace(records, enrolment=enrolling.of_case(case, content, definition))
    return _computed(page.known, case, content, definition, (table, records))


def _read_persons(case: Case, content: CaseContent) -> set[str]:
    """The persons an employer's posting was computed on, by their ids: those it says it read.

    Which of them a row of the list means is told by the number each of them had then, so nobody can be
    put into another's place here.
    """
    if case.subject_kind != "employer":
        return set()
    return {read["id"] for read in content.posting["read"] if read["kind"] == "person"}


def _compared(
    page: Page,
    office: Office,
    case: Case,
    content: CaseContent,
    definition: Definition,
    then: _Moment,
    *,
    facts: bool,
) -> Findings:
    """What differs at a moment under the parameters of then: nothing, if it fits one of their versions."""
    table = page.known.risk_table(office.risk, case.risk_table)
    differing: list[list[Finding]] = []
    for known in page.known.parameters(then.at):
        enrolment = enrolling.of_case(case, content, definition)
        records = then.records(page.session, case, content, Parameters(known))
        records = replace(records, enrolment=enrolment)
        try:
            computed = _computed(page.known, case, content, definition, (table, records))
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


def _computed(
    known: Known,
    case: Case,
    content: CaseContent,
    definition: Definition,
    under: tuple[RiskTable, Records],
) -> Computed:
    """What follows from the form on these records, under this risk table."""
    table, records = under
    form = contents.form_again(definition, content.form)
    messages = contents.messages_again(definition, content.messages)
    kind = known.kind(case.agency_code)
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
            for named in _fields(signed, wanted):
                where = f"posting.{part}.{number}{named}"
                row = f"case_contents#{content.cycle}"
                yield Finding(case.case_no, row, where, "computed.posting")
    for part in ("payee", "grant", "rule", "corrects"):
        if content.posting.get(part) != computed.posting.get(part):
            row = f"case_contents#{content.cycle}"
            yield Finding(case.case_no, row, f"posting.{part}", "computed.posting")


def _fields(signed: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None) -> list[str]:
    """The fields that differ, or one without a name where the whole row is missing or too many."""
    if signed is None or wanted is None:
        return [""]
    names = sorted({*signed, *wanted})
    return [f".{name}" for name in names if signed.get(name) != wanted.get(name)]

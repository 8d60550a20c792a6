"""The second lock on posting: the only module that may call the register's writers.

The guard believes neither the diagram nor the caller. It reads the sign-offs from their rows,
recomputes every digest and the level that the signed facts demand, demands what level and route demand
(in order, by different natural persons, all over the same content) and only then lets the register be
written.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.keys import signing_keys
from authz.keys.signing_keys import PublicKey
from database import digest, prepared, suites
from database.refusals import InvariantBroken
from engine import contents, corrected_cases, own_registers, signoffs
from engine.handling import Handling
from engine.paying import payable_lines, payment_guard
from engine.record import Case, CaseContent
from engine.rules import risk, risk_history
from engine.rules.risk import Classification
from engine.rules.risk_file import HIGH, REGISTERING, REGISTRATION, STEPS, RiskTable
from engine.signoffs import SignOff
from register import arising, posting_json, writing
from register.deferred import DeferredMapping, DeferredSequence
from register.entries import Posting
from register.payables import Payable, events_of

POST = "post"
# Who may give each step: the post it is named after, and at the counter the teller the maker's.
POSTS = {step: (post,) for post, step in STEPS.items()} | {STEPS["handler"]: ("handler", "teller")}
REGISTRARS = {step: (post,) for post, step in REGISTERING.items()}
DIRECTOR_STEP = STEPS["director"]
MEETING_STEP = STEPS["city_head"]


class PostingRefused(InvariantBroken):
    """The guard found a posting without the sign-offs it needs: a defect or an attack."""


def announce(handling: Handling) -> None:
    """Let the database begin with what the guard reads."""
    case = handling.case
    signoffs.ahead(handling.session, case.case_id, case.cycle)
    prepared.start(handling.session)


def perform(handling: Handling, operation: str) -> None:
    """Carry out a service task of the diagram; ``post`` is the only operation there is."""
    if operation != POST:
        raise InvariantBroken(f"the diagram asks for an unknown operation {operation!r}")
    case, content = handling.case, handling.content
    session = handling.session
    # The guard reads them once it has looked at what needs no reading.
    rows = DeferredSequence(lambda: tuple(signoffs.effective(session, case.case_id, case.cycle)))
    keys = DeferredMapping(lambda: signing_keys.known(session, {row.key_id for row in rows}))
    table = risk_history.at(handling.session, handling.office.risk, case.risk_table)
    _messages_came(case, content, handling.definition.needed_messages())
    guard(case, content, rows, table, keys, agency_kind=handling.agency.kind)
    signed = posting_json.from_json(content.posting)
    register = own_registers.registers(signed)
    if register != (case.process if case.route == REGISTRATION else None):
        raise PostingRefused(
            f"case {case.case_no} enters into a register by business, or none by its own"
        )
    if (signed.corrects is None) == (case.process == corrected_cases.CODE):
        raise PostingRefused(
            f"case {case.case_no} corrects another by business, or none by its own"
        )
    writing.write(
        handling.session,
        signed,
        case_no=case.case_no,
        posting_no=1,
        agency=case.agency_code,
        posted_at=handling.now,
    )
    if signed.corrects is not None:
        corrected_cases.point(handling, signed)
    if register is not None:
        own_registers.enter(handling, signed, [row.signer_person for row in rows])
    arising.arise(
        handling.session, signed, case_no=case.case_no, agency=case.agency_code, at=handling.now
    )
    handling.note_automatic("posted", posting=content.posting_digest, cycle=case.cycle)


def posts_of(step: str, route: str, lane: str) -> tuple[str, ...]:
    """In which posts a step of a route may be given; ``lane`` is that of a process's own step."""
    return (REGISTRARS if route == REGISTRATION else POSTS).get(step, (lane,))


def move(session: Session, payable_ids: Collection[int], at: datetime) -> None:
    """Post the last step of each of these payables, under a number of its own.

    A step is posted on the release that is in force: its signature and its list are recomputed first. Raises
    PaymentRefused (defects or attacks: nothing may be committed).
    """
    asked = select(Payable).where(Payable.payable_id.in_(payable_ids))
    rows = session.execute(asked.order_by(Payable.person_id, Payable.payable_id)).scalars().all()
    told = events_of(session, payable_ids)
    released = {row.payable_id: payable_lines.release_of(told[row.payable_id]) for row in rows}
    for release_id in sorted(set(released.values())):
        payment_guard.require(session, release_id)
    for row in rows:
        event = told[row.payable_id][-1]
        writing.write(
            session,
            Posting(lines=payable_lines.moved(row, event)),
            case_no=event.posting,
            posting_no=1,
            agency=row.agency_code,
            posted_at=at,
        )


def guard(
    case: Case,
    content: CaseContent,
    rows: Sequence[SignOff],
    table: RiskTable,
    keys: Mapping[str, PublicKey],
    *,
    agency_kind: str,
    erased: bool = False,
) -> None:
    """Raise PostingRefused unless ``rows`` are exactly the sign-offs this content needs.

    ``rows`` are those of the case's present cycle, ``table`` is the one it was classified under, ``keys``
    are the registered public keys by their ids. Verification says ``erased`` where the applicant's values
    were: then digests stand for what they cover.
    Source: 陕社保发[2016]27号 §11 (levels 2 and 3), §12 (level 1: each in turn, whoever approves signs).
    """
    _content_is_what_was_signed(case, content, erased=erased)
    demanded = risk.classify(table, case.process, content.facts, agency_kind=agency_kind)
    _level_is_what_facts_demand(case, table, demanded, agency_kind)
    steps = _steps(case, table)
    signed = tuple(row.step for row in rows if row.step in steps)
    if signed != steps:
        raise PostingRefused(f"case {case.case_no} has {list(signed)}, needs {list(steps)}")
    _different_persons(case, content, rows)
    for row in rows:
        covered = signoffs.covered(vars(row))
        _sign_off_holds(case, content, row, covered, erased=erased)
        _signature_holds(case, row, covered, keys.get(row.key_id))
    _routes_agree(case, rows)
    meeting = demanded.meeting_required or case.meeting_required or case.route == "city_meeting"
    if meeting and not any(row.resolution for row in rows if row.step == MEETING_STEP):
        raise PostingRefused(f"case {case.case_no} lacks the resolution of the city meeting")


def _content_is_what_was_signed(case: Case, content: CaseContent, *, erased: bool) -> None:
    if not erased:
        _fields_are_what_was_signed(case, content)
    suite = suites.named(content.suite)
    if (
        digest.digest("form", content.commitments, suite) != content.form_digest
        or digest.digest("materials", content.materials, suite) != content.materials_digest
    ):
        raise PostingRefused(f"the content of case {case.case_no} is not what its digests say")
    if (content.case_id, content.cycle) != (case.case_id, case.cycle):
        raise PostingRefused(f"case {case.case_no} would post another content than its present one")
    if content.missing:
        raise PostingRefused(f"case {case.case_no} lacks required materials")


def _fields_are_what_was_signed(case: Case, content: CaseContent) -> None:
    said = contents.covered(content.applicant, content.form, content.messages)
    suite = suites.named(content.suite)
    posting = contents.posting_digest(content.posting_salt, content.posting, content.facts, suite)
    if (
        said.keys() != content.salts.keys()
        or digest.commitments(said, content.salts, suite) != content.commitments
        or posting != content.posting_digest
    ):
        raise PostingRefused(f"the content of case {case.case_no} is not what its digests say")


def _level_is_what_facts_demand(
    case: Case, table: RiskTable, demanded: Classification, agency_kind: str
) -> None:
    if stands_below(case, table, demanded):
        raise PostingRefused(f"case {case.case_no} stands below the level its facts demand")
    # The city's own route has two steps fewer: a county's case may not take it.
    registers = demanded.route == REGISTRATION
    if (case.route == REGISTRATION) != registers:
        raise PostingRefused(f"case {case.case_no} is none of a register, or one on another route")
    if (
        case.risk_level == HIGH
        and not registers
        and (case.route == "city") != (agency_kind != "county")
    ):
        raise PostingRefused(f"case {case.case_no} of a {agency_kind} takes the route {case.route}")


def stands_below(case: Case, table: RiskTable, demanded: Classification) -> bool:
    """Whether a case stands at a lower level, or on a lower route, than is demanded of it."""
    return case.risk_level > demanded.level or (
        case.risk_level == demanded.level
        and risk.rank(table, case.route) < risk.rank(table, demanded.route)
    )


def _steps(case: Case, table: RiskTable) -> tuple[str, ...]:
    try:
        return risk.steps(table, case.risk_level, case.route)
    except InvariantBroken as unknown:
        raise PostingRefused(f"case {case.case_no}: {unknown}") from unknown


def _messages_came(case: Case, content: CaseContent, needed: frozenset[str]) -> None:
    awaited = needed - set(content.messages or {})
    if awaited:
        raise PostingRefused(f"case {case.case_no} still waits for {sorted(awaited)}")


def _different_persons(case: Case, content: CaseContent, rows: Sequence[SignOff]) -> None:
    persons = [row.signer_person for row in rows]
    if len(set(persons)) != len(persons):
        raise PostingRefused(f"one person signed two steps of case {case.case_no}")
    later = {row.signer_person for row in rows if row.step != "handle"}
    if case.accepted_person in later:
        raise PostingRefused(f"who accepted case {case.case_no} also signed a later step")
    if later.intersection(contents.deliverers(content)):
        raise PostingRefused(f"who delivered data to case {case.case_no} signed a later step")


def _signature_holds(case: Case, row: SignOff, covered: bytes, key: PublicKey | None) -> None:
    """A sign-off is signed by whom it names, with his own key of that time."""
    name = f"sign-off {row.seq} of case {case.case_no}"
    if key is None or key.suite != row.suite:
        raise PostingRefused(f"{name} names no registered key")
    if (key.staff_no, key.person_id) != (row.signer, row.signer_person):
        raise PostingRefused(f"{name} is signed with another person's key")
    if not key.counts_at(row.signed_at):
        raise PostingRefused(f"{name} is signed with a key that was not in use then")
    if not key.verifies(covered, row.signature):
        raise PostingRefused(f"{name} is not signed by {row.signer}")


def _sign_off_holds(
    case: Case, content: CaseContent, row: SignOff, covered: bytes, *, erased: bool
) -> None:
    """One sign-off: unaltered, approving, and over this content, definition, table and level.

    ``covered`` is what its digest and its signature cover, as its row says it now.
    """
    name = f"sign-off {row.seq} of case {case.case_no}"
    suite = suites.named(row.suite)
    if suite.hash(covered).hex() != row.digest:
        raise PostingRefused(f"{name} was altered")
    for salt, said, commitment in (
        (row.opinion_salt, row.opinion, row.opinion_commitment),
        (row.resolution_salt, row.resolution, row.resolution_commitment),
    ):
        if not erased and digest.commitment(salt, said, suite) != commitment:
            raise PostingRefused(f"{name} was altered")
    if row.post not in posts_of(row.step, row.route, row.post):
        raise PostingRefused(f"{name} was given in the post {row.post}")
    if row.decision not in signoffs.APPROVING:
        raise PostingRefused(f"{name} does not approve")
    over = (row.case_no, row.cycle, row.form_digest, row.materials_digest, row.posting_digest)
    present = (
        case.case_no,
        case.cycle,
        content.form_digest,
        content.materials_digest,
        content.posting_digest,
    )
    if over != present or row.definition != case.definition:
        raise PostingRefused(f"{name} covers other content")
    if (row.risk_table, row.risk_level) != (case.risk_table, case.risk_level):
        raise PostingRefused(f"{name} was given at another level, or under another risk table")


def _routes_agree(case: Case, rows: Sequence[SignOff]) -> None:
    """Every sign-off was given on the case's route, but for those before the director escalated it."""
    route = case.route
    for row in reversed(rows):
        if row.decision == "escalate":
            if row.step != DIRECTOR_STEP or (row.route, route) != ("county", "city_approval"):
                raise PostingRefused(f"sign-off {row.seq} of case {case.case_no} can't escalate")
            route = row.route
        if row.route != route:
            raise PostingRefused(f"sign-off {row.seq} of case {case.case_no}: another route")

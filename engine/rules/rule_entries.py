"""What a case of the register of rules says and does: held against the rules of then, and registered.

A rule is changed like money: its text is shown to every signer and covered by each sign-off by its digest,
asked for again at each whether it still fits the other rules, and registered by the guard of postings alone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz import epoch
from authz.offices.agencies import Agency
from database import clock
from database.clock import office_date
from database.refusals import InvariantBroken
from engine import contents, process
from engine.contents import Computed
from engine.defining import verdicts
from engine.defining.definitions import Definition
from engine.handling import Handling
from engine.office import Office
from engine.process import Form
from engine.rules import rule_kinds, rule_registering, rules_in_force
from engine.rules.risk_file import RiskTable
from engine.rules.rule_kinds import DEFINITION, Key, Rules, RuleTextRefused, Texts
from engine.rules.rule_record import RuleText, RuleVersion
from register.parameters import Parameters
from register.records import Records

CODE = "rule_change"
# A session that registered a rule says so, for the edge to put in force what is due when it has committed.
CHANGED = "rules_changed"


class ProposalNotProven(RuleTextRefused):
    """This version of a process is not proven: no case may start on it, so it can't be proposed."""

    rule = "rule_change.not_proven"


def compute(
    session: Session, definition: Definition, table: RiskTable, agency: Agency, form: Form
) -> Computed:
    """What follows from an application: no person's record is read for it."""
    records = Records(None, None, clock.today(session), Parameters())
    return contents.compute(session, definition, table, agency, records, form)


def again(work: Handling, form: Form, table: RiskTable) -> Computed:
    """As ``compute`` for a case as things stand now.

    Raises a gate where the text fits the other rules or the processes no more.
    """
    said = form.model_dump(mode="json")
    try:
        check(work.session, work.office, said, clock.today(work.session))
    except RuleTextRefused as wrong:
        raise process.refuse(
            wrong.rule,
            f"新文本与现行规则或业务流程已不相容，请更正：{wrong.detail}",
            f"The text fits the rules or processes of now no more, correct it: {wrong.detail}",
        ) from wrong
    return compute(work.session, work.definition, table, work.agency, form)


def fits(office: Office, texts: Texts, key: Key, text: str) -> Rules:
    """The rules of the office where one is replaced, a process by one that is proven.

    Raises RuleTextRefused, ProposalNotProven.
    """
    found = rule_kinds.check(texts, key, text, office.catalogue)
    if key[0] == DEFINITION:
        for definition in rule_kinds.changed(key[1], found):
            said = office.prove(definition, found.risk)
            if said["verdict"] != verdicts.PROVEN:
                raise ProposalNotProven(
                    f"This version of {definition.code} is not proven ({verdicts.finding(said)}): no case "
                    "may start on it, so it can't be proposed. Correct the diagram.",
                    facts={"definition": definition.digest},
                )
    return found


def check(session: Session, office: Office, said: Mapping[str, Any], today: date) -> RuleText:
    """The kept text of an application, which fits what is in force on its day and on every later one.

    Raises RuleTextRefused, ProposalNotProven.
    """
    kept = rules_in_force.text_of(session, said["digest"])
    if kept is None or (kept.kind, kept.name) != (said["kind"], said["rule_name"]):
        raise rule_kinds.refused("no text of this rule is kept by this digest: hand it in first")
    key, begins = (kept.kind, kept.name), max(date.fromisoformat(said["effective_on"]), today)
    texts, later = as_of(session, begins)
    fits(office, texts, key, kept.content)
    texts[key] = kept.content
    for other in later:
        fits(office, texts, (other.kind, other.name), other.content)
        texts[other.kind, other.name] = other.content
    return kept


def as_of(session: Session, begins: date) -> tuple[dict[Key, str], list[RuleText]]:
    """The texts that will be in force on a day as far as is registered now, and those that begin later."""
    texts = dict(rules_in_force.read(session).texts())
    later = []
    for version in rules_in_force.waiting(session):
        other = rules_in_force.text_of(session, version.digest)
        if other is None:
            raise InvariantBroken(f"version {version.version_no} of a rule has no text")
        if version.effective_from <= begins:
            texts[other.kind, other.name] = other.content
        else:
            later.append(other)
    return texts, later


def enter(work: Handling, said: Mapping[str, Any]) -> None:
    """Register the version that was signed: from its day on, or from the approval where that comes later."""
    session = work.session
    kept = rules_in_force.text_of(session, said["digest"])
    if kept is None or (kept.kind, kept.name) != (said["kind"], said["rule_name"]):
        raise InvariantBroken(f"case {work.case.case_no} registers a text that is not kept")
    version = RuleVersion(
        digest=kept.digest,
        kind=kept.kind,
        name=kept.name,
        effective_from=max(date.fromisoformat(said["effective_on"]), office_date(work.now)),
        basis=said["basis"],
        case_no=work.case.case_no,
        registered_at=work.now,
    )
    rule_registering.enter(session, work.case.agency_code, [version], actor=work.actor)
    epoch.bump(session)
    session.info[CHANGED] = True

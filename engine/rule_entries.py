"""What a case of the register of rules says and does: held against the rules of then, and registered.

A rule is changed like money: its text is shown to every signer and covered by each sign-off by its digest,
asked for again at each whether it still fits the other rules, and registered by the guard of postings alone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz import epoch
from authz.agencies import Agency
from database import clock
from database.clock import office_date
from database.refusals import InvariantBroken
from engine import contents, process, rule_kinds, rule_registering, rules_in_force
from engine.contents import Computed
from engine.definitions import Catalogue, Definition
from engine.handling import Handling
from engine.process import Form
from engine.risk_file import RiskTable
from engine.rule_kinds import RuleTextRefused
from engine.rule_record import RuleText, RuleVersion
from register.parameters import Parameters
from register.records import Records

CODE = "rule_change"
# A session that registered a rule says so, for the edge to put in force what is due when it has committed.
CHANGED = "rules_changed"


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
        check(work.session, work.office.catalogue, said, clock.today(work.session))
    except RuleTextRefused as wrong:
        raise process.refuse(
            RuleTextRefused.rule,
            f"新文本与现行规则或业务流程已不相容，请更正：{wrong.detail}",
            f"The text fits the rules or processes of now no more, correct it: {wrong.detail}",
        ) from wrong
    return compute(work.session, work.definition, table, work.agency, form)


def check(session: Session, catalogue: Catalogue, said: Mapping[str, Any], today: date) -> RuleText:
    """The kept text of an application, which fits what is in force on its day and on every later one.

    Raises RuleTextRefused.
    """
    kept = rules_in_force.text_of(session, said["digest"])
    if kept is None or (kept.kind, kept.name) != (said["kind"], said["rule_name"]):
        raise rule_kinds.refused("no text of this rule is kept by this digest: hand it in first")
    key, begins = (kept.kind, kept.name), max(date.fromisoformat(said["effective_on"]), today)
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
    rule_kinds.check(texts, key, kept.content, catalogue)
    texts[key] = kept.content
    for other in later:
        rule_kinds.check(texts, (other.kind, other.name), other.content, catalogue)
        texts[other.kind, other.name] = other.content
    return kept


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

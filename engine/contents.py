"""Works out one cycle of a case: facts, risk, the posting, and the digests that sign-offs cover."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from authz.offices.agencies import Agency
from database import digest, prepared, suites
from database.declarative import table_of
from database.direct_slots import set_directly
from database.prepared import Prepared
from database.suites import Suite
from engine.defining.definitions import Definition
from engine.process import Form, Messages, refuse
from engine.record import Case, CaseContent
from engine.rules import risk
from engine.rules.risk import Classification
from engine.rules.risk_file import RiskTable
from register import payees, posting_json, reading, rosters
from register.records import Records

_INSERT = Prepared(insert(table_of(CaseContent)))
# Of the applicant's signature among the materials: the digest of the form that it was given under.
UNDER = "under"
NO_MESSAGES: Messages = {}
_WRITTEN = ("lines", "changes", "payee", "grant", "rule", "corrects")


@set_directly
@dataclass(frozen=True, slots=True)
class Computed:
    """What follows from a form on the register as it stands: facts, classification, posting."""

    facts: dict[str, Any]
    classification: Classification
    posting: dict[str, Any]
    document: dict[str, Any] | None

    @property
    def amount_cents(self) -> int:
        """The amount that grants and routes look at; 0 where the business has none."""
        return int(self.facts.get("amount_cents", 0))


def compute(
    session: Session,
    definition: Definition,
    table: RiskTable,
    agency: Agency,
    records: Records,
    form: Form,
    messages: Messages = NO_MESSAGES,
) -> Computed:
    """Facts, level, route and posting of a form, on the register as ``records`` read it.

    Postings depend on the day of acceptance, never on today. Raises the process's own gates
    (GateRefused) where the business can't be done.
    """
    computed = follows(definition, table, agency.kind, records, form, messages)
    _refuse_taken_numbers(session, computed.posting)
    if definition.document is None:
        return computed
    given = definition.given(messages)
    return replace(computed, document=dict(definition.document(form, records, *given)))


def follows(
    definition: Definition,
    table: RiskTable,
    agency_kind: str,
    records: Records,
    form: Form,
    messages: Messages = NO_MESSAGES,
) -> Computed:
    """Facts, level, route and posting by form, messages and these records alone, without the document.

    Raises the process's own gates (GateRefused).
    """
    said = (form, records, *definition.given(messages))
    facts = dict(definition.facts(*said)) if definition.facts else {}
    classification = risk.classify(table, definition.code, facts, agency_kind=agency_kind)
    posting = definition.posting(*said)
    if payees.owes(posting):
        posting = payees.named(posting, form.model_dump(mode="json"), records)
    return Computed(facts, classification, posting_json.to_json(posting), None)


def _refuse_taken_numbers(session: Session, posting: dict[str, Any]) -> None:
    """A new number that is somebody else's is refused now: a pure posting can't see the others."""
    taken = _owners(session, posting)
    for change in posting["changes"]:
        kind, after, whose = change["kind"], change["after"], change["subject_id"]
        number = after.get("id_no") if kind == "person_key" else None
        if number and taken.get(number) not in (None, whose):
            raise refuse(
                "register.id_no_taken",
                "该公民身份号码已属于另一参保人，请核对证件",
                "This id number already belongs to another insured person: compare the document.",
            )
        code = after.get("uscc") if kind == "employer_key" else None
        if code and reading.find_employer(session, code) not in (None, whose):
            raise refuse(
                "register.uscc_taken",
                "该统一社会信用代码已属于另一参保单位，请核对证照",
                "This credit code already belongs to another insured employer: compare the document.",
            )


def covered(
    applicant: Mapping[str, Any], form: Mapping[str, Any], messages: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Every field that the digest of the form covers, by its name in commitments and evidence.

    ``message.NAME`` is the natural person who delivered that message, ``message.NAME.FIELD`` what it says.
    """
    said = {f"applicant.{name}": value for name, value in applicant.items()}
    said |= {f"form.{name}": value for name, value in form.items()}
    for name, message in (messages or {}).items():
        said[f"message.{name}"] = message["delivered_by"]
        said |= {f"message.{name}.{field}": value for field, value in message["data"].items()}
    return said


def deliverers(content: CaseContent) -> tuple[int, ...]:
    """The natural persons who put in what came from outside: makers of the case, as its acceptor is."""
    return tuple(message["delivered_by"] for message in (content.messages or {}).values())


def _owners(session: Session, posting: dict[str, Any]) -> Mapping[str, str | None]:
    """Whose the numbers are that a posting gives to persons; one query for all that a list brings."""
    numbers = [
        change["after"]["id_no"]
        for change in posting["changes"]
        if change["kind"] == "person_key" and change["after"].get("id_no")
    ]
    if len(numbers) > 1:
        return rosters.owners(session, numbers)
    return {number: reading.find_person(session, number) for number in numbers}


def content_row(
    applicant: dict[str, Any],
    form: Form,
    materials: list[dict[str, Any]],
    missing: list[str],
    computed: Computed,
    signature: str | None,
    messages: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The row of ``case_contents`` with its salted commitments and digests, but for its keys.

    ``signature`` is the code of the material that is the applicant's own: it names what it stands under.
    ``messages`` are those that came, as they are stored.
    """
    fields = form.model_dump(mode="json")
    said = covered(applicant, fields, messages)
    salts = digest.new_salts(said)
    commitments = digest.commitments(said, salts)
    form_digest = digest.digest("form", commitments)
    materials = [
        {**material, UNDER: form_digest} if material["code"] == signature else material
        for material in materials
    ]
    posting_salt = digest.new_salt()
    return {
        "applicant": applicant,
        "form": fields,
        "messages": messages,
        "salts": salts,
        "commitments": commitments,
        "form_digest": form_digest,
        "materials": materials,
        "missing": missing,
        "materials_digest": digest.digest("materials", materials),
        "facts": computed.facts,
        "posting": computed.posting,
        "posting_salt": posting_salt,
        "suite": suites.current().name,
        "posting_digest": posting_digest(posting_salt, computed.posting, computed.facts),
    }


def add(
    session: Session, case: Case, row: dict[str, Any], account_id: int, at: datetime
) -> CaseContent:
    """Insert what the case says in its present cycle; ``at`` is the command's one moment."""
    keyed = {
        **row,
        "case_id": case.case_id,
        "cycle": case.cycle,
        "submitted_by": account_id,
        "submitted_at": at,
    }
    _INSERT.write(session, keyed)
    prepared.start(session)
    return prepared.record(CaseContent, keyed)


def form_again(definition: Definition, stored: dict[str, Any]) -> Form:
    """The checked form of an earlier cycle, read back from its stored JSON."""
    return definition.form.model_validate(stored)


def messages_again(definition: Definition, stored: Mapping[str, Any] | None) -> Messages:
    """The messages that came, read back from their stored JSON."""
    return {
        name: definition.messages[name].model_validate(message["data"])
        for name, message in (stored or {}).items()
    }


def posting_digest(
    salt: str, posting: dict[str, Any], facts: dict[str, Any], suite: Suite | None = None
) -> str:
    """The salted digest of a posting and of the facts that its level and route rest on.

    Salted, so that bank accounts in it can't be guessed; with the facts, so that nobody can lower
    what the guard demands by editing them.
    """
    return digest.digest("posting", [salt, posting, facts], suite)


def written(posting: Mapping[str, Any]) -> list[Any]:
    """What of a posting would be written, part by part; explanations and versions read don't count."""
    return [posting.get(part) for part in _WRITTEN]


def differs(signed: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether what would be written has changed."""
    return written(signed) != written(now)

"""What every process folder must keep, whoever wrote it: tests over all deployed folders."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pypdf import PdfReader

from database.refusals import Invalid
from engine.defining import definitions
from engine.defining.definition import Definition
from engine.defining.examples import Example
from engine.paperwork import documents
from engine.rules import risk
from register import posting_json
from register.changes import KINDS, withdraws
from register.chart import ACCOUNTS
from register.entries import Posting
from tests import example_records, form_strategies
from tests.every_way import walks
from tests.example_runs import came, compute

ROOT = Path(__file__).parents[2]
TABLE = risk.load(ROOT / "risk_levels.yaml")
CATALOGUE = definitions.load([ROOT / "processes"], ROOT / "processes" / "_shared")
CODES = [definition.code for definition in CATALOGUE.all()]
EXAMPLES = [
    pytest.param(definition, example, id=f"{definition.code}:{example.name.en}")
    for definition in CATALOGUE.all()
    for example in definition.examples
]
DOCUMENTS = [
    pytest.param(definition, example, id=f"{definition.code}:{example.name.en}")
    for definition in CATALOGUE.all()
    for example in definition.examples
    if example.expect.document
]
# What a template decides by, and the day, which it writes in words.
CODED = ("kind", "scope", "as_of")
COUNTY_ROUTES = ("county", "city_approval", "city_meeting")
PATHS = [(3, ""), (2, ""), *((1, route) for route in (*COUNTY_ROUTES, "city"))]
every_process = pytest.mark.parametrize("definition", CATALOGUE.all(), ids=CODES)


def test_the_catalogue_is_there_and_fits_the_risk_table() -> None:
    # The most and the least risky of each domain are there; every shipped one stands in the risk table.
    assert {"account_adjustment", "benefit_adjustment", "person_info_change_key"} <= set(CODES)
    assert set(CODES) <= set(TABLE.entries)
    risk.check(TABLE, CATALOGUE)


@every_process
def test_it_is_named_drawn_and_described_in_both_languages(definition: Definition) -> None:
    assert definition.names.zh
    assert definition.names.en
    assert definition.guide.basis
    assert definition.guide.steps
    assert definition.folder.files["process.bpmn"].count(b"BPMNShape") > 1
    schemas = [definition.form_schema()]
    schemas += [definition.message_schema(name) or {} for name in definition.messages]
    fields = {
        (number, name): field
        for number, schema in enumerate(schemas)
        for name, field in schema["properties"].items()
    }
    rows = [
        field
        for listed in fields.values()
        for field in listed.get("items", {}).get("properties", {}).values()
        # Only what is about persons as a whole has personal rows.
        if listed.get("personal") or not field.get("personal")
    ]
    assert len(rows) == sum(
        len(listed.get("items", {}).get("properties", {})) for listed in fields.values()
    ), "what is personal has its own field"
    for field in (*fields.values(), *rows):
        assert field["title"]
        assert field["title_zh"]
        allowed = [v for part in (field, *field.get("anyOf", ())) for v in allowed_values(part)]
        assert set(field.get("choices", {})) == set(allowed), "every allowed value has its names"
        assert not (allowed and field.get("personal")), "a code identifies nobody: signers read it"
    for names in definition.fact_names.values():
        assert names.zh
        assert names.en
    for material in definition.guide.materials:
        assert material.identity or not material.required or material.legal_basis


@every_process
@pytest.mark.parametrize(("level", "route"), PATHS)
def test_every_path_posts_exactly_what_was_signed_in_order(
    definition: Definition, level: int, route: str
) -> None:
    ends = set()
    for walk in walks(definition.model, level, route):
        ends.add(walk.ended)
        if walk.ended == "completed":
            assert tuple(walk.signed) == risk.steps(TABLE, level, walk.route)
            assert walk.posted == 1
        else:
            assert walk.posted == 0
    assert ends == {"completed", "refused"}


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_an_example_comes_out_as_it_says(definition: Definition, example: Example) -> None:
    expect = example.expect
    records = example_records.records(example.record, date.fromisoformat(example.accepted_on))
    if expect.invalid is not None:
        with pytest.raises(ValidationError) as wrong:
            definition.form.model_validate(dict(example.form))
        assert {".".join(map(str, e["loc"])) for e in wrong.value.errors()} == set(expect.invalid)
        return
    form = definition.form.model_validate(dict(example.form))
    messages = came(definition, example)
    if expect.refused is not None:
        with pytest.raises(Invalid) as gate:
            compute(definition, form, records, messages)
        assert gate.value.rule == expect.refused
        return
    facts, posting = compute(definition, form, records, messages)
    classified = risk.classify(TABLE, definition.code, facts, agency_kind=example.agency)
    assert (classified.level, classified.route) == (expect.level, expect.route or "")
    assert risk.posts(TABLE, classified.level, classified.route) == tuple(expect.signers)
    check_posting(posting)
    assert [(x.account, x.side, x.amount_cents) for x in posting.lines] == [
        (x.account, x.side, x.amount_cents) for x in expect.lines
    ]
    assert [change.kind for change in posting.changes] == [change.kind for change in expect.changes]
    for change, expected in zip(posting.changes, expect.changes, strict=True):
        assert {name: change.after.get(name) for name in expected.after} == dict(expected.after)
        if expected.effective_from:
            assert change.effective_from.isoformat() == expected.effective_from
    if expect.document is not None:
        assert definition.document is not None
        said = definition.document(form, records)
        assert {name: said.get(name) for name in expect.document} == dict(expect.document)


@pytest.mark.parametrize(("definition", "example"), DOCUMENTS)
def test_a_document_prints_what_it_says(definition: Definition, example: Example) -> None:
    records = example_records.records(example.record, date.fromisoformat(example.accepted_on))
    assert definition.document is not None
    said = definition.document(definition.form.model_validate(dict(example.form)), records)
    document = documents.IssuedDocument(
        kind="certificate",
        content={**said, "number": "N-1", "verification_code": "ABCDEFGH2345"},
        issued_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
    )
    pdf = documents.render(document, definition.document_template)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    printed = text.replace(" ", "").replace("\n", "")
    told = [value for name, value in said.items() if isinstance(value, str) and name not in CODED]
    assert {said["name"], said["id_no"], said["purpose"]} <= set(told)
    for value in (*told, "ABCDEFGH2345", "N-1"):
        assert value.replace(" ", "") in printed


@every_process
# Forms of lists rarely fit by chance: few of what is drawn gets past the model.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_whatever_the_form_says_the_posting_balances(
    definition: Definition, data: st.DataObject
) -> None:
    body = data.draw(form_strategies.of_schema(definition.form_schema()))
    try:
        form = definition.form.model_validate(body)
    except ValidationError:
        reject()
    example = data.draw(st.sampled_from(list(definition.examples)))
    on = date.fromisoformat(example.accepted_on)
    records = example_records.records(example.record, on)
    messages = came(definition, example)
    for name, message in definition.messages.items():
        if data.draw(st.booleans()):
            said = data.draw(form_strategies.of_schema(definition.message_schema(name) or {}))
            try:
                messages[name] = message.model_validate(said)
            except ValidationError:
                reject()
    try:
        facts, posting = compute(definition, form, records, messages)
    except Invalid:
        return
    check_posting(posting)
    risk.classify(TABLE, definition.code, facts, agency_kind="county")
    stored = definition.form.model_validate(form.model_dump(mode="json"))
    kept = {
        name: definition.messages[name].model_validate(message.model_dump(mode="json"))
        for name, message in messages.items()
    }
    again = compute(definition, stored, example_records.records(example.record, on), kept)
    assert again == (facts, posting), "the same form and register give the same posting"


def allowed_values(part: dict[str, Any]) -> list[str]:
    return part.get("enum") or ([part["const"]] if "const" in part else [])


def check_posting(posting: Posting) -> None:
    assert posting_json.from_json(posting_json.to_json(posting)) == posting
    assert posting.read
    assert (
        sum(line.amount_cents * (1 if line.side == "debit" else -1) for line in posting.lines) == 0
    )
    for line in posting.lines:
        assert line.amount_cents > 0
        assert ACCOUNTS[line.account].personal == (line.subject_id is not None)
    for change in posting.changes:
        kind = KINDS[change.kind]
        assert change.subject_kind == kind.subject_kind
        assert set(change.before) <= set(change.after)
        for name, value in change.after.items():
            known = kind.fields[name](value) or withdraws(change.kind, change.after)
            assert known, f"{change.kind}.{name} is {value!r}"
        if kind.identity not in change.after:
            assert kind.needed <= set(change.after)

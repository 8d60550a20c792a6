"""Checks what a case says, cycle by cycle: its fields, materials and posting are what was signed for."""

from collections.abc import Mapping

from database import digest, suites
from engine import contents as case_contents
from engine.defining.definitions import Definition
from engine.record import Case, CaseContent
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.known import Known


def check(
    known: Known,
    case: Case,
    contents: Mapping[int, CaseContent],
    folded: Folded | None,
    definition: Definition | None,
) -> Findings:
    """What is wrong with the contents by themselves and against the journal, where it can be read."""
    if folded is not None:
        pair = (sorted(contents), sorted(folded.contents))
        yield from differs(case.case_no, "case_contents", "cycle", "content.cycles", pair)
    if case.cycle in contents:
        yield from _repeated(case, contents[case.cycle], definition)
    for cycle, content in contents.items():
        row = f"case_contents#{cycle}"
        # What was erased is covered by what is left: its commitments, its digests.
        gone = is_erased(content.form)
        if not gone:
            yield from _fields(case, row, content)
        yield from _digests(case, row, content, gone=gone)
        yield from _signed(case, row, content, definition)
        if definition is not None:
            yield from _missing(case, row, content, definition)
        if folded is not None and cycle in folded.contents:
            told = folded.contents[cycle]
            yield from _told(known, case, row, content, told)


def _repeated(case: Case, content: CaseContent, definition: Definition | None) -> Findings:
    """What the case's row repeats for the sake of lists and grants."""
    expected = {
        "subject_kind": content.applicant["kind"],
        "amount_cents": int(content.facts.get("amount_cents", 0)),
    }
    if definition is not None:
        expected["category"] = definition.category
    for column, value in expected.items():
        pair = (getattr(case, column), value)
        yield from differs(case.case_no, "cases", column, f"case.{column}", pair)


def _fields(case: Case, row: str, content: CaseContent) -> Findings:
    """Each field against its salted commitment; what it says stays unsaid."""
    suite = suites.named(content.suite)
    said = case_contents.covered(content.applicant, content.form, content.messages)
    for name in sorted({*said, *content.salts, *content.commitments}):
        complete = name in said and name in content.salts
        recomputed = digest.commitment(content.salts[name], said[name], suite) if complete else None
        if recomputed is None or recomputed != content.commitments.get(name):
            yield Finding(case.case_no, row, name, "content.altered")


def _digests(case: Case, row: str, content: CaseContent, *, gone: bool) -> Findings:
    suite = suites.named(content.suite)
    digests = {
        "form": digest.digest("form", content.commitments, suite),
        "materials": digest.digest("materials", content.materials, suite),
    }
    if not gone:
        digests["posting"] = case_contents.posting_digest(
            content.posting_salt, content.posting, content.facts, suite
        )
    for part, expected in digests.items():
        pair = (getattr(content, f"{part}_digest"), expected)
        yield from differs(case.case_no, row, f"{part}_digest", "content.digest", pair)


def _signed(case: Case, row: str, content: CaseContent, definition: Definition | None) -> Findings:
    """The applicant's own signature stands under this form, not under another."""
    own = None if definition is None else definition.guide.signature
    for material in content.materials:
        if material["code"] == own or case_contents.UNDER in material:
            pair = (material.get(case_contents.UNDER), content.form_digest)
            yield from differs(case.case_no, row, "materials", "content.signature", pair)


def _missing(case: Case, row: str, content: CaseContent, definition: Definition) -> Findings:
    given = {material["code"] for material in content.materials}
    required = (material.code for material in definition.guide.materials if material.required)
    expected = [code for code in required if code not in given]
    yield from differs(case.case_no, row, "missing", "content.missing", (content.missing, expected))


def _told(
    known: Known, case: Case, row: str, content: CaseContent, told: Mapping[str, object]
) -> Findings:
    for part in ("form", "materials", "posting"):
        pair = (getattr(content, f"{part}_digest"), told[part])
        yield from differs(case.case_no, row, f"{part}_digest", "content.not_in_journal", pair)
    pair = (known.staff_no(content.submitted_by), told["submitted_by"])
    yield from differs(case.case_no, row, "submitted_by", "content.submitted", pair)
    pair = (content.submitted_at, told["submitted_at"])
    yield from differs(case.case_no, row, "submitted_at", "content.submitted", pair)

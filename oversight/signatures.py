"""Checks the sign-offs of a case: unaltered, in order, journalled, by distinct persons, over content."""

from collections.abc import Generator, Mapping, Sequence
from itertools import zip_longest

from authz.keys.signing_keys import PublicKey
from database import digest, suites
from engine import signoffs
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.folding import Signed

COVERED_CONTENT = ("form_digest", "materials_digest", "posting_digest")
_TOLD = ("cycle", "step", "decision", "signer", "post")


def check(
    case: Case,
    rows: Sequence[SignOff],
    contents: Mapping[int, CaseContent] | None,
    keys: Mapping[str, PublicKey],
) -> Findings:
    """What is wrong with the sign-offs by themselves and against the contents they cover.

    ``contents`` is None where they can't be read; ``keys`` are the registered public keys by id.
    """
    head = signoffs.GENESIS
    for place, row in enumerate(rows, start=1):
        name = f"sign_offs#{row.seq}"
        yield from differs(case.case_no, name, "seq", "sign_off.gap", (row.seq, place))
        pair = (row.previous_digest, head)
        yield from differs(case.case_no, name, "previous_digest", "sign_off.chain", pair)
        said = yield from _record(case, row)
        yield from _signature(case, row, said, keys.get(row.key_id))
        if contents is not None:
            yield from _covers(case, row, contents.get(row.cycle))
        head = row.digest
    pair = (case.last_sign_off, head)
    yield from differs(case.case_no, "cases", "last_sign_off", "sign_off.last", pair)
    counted = (case.sign_off_count, len(rows))
    yield from differs(case.case_no, "cases", "sign_off_count", "sign_off.count", counted)
    yield from _distinct(case, rows)


def check_journalled(case: Case, rows: Sequence[SignOff], told: Sequence[Signed]) -> Findings:
    """Each sign-off stands in the journal, and each that the journal tells of is there."""
    for row, said in zip_longest(rows, told):
        if row is None:
            entry = f"journal#{said.entry}"
            yield Finding(case.case_no, entry, "sign_off", "sign_off.missing", None, said.digest)
            continue
        name = f"sign_offs#{row.seq}"
        expected = None if said is None else said.digest
        pair = (row.digest, expected)
        yield from differs(case.case_no, name, "digest", "sign_off.not_in_journal", pair)
        for member in _TOLD if said is not None else ():
            pair = (getattr(row, member), getattr(said, member))
            yield from differs(case.case_no, name, member, "sign_off.told_otherwise", pair)


def _record(case: Case, row: SignOff) -> Generator[Finding, None, bytes]:
    """A sign-off as it was signed, its texts included; the bytes that were signed."""
    name = f"sign_offs#{row.seq}"
    yield from differs(case.case_no, name, "case_no", "sign_off.case", (row.case_no, case.case_no))
    said = signoffs.covered(vars(row))
    suite = suites.named(row.suite)
    pair = (row.digest, suite.hash(said).hex())
    yield from differs(case.case_no, name, "digest", "sign_off.altered", pair)
    for text in ("opinion", "resolution"):
        if is_erased(getattr(row, f"{text}_salt")):
            continue
        committed = digest.commitment(getattr(row, f"{text}_salt"), getattr(row, text), suite)
        pair = (committed, getattr(row, f"{text}_commitment"))
        yield from differs(case.case_no, name, text, f"sign_off.{text}", pair)
    return said


def _signature(case: Case, row: SignOff, said: bytes, key: PublicKey | None) -> Findings:
    """It is signed by whom it names, with his own key of that time, under the key's algorithms."""
    name = f"sign_offs#{row.seq}"
    if key is None:
        yield Finding(case.case_no, name, "key_id", "sign_off.key_unknown", row.key_id, None)
        return
    yield from differs(case.case_no, name, "suite", "sign_off.suite", (row.suite, key.suite))
    pair = (row.signer, key.staff_no)
    yield from differs(case.case_no, name, "signer", "sign_off.key_of_another", pair)
    persons = (row.signer_person, key.person_id)
    yield from differs(case.case_no, name, "signer_person", "sign_off.key_of_another", persons)
    if not key.counts_at(row.signed_at):
        yield Finding(case.case_no, name, "signed_at", "sign_off.key_not_in_use", row.signed_at)
    if not key.verifies(said, row.signature):
        yield Finding(case.case_no, name, "signature", "sign_off.not_signed", row.signature)


def _covers(case: Case, row: SignOff, content: CaseContent | None) -> Findings:
    name = f"sign_offs#{row.seq}"
    if content is None:
        yield Finding(case.case_no, name, "cycle", "sign_off.no_content", row.cycle, None)
        return
    for part in COVERED_CONTENT:
        pair = (getattr(row, part), getattr(content, part))
        yield from differs(case.case_no, name, part, "sign_off.other_content", pair)
    for part in ("definition", "risk_table"):
        pair = (getattr(row, part), getattr(case, part))
        yield from differs(case.case_no, name, part, f"sign_off.{part}", pair)


def _distinct(case: Case, rows: Sequence[SignOff]) -> Findings:
    signed: dict[tuple[int, int], str] = {}
    for row in rows:
        before = signed.setdefault((row.cycle, row.signer_person), row.step)
        if before != row.step:
            name = f"sign_offs#{row.seq}"
            yield Finding(case.case_no, name, "signer", "duties.two_steps", row.step, before)

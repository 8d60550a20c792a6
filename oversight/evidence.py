"""Evidence (证据包): one zip that lets anyone verify a case without this office, its database or software.

It holds the record as it was digested and signed, the definition, the risk table, public keys, a seal with
the proof that the case's journal is under it, a readable form, and a checker that needs nothing of ours. A
field is either opened, with its salt, or withheld: its commitment stays, and the signatures still verify.
The whole is signed with the office's key for seals, which a witness knows: so are the files in it.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.keys import signing_keys
from authz.keys.outside_keys import KeyCertificate
from authz.keys.signing_keys import PublicKey
from authz.offices import agencies
from database import digest, suites
from database.clock import moment_text
from engine import contents as case_contents
from engine import journal, signoffs
from engine.archiving import destroyed
from engine.defining.definition import Definition
from engine.journal import JournalEntry
from engine.office import Office
from engine.people import key_register
from engine.record import Case, CaseContent
from engine.rules import risk_history
from engine.scans import files as scans
from engine.signoffs import SignOff
from engine.timing import clock_order_record
from engine.timing.clock_order_record import ClockOrder
from oversight import check_evidence, seal_record, seals
from oversight.erased import is_erased
from oversight.seal_record import Seal

FORMAT = "tongban-evidence-1"
CHECKER = Path(check_evidence.__file__)
FORMAT_TEXT = Path(__file__).parent / "evidence_format.txt"
# Two members of the same content are the same bytes: nothing of the moment of making is in the file.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What evidence shows: personal fields and opinions, and the scans themselves, or their digests only."""

    personal: bool = False
    materials: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """The record of a case, and the files beside it by name, but for the readable form."""

    record: dict[str, Any]
    files: dict[str, bytes]


def collect(session: Session, office: Office, case_no: str, wanted: Wanted) -> Collected:
    """What a case's evidence file holds, from one snapshot; ``members`` makes the file of it.

    Raises DefinitionGone where the version of the process is no longer kept, and InvariantBroken where
    a scan is missing or altered.
    """
    case = session.execute(select(Case).where(Case.case_no == case_no)).scalar_one()
    definition = office.catalogue.at(case.definition)
    table = risk_history.at(session, office.risk, case.risk_table)
    contents = _rows(session, CaseContent, CaseContent.case_id == case.case_id, CaseContent.cycle)
    entries = _rows(session, JournalEntry, JournalEntry.stream == case_no, JournalEntry.seq)
    rows = signoffs.all_of(session, case.case_id)
    orders = clock_order_record.all_of(session, case.case_id)
    seal = seals.latest(session)
    record = {
        "format": FORMAT,
        "case": _case(case),
        "contents": [_content(content, definition, wanted) for content in contents],
        "sign_offs": [_sign_off(row, wanted) for row in rows],
        "clock_orders": [_clock_order(row) for row in orders],
        "journal": [_entry(entry) for entry in entries],
        "keys": _keys(session, seal, {row.key_id for row in rows} | {one.key_id for one in orders}),
        "seal": None if seal is None else seal_record.checkpoint(seal),
        "inclusion": _inclusion(session, seal, entries),
    }
    found = {
        "risk_levels.yaml": table.text.encode(),
        "check_evidence.py": CHECKER.read_bytes(),
        "FORMAT.txt": FORMAT_TEXT.read_bytes(),
    }
    folder = definition.folder
    found |= {f"definition/{definition.code}/{name}": said for name, said in folder.files.items()}
    found |= {f"definition/_shared/{name}": said for name, said in folder.shared.items()}
    if wanted.materials:
        found |= _scans(session, office, case, contents)
    return Collected(record, found)


def members(collected: Collected, readable: bytes) -> dict[str, bytes]:
    """The members of an evidence file by name: all that was collected, the readable form, and the signature.

    The office signs with its key for seals, under the suite of the seal in the file.
    """
    files = {**collected.files, check_evidence.READABLE: readable}
    named = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    said = {**collected.record, "files": named}
    seal = said["seal"]
    suite = suites.current() if seal is None else suites.named(seal["suite"])
    private = seal_record.private_key(suite)
    signed = {
        "suite": suite.name,
        "public_key": suite.public(private).hex(),
        "signature": suite.sign(private, digest.covered("evidence", said, suite)).hex(),
    }
    record = orjson.dumps({**said, "office_signature": signed}, option=orjson.OPT_INDENT_2)
    return {**files, check_evidence.RECORD: record}


def packed(named: Mapping[str, bytes]) -> bytes:
    """The zip of these members; the same members give the same bytes."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(named):
            file.writestr(zipfile.ZipInfo(name, _EPOCH), named[name], zipfile.ZIP_DEFLATED)
    return into.getvalue()


def _rows(session: Session, model: type[Any], where: Any, order: Any) -> list[Any]:
    return list(session.execute(select(model).where(where).order_by(order)).scalars())


def _case(case: Case) -> dict[str, Any]:
    named = (
        "case_no", "process", "definition", "risk_table", "agency_code", "status", "risk_level",
        "route", "cycle",
    )  # fmt: skip
    return {
        **{name: getattr(case, name) for name in named},
        "received_at": moment_text(case.received_at),
        "accepted_at": moment_text(case.accepted_at),
        "due_on": case.due_on.isoformat(),
    }


def _content(content: CaseContent, definition: Definition, wanted: Wanted) -> dict[str, Any]:
    said = case_contents.covered(content.applicant, content.form, content.messages)
    personal = {f"form.{name}" for name in definition.personal_fields()}
    personal |= {
        f"message.{name}.{field}"
        for name in content.messages or {}
        for field in definition.personal_fields_of(name)
    }
    shown = [
        name
        for name in said
        if wanted.personal or not (name.startswith("applicant.") or name in personal)
    ]
    posting = [content.posting_salt, content.posting, content.facts]
    gone = is_erased(content.form)
    if gone:
        # Withheld for ever: the commitments stay, and the signatures verify.
        shown = []
    return {
        "cycle": content.cycle,
        "suite": content.suite,
        "submitted_at": moment_text(content.submitted_at),
        "commitments": content.commitments,
        "opened": {name: [content.salts[name], said[name]] for name in shown},
        "form_digest": content.form_digest,
        "materials": content.materials,
        "materials_digest": content.materials_digest,
        "posting": posting if wanted.personal and not gone else None,
        "posting_digest": content.posting_digest,
        **({"erased": True} if gone else {}),
    }


def _sign_off(row: SignOff, wanted: Wanted) -> dict[str, Any]:
    shown = wanted.personal and not is_erased(row.opinion_salt)
    return {
        "record": signoffs.record(vars(row)),
        "suite": row.suite,
        "digest": row.digest,
        "signature": row.signature,
        "opinion": [row.opinion_salt, row.opinion] if shown else None,
        "resolution": [row.resolution_salt, row.resolution] if shown else None,
    }


def _clock_order(row: ClockOrder) -> dict[str, Any]:
    said = clock_order_record.record(vars(row))
    return {"record": said, "suite": row.suite, "digest": row.digest, "signature": row.signature}


def _entry(entry: JournalEntry) -> dict[str, Any]:
    said = journal.record(vars(entry))
    return {"record": said, "suite": entry.suite, "digest": entry.digest}


def _keys(session: Session, seal: Seal | None, key_ids: Iterable[str]) -> dict[str, Any]:
    found = signing_keys.public_keys(session, list(key_ids))
    return {key_id: _key(session, seal, key) for key_id, key in found.items()}


def _key(session: Session, seal: Seal | None, key: PublicKey) -> dict[str, Any]:
    """A key, with the entry that says whose it is and the proof that this entry is under the seal."""
    entry = key_register.entry_of(session, key)
    return {
        "suite": key.suite,
        "public_key": key.public.hex(),
        "staff_no": key.staff_no,
        "person_id": key.person_id,
        "made_at": moment_text(key.made_at),
        "retired_at": _moment(key.retired_at),
        "certificate": _certificate(session, key),
        "entry": None if entry is None else _entry(entry),
        "inclusion": None if seal is None or entry is None else _proof(session, seal, entry),
    }


def _certificate(session: Session, key: PublicKey) -> str | None:
    """The certificate a key was enrolled with (PEM, with those above it)."""
    found = session.get(KeyCertificate, key.key_id)
    return None if found is None else found.certificate


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment_text(at)


def _inclusion(
    session: Session, seal: Seal | None, entries: Sequence[JournalEntry]
) -> list[dict[str, Any]]:
    """The proof of every entry that is under the seal; none where there is no seal yet."""
    if seal is None:
        return []
    proofs = [(entry.seq, _proof(session, seal, entry)) for entry in entries]
    return [{"seq": seq, **proof} for seq, proof in proofs if proof is not None]


def _proof(session: Session, seal: Seal, entry: JournalEntry) -> dict[str, Any] | None:
    """The proof that an entry is under a seal; None where it is younger."""
    if entry.entry_id > seal.last_entry_id:
        return None
    proof = seals.inclusion(session, entry.entry_id, seal.seal_no)
    return {"place": proof.place, "path": proof.path}


def _scans(
    session: Session, office: Office, case: Case, contents: Sequence[CaseContent]
) -> dict[str, bytes]:
    named = {row["file"] for content in contents for row in content.materials if row["file"]}
    named -= destroyed.among(session, named)
    where = agencies.below(session, case.agency_code)
    return {
        f"materials/{name}": scans.read(session, where, name, office.scans)[0]
        for name in sorted(named)
    }

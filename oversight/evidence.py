"""Evidence (证据包): one zip that lets anyone verify a case without this office, its database or software.

It holds the record as it was digested and signed, the definition, the risk table, public keys, a seal with
the proof that the case's journal is under it, a readable form, and a checker that needs nothing of ours. A
field is either opened, with its salt, or withheld: its commitment stays, and the signatures still verify.
"""

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

from authz import agencies, signing_keys
from database.clock import moment_text
from engine import files, journal, risk_history, signoffs
from engine.definition import Definition
from engine.journal import JournalEntry
from engine.office import Office
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight import check_evidence, seal_record, seals

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


def collect(session: Session, office: Office, case_no: str, wanted: Wanted) -> dict[str, bytes]:
    """The members of a case's evidence file, by name, but for the readable form.

    Raises DefinitionGone where the version of the process is no longer kept, and InvariantBroken where
    a scan is missing or altered.
    """
    case = session.execute(select(Case).where(Case.case_no == case_no)).scalar_one()
    definition = office.catalogue.at(case.definition)
    table = risk_history.at(session, office.risk, case.risk_table)
    contents = _rows(session, CaseContent, CaseContent.case_id == case.case_id, CaseContent.cycle)
    entries = _rows(session, JournalEntry, JournalEntry.stream == case_no, JournalEntry.seq)
    rows = signoffs.all_of(session, case.case_id)
    record = {
        "format": FORMAT,
        "case": _case(case),
        "contents": [_content(content, definition, wanted) for content in contents],
        "sign_offs": [_sign_off(row, wanted) for row in rows],
        "journal": [_entry(entry) for entry in entries],
        "keys": _keys(session, {row.key_id for row in rows}),
        **_sealed(session, entries),
    }
    found = {
        check_evidence.RECORD: orjson.dumps(record, option=orjson.OPT_INDENT_2),
        "risk_levels.yaml": table.text.encode(),
        "check_evidence.py": CHECKER.read_bytes(),
        "FORMAT.txt": FORMAT_TEXT.read_bytes(),
    }
    folder = definition.folder
    found |= {f"definition/{definition.code}/{name}": said for name, said in folder.files.items()}
    found |= {f"definition/_shared/{name}": said for name, said in folder.shared.items()}
    if wanted.materials:
        found |= _scans(session, office, case, contents)
    return found


def packed(members: Mapping[str, bytes]) -> bytes:
    """The zip of these members; the same members give the same bytes."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(members):
            file.writestr(zipfile.ZipInfo(name, _EPOCH), members[name], zipfile.ZIP_DEFLATED)
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
    said = {f"applicant.{name}": value for name, value in content.applicant.items()}
    said |= {f"form.{name}": value for name, value in content.form.items()}
    personal = {f"form.{name}" for name in definition.personal_fields()}
    shown = [
        name
        for name in said
        if wanted.personal or not (name.startswith("applicant.") or name in personal)
    ]
    posting = [content.posting_salt, content.posting, content.facts]
    return {
        "cycle": content.cycle,
        "suite": content.suite,
        "submitted_at": moment_text(content.submitted_at),
        "commitments": content.commitments,
        "opened": {name: [content.salts[name], said[name]] for name in shown},
        "form_digest": content.form_digest,
        "materials": content.materials,
        "materials_digest": content.materials_digest,
        "posting": posting if wanted.personal else None,
        "posting_digest": content.posting_digest,
    }


def _sign_off(row: SignOff, wanted: Wanted) -> dict[str, Any]:
    shown = wanted.personal
    return {
        "record": signoffs.record(vars(row)),
        "suite": row.suite,
        "digest": row.digest,
        "signature": row.signature,
        "opinion": [row.opinion_salt, row.opinion] if shown else None,
        "resolution": [row.resolution_salt, row.resolution] if shown else None,
    }


def _entry(entry: JournalEntry) -> dict[str, Any]:
    said = journal.record(vars(entry))
    return {"record": said, "suite": entry.suite, "digest": entry.digest}


def _keys(session: Session, key_ids: Iterable[str]) -> dict[str, Any]:
    return {
        key_id: {
            "suite": key.suite,
            "public_key": key.public.hex(),
            "staff_no": key.staff_no,
            "person_id": key.person_id,
            "made_at": moment_text(key.made_at),
            "retired_at": _moment(key.retired_at),
        }
        for key_id, key in signing_keys.public_keys(session, list(key_ids)).items()
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment_text(at)


def _sealed(session: Session, entries: Sequence[JournalEntry]) -> dict[str, Any]:
    """The newest seal, and the proof of every entry that is under it; none where there is no seal yet."""
    seal = seals.latest(session)
    under = [entry for entry in entries if seal and entry.entry_id <= seal.last_entry_id]
    if seal is None or not under:
        return {"seal": None, "inclusion": []}
    proofs = [(entry.seq, seals.inclusion(session, entry.entry_id)) for entry in under]
    return {
        "seal": seal_record.checkpoint(seal),
        "inclusion": [
            {"seq": seq, "place": proof.place, "path": proof.path} for seq, proof in proofs
        ],
    }


def _scans(
    session: Session, office: Office, case: Case, contents: Sequence[CaseContent]
) -> dict[str, bytes]:
    named = {row["file"] for content in contents for row in content.materials if row["file"]}
    where = agencies.below(session, case.agency_code)
    return {
        f"materials/{digest}": files.read(session, where, digest, office.data_dir)[0]
        for digest in sorted(named)
    }

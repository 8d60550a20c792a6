"""Evidence files: given out over HTTP and by ``tongban evidence``, checked by ``tongban check-evidence``."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import composition
from api.dependencies import Asking, Commanding
from api.settings import Settings
from authz import decisions
from authz.acts import Act
from database.refusals import NotFound
from engine import views
from engine.exports import exporting
from engine.exports.exporting import Asked
from engine.office import Office
from engine.paperwork import printed_forms
from engine.paperwork.printed_forms import PrintedForm
from engine.record import Case
from oversight import check_evidence, evidence
from oversight.evidence import Collected, Wanted

router = APIRouter(tags=["documents"])

ZIP = "application/zip"
WITHHELD = "（未附）"
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {ZIP: {}}}}


@router.get("/api/cases/{case_no}/evidence", response_class=Response, responses=_ZIP)
def given(case_no: str, caller: Asking) -> Response:
    """A case's evidence, personal fields, opinions and scans withheld: everything still verifies."""
    with caller.reading() as reading:
        case = views.visible_case(reading.session, reading.actor, case_no)
        found, form = _collected(reading.session, reading.office, case, Wanted())
    return _answer(case_no, found, form)


@router.get("/api/cases/{case_no}/evidence/whole", response_class=Response, responses=_ZIP)
def given_whole(case_no: str, caller: Commanding) -> Response:
    """A case's evidence with every field and scan, for an auditor; giving it out is journalled."""
    with caller.command(keyed=False) as command:
        case = views.visible_case(command.session, command.actor, case_no)
        decisions.require(command.session, command.actor, Act("evidence", agency=case.agency_code))
        wanted = Wanted(personal=True, materials=True)
        found, form = _collected(command.session, command.office, case, wanted)
        asked = Asked("evidence_given", "evidence", {"case_no": case_no}, 1, 1)
        mark, packed = exporting.give(
            command.session, command.actor, asked, lambda _mark: _packed(found, form)
        )
    return _zip(f"{case_no}-evidence-{mark.number}.zip", packed)


def write(arguments: argparse.Namespace, chosen: Settings) -> int:
    """``tongban evidence CASE_NO -o FILE``. Raises NotFound for an unknown case."""
    opened = composition.open_office(chosen)
    wanted = Wanted(personal=arguments.personal, materials=arguments.materials)
    try:
        with opened.sessions.reading() as session:
            asked = select(Case).where(Case.case_no == arguments.case_no)
            case = session.execute(asked).scalar_one_or_none()
            if case is None:
                raise NotFound(f"There is no case {arguments.case_no}.", rule="case.not_found")
            found, form = _collected(session, opened.office, case, wanted)
    finally:
        opened.sessions.engine.dispose()
    Path(arguments.output).write_bytes(evidence.packed(evidence.members(found, form.pdf())))
    sys.stdout.write(f"{arguments.output}: evidence of case {arguments.case_no}\n")
    return 0


def check(arguments: argparse.Namespace, chosen: Settings) -> int:
    """``tongban check-evidence FILE``: as the checker in the file does, without any database."""
    del chosen
    witness = [f"--witness={arguments.witness}"] if arguments.witness else []
    young = ["--allow-unsealed"] if arguments.allow_unsealed else []
    return check_evidence.main([*witness, *young, "--", arguments.file])


def _collected(
    session: Session, office: Office, case: Case, wanted: Wanted
) -> tuple[Collected, PrintedForm]:
    found = evidence.collect(session, office, case.case_no, wanted)
    form = printed_forms.of_case(session, office, case)
    if not wanted.personal:
        signed = [{**row, "opinion": WITHHELD} for row in form.content["signatures"]]
        form = replace(form, content={**form.content, "signatures": signed})
    return found, form


def _answer(case_no: str, found: Collected, form: PrintedForm) -> Response:
    """The zip; typeset, signed and packed once the snapshot is given back."""
    return _zip(f"{case_no}-evidence.zip", _packed(found, form))


def _packed(found: Collected, form: PrintedForm) -> bytes:
    return evidence.packed(evidence.members(found, form.pdf()))


def _zip(name: str, packed: bytes) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(packed, media_type=ZIP, headers=headers)

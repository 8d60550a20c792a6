"""Whether this node lives, and whether it can serve: what a supervisor and a load balancer ask."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter
from sqlalchemy import false, select, true
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from api import failures
from api.composition import WRONG_KEY
from api.office_answers import Readiness
from api.running import stopping
from authz.offices.people import NaturalPerson
from database import clock, schema
from database.connection import Sessions
from database.refusals import InvariantBroken, Unavailable
from engine.office import Office
from engine.record import Case
from engine.rules import rule_registering
from engine.timing import deadlines
from jobs import sealing, views

# Room for three of the largest scans: less is as good as full, and still time to make room.
LEAST_FREE_BYTES = 64 * 1024 * 1024
_MEBIBYTE = 1024 * 1024

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
def readyz(request: Request) -> Response:
    """Whether it can serve; if not, 503 and everything that is missing, each with what to do."""
    missing = unready(request.app.state.sessions, request.app.state.office)
    content: dict[str, Any] = {
        "status": "not ready" if missing else "ready",
        "missing": missing,
        "noted": noted(request.app.state.office),
    }
    return Response(orjson.dumps(content), 503 if missing else 200, media_type="application/json")


def noted(office: Office) -> list[dict[str, str]]:
    """What keeps nobody from being served, and somebody should know: ``{"what", "detail"}`` each."""
    found = [
        {
            "what": "rules",
            "detail": f"the installed {kind} {name} is not the registered one and is not used: propose it "
            "on the page /rules",
        }
        for kind, name in rule_registering.differing(office)
    ]
    found += [
        {"what": "definitions", "detail": f"{code} can't be used on this node: {why}"}
        for code, why in sorted(office.catalogue.absent.items())
    ]
    found += [
        {
            "what": "definitions",
            "detail": f"the installed folder {code} is not registered and can't be used: {why}",
        }
        for code, why in sorted(office.unusable.items())
    ]
    # Business without scans goes on.
    if failing := office.scans.failing():
        found.append({"what": "scans", "detail": failing})
    return found


def unready(sessions: Sessions, office: Office) -> list[dict[str, str]]:
    """What keeps this node from serving: ``{"what", "detail"}`` each; empty when nothing does."""
    missing = []
    if stopping.is_under_way():
        missing.append(
            {"what": "stopping", "detail": "this node finishes what it began, then ends"}
        )
    missing += [{"what": "disk", "detail": why} for why in _unwritable(_folders(sessions, office))]
    try:
        # The write lock is taken and given back: a database may be readable and yet locked.
        with sessions.command() as session:
            session.execute(select(true()))
        behind = schema.behind(sessions.engine)
    except SQLAlchemyError as failed:
        return [*missing, _failing(failed)]
    if behind is not None:
        return [*missing, {"what": "schema", "detail": behind}]
    longest = max((found.guide.time_limit.days for found in office.catalogue.known()), default=0)
    try:
        with sessions.command() as session:
            now = clock.now(session)
            session.execute(select(NaturalPerson.name).limit(1)).all()
            # PostgreSQL refuses it, without looking at a row, where nothing can be written.
            session.execute(select(Case.case_id).where(false()).with_for_update())
            failing = views.failing(session, sealing.NAME)
        if failing is not None:
            detail = f"the journal can't be sealed ({failing}): run `tongban verify`, see the log"
            missing.append({"what": "seals", "detail": detail})
        deadlines.due(now, longest, instant=False)
    except SQLAlchemyError as failed:
        missing.append(_failing(failed))
    except InvariantBroken:
        missing.append({"what": "keys", "detail": WRONG_KEY})
    except Unavailable as refusal:
        missing.append({"what": "calendar", "detail": refusal.detail})
    return missing


def _failing(failed: SQLAlchemyError) -> dict[str, str]:
    """The database, in our words: the driver's name its address and who signs in to it."""
    refusal = failures.explained(failed)
    return {"what": "database", "detail": refusal.detail if refusal else "it fails"}


def _folders(sessions: Sessions, office: Office) -> dict[str, Path]:
    """The folders this node writes to, by what holds them."""
    folders = {"the data folder (TONGBAN_DATA_DIR)": office.data_dir}
    if sessions.engine.dialect.name == "sqlite" and (file := sessions.engine.url.database):
        folders["the folder of the database"] = Path(file).parent
    return folders


def _unwritable(folders: dict[str, Path]) -> list[str]:
    """What is wrong with each, in words, without its path: whoever can ask may read this."""
    found = []
    for name, folder in folders.items():
        try:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(bytes(4096))
                probe.flush()
            free = shutil.disk_usage(folder).free
        except OSError as failed:
            found.append(f"{name} can't be written to ({failed.strerror}): mend it or its rights")
            continue
        if free < LEAST_FREE_BYTES:
            least = f"{free // _MEBIBYTE} of at least {LEAST_FREE_BYTES // _MEBIBYTE} MiB are free"
            found.append(f"{name} is full: {least}; make room")
    return found

"""The jobs through HTTP, for who looks after the machine; they are run by ``serve`` and ``worker``."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Asking
from api.monitoring.job_answers import JobList
from jobs import views

router = APIRouter(tags=["jobs"])


@router.get("/api/jobs", response_model=JobList)
def list_jobs(caller: Asking) -> Response:
    """Each job: when it ran and is due again, whether it fails, what it last told."""
    with caller.reading() as reading:
        return reading.answer({"items": views.read(reading.session, reading.actor)})

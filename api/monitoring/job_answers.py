"""What the route of jobs answers."""

from typing import Any

from pydantic import BaseModel


class JobShown(BaseModel):
    """How one job stands. Moments are UTC; ``result`` is what its last turn told."""

    name: str
    status: str
    due_at: str
    started_at: str | None
    ended_at: str | None
    succeeded_at: str | None
    failed_at: str | None
    failure: str | None
    failures: int
    runs: int
    failed_runs: int
    node: str | None
    goes_on: bool
    result: dict[str, Any]


class JobList(BaseModel):
    """Every job."""

    items: list[JobShown]

"""The application: routes, middleware and answers around one office."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from api import composition, openapi, problems, settings
from api.application import Application
from api.archiving import archive, disposals, erasures
from api.auditing import audit, audit_lists, evidence, exports, inspections, seals
from api.casework import cases, drafts, green_channel, meetings, openings, reasons, verbs
from api.defining import calculators, processes, rules
from api.demonstration import demo_route
from api.entitlements import payables, register
from api.heard import feedback, undelivered
from api.monitoring import jobs, logs, metrics
from api.ownership import consultations, first_contacts, owners
from api.paperwork import (
    document_check,
    documents,
    notices,
    paper_blocks,
    papers,
    printed_forms,
    window_refusals,
)
from api.people import (
    grants,
    leaves,
    named_signers,
    qualifications,
    relatives,
    staff,
    staffing,
    stand_ins,
    windows,
)
from api.queueing import board, clocks, preparing, queues, tasks
from api.running import health, stopping, working
from api.running.following import Following
from api.signing_in import access, factor_rules, factors, keys, passwords, sessions, unlocking
from api.uploads import files, lists, signed_scans
from database.clock import Clock
from web import mounting

VERSION = "0.1.0"
PARTS = (
    health,
    metrics,
    sessions,
    factors,
    factor_rules,
    unlocking,
    access,
    staff,
    staffing,
    stand_ins,
    leaves,
    named_signers,
    processes,
    calculators,
    cases,
    clocks,
    tasks,
    files,
    document_check,
    documents,
    papers,
    notices,
    window_refusals,
    windows,
    drafts,
    erasures,
    evidence,
    reasons,
    openings,
    verbs,
    keys,
    passwords,
    preparing,
    signed_scans,
    printed_forms,
    register,
    payables,
    archive,
    disposals,
    seals,
    audit,
    audit_lists,
    exports,
    inspections,
    grants,
    qualifications,
    queues,
    relatives,
    rules,
    jobs,
    lists,
    meetings,
    paper_blocks,
    green_channel,
    board,
    owners,
    consultations,
    first_contacts,
    feedback,
    undelivered,
    demo_route,
)


def create_app(chosen: settings.Settings, clock: Clock | None = None) -> Application:
    """The application over an office opened from settings. Raises as ``composition.open_office``."""
    return around(composition.open_office(chosen, clock))


def around(opened: composition.Opened) -> Application:
    """The application over an open office."""
    rules = Following(opened)

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        """While it runs so do the jobs, if this node is to; at the end every connection is given back."""
        del app
        running_jobs = working.jobs(opened, rules) if opened.jobs else None
        if running_jobs is not None:
            running_jobs.start()
        yield
        if running_jobs is not None:
            running_jobs.stop()
        opened.sessions.engine.dispose()

    # The documentation pages would load scripts from elsewhere; the document itself is served.
    app = Application(
        title="tongban",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url="/api/openapi.json",
        lifespan=running,
    )
    app.state.rules = rules
    rules.tell(lambda office: setattr(app.state, "office", office))
    app.state.sessions = opened.sessions
    app.state.metrics_from = opened.metrics_from
    app.state.address = opened.address
    app.state.provider = opened.provider
    app.state.readings = metrics.Readings(opened.sessions)
    app.router.routes.extend(_routes())
    problems.register(app)
    mounting.mount(app)
    app.state.streams.stopping = stopping.is_under_way
    openapi.publish(app)
    return app


@cache
def _routes() -> Sequence[BaseRoute]:
    """The routes of interface and desk, worked out once in a process, however many applications it makes.

    A route belongs to no application: it reads what it needs from the one that is asked.
    """
    together = APIRouter()
    for part in (*PARTS, *mounting.PARTS):
        together.include_router(part.router)
    return together.routes


def from_environment() -> Application:
    """The application of this process's environment: what each worker of ``serve`` makes."""
    logs.configure()
    return create_app(settings.read(os.environ))

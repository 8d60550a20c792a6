"""Puts the desk into the application: what its pages keep, and its way of saying no.

A new page's router goes here; the application takes its routes in with those of the interface.
"""

from fastapi import FastAPI

from engine.heard.enquiries import Guesses
from web import asset_route, error_pages, exports, home, jobs, languages
from web.archive import disposals as archive_disposals
from web.archive import erasures
from web.archive import files as archive_files
from web.archive import loans as archive_loans
from web.audit import case as audit_case
from web.audit import findings as audit_findings
from web.audit import lists as audit_lists
from web.audit import people as audit_people
from web.audit import rules as audit_rules
from web.audit import samples as audit_samples
from web.audit import seals as audit_seals
from web.audit import search as audit_search
from web.casework import (
    awaited,
    case,
    case_diagram,
    case_entries,
    cases,
    clocks,
    green,
    live,
    meetings,
    signing,
    signing_elsewhere,
)
from web.casework.live import Streams
from web.counter import begin, committing, correcting, done, filling, lists, scans
from web.defining import calculators, guides, process_trial, process_versions, processes, rules
from web.entitlements import payables, register, unmasking
from web.heard import complaints, document_check, evaluation, feedback, progress, undelivered
from web.ownership import consultations, first_contacts, owners
from web.paperwork import paper_blocks, papers, window_refusals
from web.people import grants, leaves, qualifications, staff, staffing, stand_ins, windows
from web.queueing import board, queue, queue_acts
from web.signing_in import (
    access,
    factor_rules,
    factor_step,
    factors,
    keys,
    outside,
    passwords,
    sign_in,
)

PARTS = (
    asset_route,
    home,
    sign_in,
    outside,
    factor_step,
    factors,
    factor_rules,
    passwords,
    access,
    keys,
    languages,
    live,
    queue,
    queue_acts,
    case,
    case_diagram,
    case_entries,
    papers,
    window_refusals,
    awaited,
    cases,
    board,
    clocks,
    meetings,
    paper_blocks,
    green,
    exports,
    owners,
    consultations,
    first_contacts,
    windows,
    register,
    payables,
    archive_files,
    archive_loans,
    archive_disposals,
    erasures,
    signing,
    grants,
    rules,
    staff,
    staffing,
    stand_ins,
    leaves,
    qualifications,
    unmasking,
    signing_elsewhere,
    begin,
    filling,
    correcting,
    committing,
    done,
    scans,
    lists,
    guides,
    calculators,
    progress,
    document_check,
    evaluation,
    complaints,
    feedback,
    processes,
    process_trial,
    process_versions,
    audit_search,
    audit_case,
    audit_people,
    audit_rules,
    audit_seals,
    audit_lists,
    audit_samples,
    audit_findings,
    jobs,
    undelivered,
)
# Paths of these that everybody may read; sign-in, language and assets are it anyway.
PUBLIC: frozenset[str] = frozenset(
    {"/guides", "/guides/{code}", "/progress", "/document-check", "/password-reset"}
    | {"/evaluation", "/complaint", "/complaint/progress"}
) | {
    "/calculators",
    "/calculators/{code}",
}


def mount(app: FastAPI) -> None:
    """Add what the desk keeps to the application, after the API has said how it answers refusals."""
    app.state.places = {
        getattr(route, "path", "") for part in PARTS for route in part.router.routes
    }
    app.state.streams = Streams()
    app.state.guesses = Guesses()
    error_pages.register(app)

"""Puts the desk into the application: what its pages keep, and its way of saying no.

A new page's router goes here; the application takes its routes in with those of the interface.
"""

from fastapi import FastAPI

from engine.heard.enquiries import Guesses
from web import (
    access,
    asset_route,
    awaited,
    board,
    calculators,
    case,
    case_diagram,
    case_entries,
    cases,
    clocks,
    complaints,
    consultations,
    document_check,
    erasures,
    error_pages,
    evaluation,
    exports,
    factor_rules,
    factor_step,
    factors,
    feedback,
    first_contacts,
    grants,
    green,
    guides,
    home,
    jobs,
    keys,
    languages,
    leaves,
    live,
    meetings,
    outside,
    owners,
    paper_blocks,
    papers,
    passwords,
    payables,
    process_trial,
    process_versions,
    processes,
    progress,
    qualifications,
    queue,
    queue_acts,
    register,
    rules,
    sign_in,
    signing,
    signing_elsewhere,
    staff,
    staffing,
    stand_ins,
    undelivered,
    unmasking,
    window_refusals,
    windows,
)
from web.archive import disposals as archive_disposals
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
from web.counter import begin, committing, correcting, done, filling, lists, scans
from web.live import Streams

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

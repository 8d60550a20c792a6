"""The main navigation, cut by post, and the page on which each post's day begins."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI

from web.texts import mark

TELLERS = frozenset({"teller"})
SIGNERS = frozenset({"handler", "reviewer", "deputy_director", "director", "city_approver"}) | {
    "city_head"
}
COUNTY_HEADS = frozenset({"deputy_director", "director"})
KEEPERS = frozenset({"administrator", "internal_control"})
AUDITORS = frozenset({"auditor"})
ARCHIVISTS = frozenset({"archivist"})
FINANCE = frozenset({"finance"})
SUPERVISORS = frozenset({"supervisor"})
# Who sees cases without working on them. The archivist doesn't: he reads what files consist of.
READERS = frozenset({"auditor", "internal_control", "supervisor"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go; ``posts`` is None where it is for everybody."""

    path: str
    text: str
    icon: str
    posts: frozenset[str] | None = None


ENTRIES: Sequence[Entry] = (
    Entry("/desk", mark("Teller desk"), "building", TELLERS),
    Entry("/queue", mark("Queue"), "inbox", TELLERS | SIGNERS | SUPERVISORS | {"internal_control"}),
    Entry("/cases", mark("Cases"), "files", TELLERS | SIGNERS | READERS),
    Entry(
        "/board",
        mark("Board"),
        "progress-check",
        COUNTY_HEADS | SUPERVISORS | AUDITORS | {"city_head", "internal_control"},
    ),
    Entry("/register", mark("Register"), "id", TELLERS | SIGNERS | AUDITORS),
    Entry("/meetings", mark("City meetings"), "users", SIGNERS - COUNTY_HEADS | READERS),
    Entry("/payables", mark("Money out"), "scale", FINANCE | AUDITORS),
    Entry(
        "/archive",
        mark("Archive"),
        "book",
        ARCHIVISTS | {"deputy_director", "director", "city_head", "supervisor", "internal_control"},
    ),
    Entry("/audit", mark("Audit trail"), "shield-check", AUDITORS),
    Entry("/audit/findings", mark("Audit findings"), "list-check", SUPERVISORS),
    Entry(
        "/grants",
        mark("Grant register"),
        "shield-check",
        SUPERVISORS | TELLERS | SIGNERS | AUDITORS | {"internal_control"},
    ),
    Entry("/green-channel", mark("Green channel"), "route", SUPERVISORS),
    Entry("/papers", mark("Numbered paper"), "files", SUPERVISORS),
    Entry("/stand-ins", mark("Stand-ins"), "users", SUPERVISORS | TELLERS | SIGNERS | AUDITORS),
    Entry("/staff", mark("Staff and posts"), "user-check", SUPERVISORS | KEEPERS | AUDITORS),
    Entry(
        "/staffing",
        mark("Staffing"),
        "alert-triangle",
        SUPERVISORS | AUDITORS | {"director", "city_head", "internal_control"},
    ),
    Entry(
        "/clocks",
        mark("Time limits"),
        "alarm",
        SUPERVISORS
        | AUDITORS
        | {"deputy_director", "director", "city_approver", "city_head"}
        | {"internal_control"},
    ),
    Entry(
        "/late-notices",
        mark("Late notices"),
        "list-check",
        SUPERVISORS | AUDITORS | {"internal_control"},
    ),
    Entry(
        "/training",
        mark("Training and certificates"),
        "shield-check",
        SUPERVISORS | KEEPERS | AUDITORS,
    ),
    Entry("/processes", mark("Processes"), "route"),
    Entry("/guides", mark("Public guides"), "book"),
    Entry("/calculators", mark("Calculators"), "scale", frozenset({"guide"}) | TELLERS),
    Entry("/jobs", mark("Background jobs"), "clock", KEEPERS | SUPERVISORS),
    Entry("/password-resets", mark("Lost passwords"), "key", KEEPERS),
    Entry("/second-factors", mark("Second factors"), "key", KEEPERS),
    Entry("/keys", mark("Signing keys"), "key", frozenset({"administrator"})),
    Entry("/progress", mark("Look up progress"), "search", frozenset({"guide"})),
)
PUBLIC = ("/guides", "/calculators", "/progress")
MINE = "/me"
SECURITY = f"{MINE}/security"
# What a person with several posts does first: signing waits for nobody else.
BEGINNINGS: Mapping[str, Collection[str]] = {
    "/queue": SIGNERS,
    "/desk": TELLERS,
    "/audit": AUDITORS,
    "/cases": READERS,
    "/payables": FINANCE,
    "/archive": ARCHIVISTS,
    "/guides": {"guide"},
    "/staff": {"administrator"},
}
POSTS_EN: Mapping[str, str] = {
    "guide": "Enquiries",
    "teller": "Teller",
    "handler": "Handler",
    "reviewer": "Reviewer",
    "deputy_director": "Deputy director",
    "director": "Director",
    "city_approver": "City approver",
    "city_head": "City head",
    "finance": "Finance",
    "auditor": "Auditor",
    "internal_control": "Internal control",
    "supervisor": "Supervisor",
    "archivist": "Archivist",
    "administrator": "Administrator",
}


def entries(app: FastAPI, posts: Collection[str]) -> list[Entry]:
    """The places that a person of these posts goes to, as far as this installation has them."""
    there = _served(app)
    return [
        entry
        for entry in ENTRIES
        if entry.path in there and (entry.posts is None or not entry.posts.isdisjoint(posts))
    ]


def public_entries(app: FastAPI) -> list[Entry]:
    """The places for everybody who isn't signed in."""
    there = _served(app)
    return [entry for entry in ENTRIES if entry.path in PUBLIC and entry.path in there]


def beginning(app: FastAPI, posts: Collection[str]) -> str:
    """The first page of a person of these posts."""
    there = _served(app)
    for path, whose in BEGINNINGS.items():
        if path in there and any(post in whose for post in posts):
            return path
    return MINE


def current(path: str, entry: Entry) -> bool:
    """Whether a page belongs to a place: it is that, or lies below it."""
    return path == entry.path or path.startswith(entry.path + "/")


def _served(app: FastAPI) -> set[str]:
    found: set[str] = app.state.places
    return found

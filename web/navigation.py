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
# The administrators of security and of records (三员, beside the one of the system).
SECURITY = frozenset({"security_administrator"})
REGISTRARS = frozenset({"audit_administrator"})
AUDITORS = frozenset({"auditor"})
ARCHIVISTS = frozenset({"archivist"})
FINANCE = frozenset({"finance"})
SUPERVISORS = frozenset({"supervisor"})
# Who sees cases without working on them. The archivist doesn't: he reads what files consist of.
READERS = frozenset({"auditor", "internal_control", "supervisor"})


# What the places of a navigation are gathered under, in this order; the pinned stand on the bar themselves.
PINNED, BUSINESS, RECORDS, PEOPLE, WATCH, SYSTEM = (
    "pinned",
    "business",
    "records",
    "people",
    "watch",
    "system",
)
GROUPS: Mapping[str, str] = {
    BUSINESS: mark("Services"),
    RECORDS: mark("Records"),
    PEOPLE: mark("People"),
    WATCH: mark("Supervision"),
    SYSTEM: mark("System"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go; ``posts`` is None where it is for everybody, ``group`` where it is found."""

    path: str
    text: str
    icon: str
    posts: frozenset[str] | None = None
    group: str = BUSINESS


@dataclass(frozen=True, slots=True)
class Group:
    """Places that open together; one that stands alone in its group needs no opening."""

    text: str
    entries: tuple[Entry, ...]


ENTRIES: Sequence[Entry] = (
    Entry("/desk", mark("Teller desk"), "building", TELLERS, group=PINNED),
    Entry(
        "/queue",
        mark("Queue"),
        "inbox",
        TELLERS | SIGNERS | SUPERVISORS | {"internal_control"},
        group=PINNED,
    ),
    Entry("/my-cases", mark("My cases"), "user-check", TELLERS | {"handler"}),
    Entry("/questions", mark("Questions to superiors"), "list-check", SIGNERS - {"handler"}),
    Entry("/cases", mark("Cases"), "files", TELLERS | SIGNERS | READERS | REGISTRARS, group=PINNED),
    Entry("/register", mark("Register"), "id", TELLERS | SIGNERS | AUDITORS, group=RECORDS),
    Entry(
        "/board",
        mark("Board"),
        "progress-check",
        COUNTY_HEADS | SUPERVISORS | AUDITORS | {"city_head", "internal_control"},
        group=WATCH,
    ),
    Entry("/meetings", mark("City meetings"), "users", SIGNERS - COUNTY_HEADS | READERS),
    Entry("/payables", mark("Money out"), "scale", FINANCE | AUDITORS),
    Entry(
        "/archive",
        mark("Archive"),
        "book",
        ARCHIVISTS | {"deputy_director", "director", "city_head", "supervisor", "internal_control"},
        group=RECORDS,
    ),
    Entry(
        "/erasures",
        mark("Erasure of persons"),
        "trash",
        ARCHIVISTS | {"internal_control", "director", "city_head"},
        group=RECORDS,
    ),
    Entry("/audit", mark("Audit trail"), "shield-check", AUDITORS | REGISTRARS, group=WATCH),
    Entry("/audit/findings", mark("Audit findings"), "list-check", SUPERVISORS, group=WATCH),
    Entry(
        "/grants",
        mark("Grant register"),
        "shield-check",
        SUPERVISORS | TELLERS | SIGNERS | AUDITORS | {"internal_control"},
        group=PEOPLE,
    ),
    Entry(
        "/rules",
        mark("Register of rules"),
        "book",
        SUPERVISORS | AUDITORS | {"city_head", "internal_control"},
        group=PEOPLE,
    ),
    Entry(
        "/first-contacts",
        mark("First contacts"),
        "users",
        TELLERS | SUPERVISORS | {"guide", "handler", "director", "city_head"},
    ),
    Entry(
        "/windows",
        mark("Windows"),
        "building",
        TELLERS
        | SUPERVISORS
        | AUDITORS
        | COUNTY_HEADS
        | {"guide", "city_head", "internal_control"},
    ),
    Entry("/feedback", mark("What clients said"), "list-check", READERS, group=WATCH),
    Entry(
        "/exports", mark("Files taken out today"), "download", KEEPERS - {"administrator"}, WATCH
    ),
    Entry("/green-channel", mark("Green channel"), "route", SUPERVISORS),
    Entry("/papers", mark("Numbered paper"), "files", SUPERVISORS),
    Entry(
        "/stand-ins",
        mark("Stand-ins"),
        "users",
        SUPERVISORS | TELLERS | SIGNERS | AUDITORS,
        group=PEOPLE,
    ),
    Entry("/leave", mark("Leave and stand-ins"), "users", group=PEOPLE),
    Entry(
        "/staff",
        mark("Staff and posts"),
        "user-check",
        SUPERVISORS | KEEPERS | AUDITORS | SECURITY | REGISTRARS,
        group=PEOPLE,
    ),
    Entry(
        "/staffing",
        mark("Staffing"),
        "alert-triangle",
        SUPERVISORS | AUDITORS | {"director", "city_head", "internal_control"},
        group=PEOPLE,
    ),
    Entry(
        "/clocks",
        mark("Time limits"),
        "alarm",
        SUPERVISORS
        | AUDITORS
        | {"deputy_director", "director", "city_approver", "city_head"}
        | {"internal_control"},
        group=WATCH,
    ),
    Entry(
        "/late-notices",
        mark("Late notices"),
        "list-check",
        SUPERVISORS | AUDITORS | {"internal_control"},
        group=WATCH,
    ),
    Entry(
        "/training",
        mark("Training and certificates"),
        "shield-check",
        SUPERVISORS | KEEPERS | AUDITORS,
        group=PEOPLE,
    ),
    Entry("/processes", mark("Processes"), "route", group=RECORDS),
    Entry("/guides", mark("Public guides"), "book", group=RECORDS),
    Entry("/calculators", mark("Calculators"), "scale", frozenset({"guide"}) | TELLERS),
    Entry("/jobs", mark("Background jobs"), "clock", KEEPERS | SUPERVISORS, group=SYSTEM),
    Entry(
        "/undelivered", mark("Undelivered messages"), "inbox", KEEPERS | SUPERVISORS, group=SYSTEM
    ),
    Entry("/password-resets", mark("Lost passwords"), "key", KEEPERS, group=SYSTEM),
    Entry(
        "/second-factors",
        mark("Second factors"),
        "key",
        SECURITY | {"internal_control"},
        group=SYSTEM,
    ),
    Entry("/keys", mark("Signing keys"), "key", SECURITY, group=SYSTEM),
    Entry(
        "/access",
        mark("Sessions and outside sign-in"),
        "users",
        SECURITY | REGISTRARS | {"internal_control"},
        group=SYSTEM,
    ),
    Entry("/progress", mark("Look up progress"), "search", frozenset({"guide"})),
)
PUBLIC = ("/guides", "/calculators", "/progress")
MINE = "/me"
MY_SECURITY = f"{MINE}/security"
# What a person with several posts does first: signing waits for nobody else.
BEGINNINGS: Mapping[str, Collection[str]] = {
    "/queue": SIGNERS,
    "/desk": TELLERS,
    "/audit": AUDITORS | REGISTRARS,
    "/cases": READERS,
    "/payables": FINANCE,
    "/archive": ARCHIVISTS,
    "/guides": {"guide"},
    "/staff": {"administrator"} | SECURITY,
}


def entries(app: FastAPI, posts: Collection[str]) -> list[Entry]:
    """The places that a person of these posts goes to, as far as this installation has them."""
    there = _served(app)
    return [
        entry
        for entry in ENTRIES
        if entry.path in there and (entry.posts is None or not entry.posts.isdisjoint(posts))
    ]


def groups(listed: Sequence[Entry]) -> list[Group]:
    """Places as a bar shows them: the pinned each by itself, then the others under their groups."""
    pinned = [Group(entry.text, (entry,)) for entry in listed if entry.group == PINNED]
    gathered = (
        Group(text, tuple(entry for entry in listed if entry.group == group))
        for group, text in GROUPS.items()
    )
    return [*pinned, *(group for group in gathered if group.entries)]


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

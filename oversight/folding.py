"""Reads off a case's journal what its tables must say: level, status, waiting steps, sign-offs, contents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.journal import JournalEntry
from engine.record import FINAL_STATUSES
from engine.timing.clocks import Stop

# What the first entry says of the case once and for all, by the columns that repeat it.
FIXED = ("process", "definition", "risk_table", "subject_id", "received_at")
# What every new cycle says anew.
BY_CYCLE = ("cycle", "risk_level", "route", "meeting_required", "due_on")


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off as the journal tells of it.

    ``entry`` is the entry's place in its stream, ``entry_id`` in the whole journal;
    ``opened`` is what its signer had opened before, ``password_at`` when he gave the password that counts:
    both are absent from entries of before they were told.
    """

    entry: int
    entry_id: int
    digest: str
    cycle: int
    step: str
    decision: str
    signer: str | None
    post: str | None
    opened: Sequence[Mapping[str, str]]
    password_at: str | None
    # When its task was opened.
    waited_since: datetime | None = None


@dataclass(slots=True)
class Waiting:
    """An open task as the journal tells of it."""

    post: str
    agency: str
    step_due_on: str | None
    claimed_by: str | None = None


@dataclass(slots=True)
class Timer:
    """A timer as the journal tells of it: when it began and was to be over, and how it ended."""

    name: str
    started_at: datetime
    due_on: str
    due_at: str
    closed_at: datetime | None = None
    outcome: str | None = None


@dataclass(slots=True)
class Folded:
    """What the journal says of a case.

    ``delivered`` are the messages that carried data: the cycle each began, its name, who brought it.
    ``calendar`` names the one that its due day was last counted with; None of before that was told.
    ``posted_as`` and each content's ``entry_id`` are places in the whole journal: a posting writes its entry
    under the lock of whom it is about, so they tell in which order such postings came.
    """

    status: str = "in_progress"
    said: dict[str, Any] = field(default_factory=dict)
    accepted: JournalEntry | None = None
    waiting: dict[tuple[int, str], Waiting] = field(default_factory=dict)
    opened: list[tuple[int, str, str, str, str | None]] = field(default_factory=list)
    opened_at: dict[tuple[int, str], datetime] = field(default_factory=dict)
    signed: list[Signed] = field(default_factory=list)
    contents: dict[int, dict[str, Any]] = field(default_factory=dict)
    posted: list[str] = field(default_factory=list)
    posted_as: int | None = None
    issued: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    scans: list[JournalEntry] = field(default_factory=list)
    timers: dict[int, Timer] = field(default_factory=dict)
    delivered: list[tuple[int, str, str | None]] = field(default_factory=list)
    stops: dict[int, Stop] = field(default_factory=dict)
    warnings: list[JournalEntry] = field(default_factory=list)
    extended_days: int = 0
    calendar: str | None = None
    finished_at: datetime | None = None
    manifest: JournalEntry | None = None
    withdrawal: str | None = None
    missing_told: bool = False
    goes_first: bool = False


def fold(listed: Sequence[JournalEntry]) -> Folded:
    """Go through the entries of one case in order. Raises LookupError for entries that aren't ours."""
    folded = Folded()
    for entry in listed:
        _take(folded, entry)
    if folded.status not in FINAL_STATUSES:
        correcting = any(step == "correct" for _, step in folded.waiting)
        awaiting = folded.missing_told and correcting
        folded.status = (
            "awaiting_materials" if awaiting else "returned" if correcting else "in_progress"
        )
    return folded


def _take(folded: Folded, entry: JournalEntry) -> None:
    if entry.action in FINAL_STATUSES:
        folded.status, folded.finished_at = entry.action, entry.at
        folded.waiting.clear()
    elif "sign_off" in entry.detail:
        # A sign-off's action is its step (design §5): a process may have steps of its own.
        _task_done(folded, entry)
    elif entry.action in _TAKES:
        _TAKES[entry.action](folded, entry)


def _new_cycle(folded: Folded, entry: JournalEntry) -> None:
    detail = entry.detail
    if folded.accepted is None:
        folded.accepted = entry
        folded.said |= {name: detail[name] for name in FIXED}
        folded.said["window_id"] = detail.get("window_id")
    folded.said |= {name: detail[name] for name in BY_CYCLE}
    folded.calendar = detail.get("calendar")
    folded.contents[detail["cycle"]] = {
        "form": detail["form"],
        "materials": detail["materials"],
        "posting": detail["posting"],
        "submitted_by": entry.staff_no,
        "submitted_at": entry.at,
        "entry_id": entry.entry_id,
    }
    folded.waiting.clear()
    folded.missing_told = False


def _message(folded: Folded, entry: JournalEntry) -> None:
    """A message that carries data begins a cycle; materials that lack are asked for as before."""
    if "cycle" in entry.detail:
        told = folded.missing_told
        _new_cycle(folded, entry)
        folded.missing_told = told
        said = (entry.detail["cycle"], entry.detail["name"], entry.staff_no)
        folded.delivered.append(said)


def _timer_started(folded: Folded, entry: JournalEntry) -> None:
    detail = entry.detail
    folded.timers[detail["number"]] = Timer(
        detail["timer"], entry.at, detail["due_on"], detail["due_at"]
    )


def _timer_closed(folded: Folded, entry: JournalEntry) -> None:
    timer = folded.timers[entry.detail["number"]]
    timer.closed_at, timer.outcome = entry.at, entry.action.removeprefix("timer_")


def _clock_stopped(folded: Folded, entry: JournalEntry) -> None:
    said = entry.detail
    folded.stops[said["number"]] = Stop(
        said["number"],
        said["cause"],
        tuple(said["clocks"]),
        entry.at,
        by=entry.staff_no,
        basis=said.get("basis", ""),
    )


def _clock_resumed(folded: Folded, entry: JournalEntry) -> None:
    number = entry.detail["number"]
    folded.stops[number] = replace(folded.stops[number], ended_at=entry.at)
    _due_moved(folded, entry)


def _extended(folded: Folded, entry: JournalEntry) -> None:
    folded.extended_days += entry.detail["days"]
    _due_moved(folded, entry)


def _clock_warning(folded: Folded, entry: JournalEntry) -> None:
    folded.warnings.append(entry)


def _due_moved(folded: Folded, entry: JournalEntry) -> None:
    folded.said["due_on"] = entry.detail["due_on"]
    folded.calendar = entry.detail["calendar"]


def _task_opened(folded: Folded, entry: JournalEntry) -> None:
    detail = entry.detail
    at = (detail["cycle"], detail["step"])
    # Of before steps had days of their own, none is told.
    told = (detail["post"], detail["agency"], detail.get("step_due_on"))
    folded.waiting[at] = Waiting(*told)
    folded.opened.append((*at, *told))
    folded.opened_at[at] = entry.at


def _task_held(folded: Folded, entry: JournalEntry) -> None:
    for (_, step), waiting in folded.waiting.items():
        if step == entry.detail["step"]:
            waiting.claimed_by = entry.staff_no if entry.action == "claimed" else None


def _task_transferred(folded: Folded, entry: JournalEntry) -> None:
    for (_, step), waiting in folded.waiting.items():
        if step == entry.detail["step"]:
            waiting.claimed_by = entry.detail["to"]


def _first(folded: Folded, _entry: JournalEntry) -> None:
    folded.goes_first = True


def _in_turn_again(folded: Folded, _entry: JournalEntry) -> None:
    folded.goes_first = False


def _task_done(folded: Folded, entry: JournalEntry) -> None:
    detail = entry.detail
    folded.waiting.pop((detail["cycle"], detail["step"]), None)
    if "sign_off" in detail:
        folded.signed.append(
            Signed(
                entry=entry.seq,
                entry_id=entry.entry_id,
                digest=detail["sign_off"],
                cycle=detail["cycle"],
                step=detail["step"],
                decision=detail["decision"],
                signer=entry.staff_no,
                post=entry.post,
                opened=detail.get("opened", ()),
                password_at=detail.get("password_at"),
                waited_since=folded.opened_at.get((detail["cycle"], detail["step"])),
            )
        )


def _escalated(folded: Folded, entry: JournalEntry) -> None:
    folded.said["route"] = entry.detail["route"]


def _issued(folded: Folded, entry: JournalEntry) -> None:
    detail = entry.detail
    folded.missing_told = folded.missing_told or detail["document"] == "notice"
    folded.issued.append((detail["document"], detail["number"], detail["digest"], entry.at))


def _scan_added(folded: Folded, entry: JournalEntry) -> None:
    folded.scans.append(entry)


def _manifest(folded: Folded, entry: JournalEntry) -> None:
    folded.manifest = entry


def _posted(folded: Folded, entry: JournalEntry) -> None:
    folded.posted.append(entry.detail["posting"])
    folded.posted_as = entry.entry_id


def _withdrawn(folded: Folded, entry: JournalEntry) -> None:
    folded.withdrawal = entry.detail["reason"]


_TAKES: Mapping[str, Callable[[Folded, JournalEntry], None]] = {
    "accepted": _new_cycle,
    "correct": _new_cycle,
    "message": _message,
    "timer_started": _timer_started,
    "timer_elapsed": _timer_closed,
    "timer_dropped": _timer_closed,
    "clock_stopped": _clock_stopped,
    "clock_resumed": _clock_resumed,
    "clock_warning": _clock_warning,
    "extended": _extended,
    "waiting": _task_opened,
    "claimed": _task_held,
    "released": _task_held,
    "transferred": _task_transferred,
    "green_channel": _first,
    "green_withdrawn": _in_turn_again,
    "register_changed": _task_done,
    "escalated": _escalated,
    "issued": _issued,
    "manifest": _manifest,
    "scan_added": _scan_added,
    "posted": _posted,
    "withdrawn_by_applicant": _withdrawn,
}

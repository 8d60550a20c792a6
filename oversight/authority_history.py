"""What the offices' streams say of agencies, accounts, posts, grants, trainings, as it stood at any entry.

Tables say what is; a right that somebody lent himself for an hour and took back is gone from them. The
streams say what was, and under the seals they can't be made to say something else afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.clock import office_date
from engine.journal import JournalEntry
from engine.office_record import ROWS
from oversight import absence_history
from oversight.absence_history import AbsenceHistory, within

PAGE = 1000
_TABLES = (
    "agencies", "accounts", "post_holdings", "grants", "grant_revocations", "stand_ins",
    "stand_in_ends", "qualification_records", "qualification_voids", "qualification_duties",
    *absence_history.TABLES,
)  # fmt: skip
# Most of an office's stream, and none of it says what anybody may do.
_OTHER = ("signed_in", "signed_out", "register_opened", "list_exported")
Facts = Mapping[str, Any]


class History:
    """Rows of the office by name, each with the entries that noted it, in order.

    Moments are numbers of entries: whoever signs holds the policy epoch, so that no right changes between
    the decision and its entry, and two entries of one second still have an order.
    """

    def __init__(self) -> None:
        self._noted: dict[str, list[tuple[int, Facts]]] = defaultdict(list)
        self._accounts: dict[str, set[str]] = defaultdict(set)
        self._holdings: dict[int, set[str]] = defaultdict(set)
        self._revocations: dict[int, set[str]] = defaultdict(set)
        self._stand_ins: dict[int, set[str]] = defaultdict(set)
        self._ends: dict[int, set[str]] = defaultdict(set)
        self._records: dict[int, set[str]] = defaultdict(set)
        self._voids: dict[int, set[str]] = defaultdict(set)
        self._duties: dict[str, list[str]] = defaultdict(list)
        self.absences = AbsenceHistory(self.at)

    def note(self, entry_id: int, name: str, facts: Facts) -> None:
        """Take in what an entry says of a row; entries come in order."""
        self._noted[name].append((entry_id, facts))
        self.absences.note(name, facts)
        table = name.partition("#")[0]
        if table == "accounts":
            self._accounts[facts["staff_no"]].add(name)
        elif table == "post_holdings":
            self._holdings[facts["account_id"]].add(name)
        elif table == "grant_revocations":
            self._revocations[facts["grant_id"]].add(name)
        elif table == "stand_ins":
            self._stand_ins[facts["deputy_id"]].add(name)
        elif table == "stand_in_ends":
            self._ends[facts["stand_in_id"]].add(name)
        elif table == "qualification_records":
            self._records[facts["person_id"]].add(name)
        elif table == "qualification_voids":
            self._voids[facts["record_id"]].add(name)
        elif table == "qualification_duties":
            self._duties[facts["post"]].append(name)

    def at(self, name: str, entry_id: int) -> Facts | None:
        """A row as it stood just before an entry; None where it wasn't noted yet."""
        for noted_at, facts in reversed(self._noted.get(name, ())):
            if noted_at < entry_id:
                return facts
        return None

    def account(self, staff_no: str, entry_id: int) -> tuple[int, Facts] | None:
        """The id and the row of who had a staff number; None for nobody."""
        for name in sorted(self._accounts.get(staff_no, ())):
            facts = self.at(name, entry_id)
            if facts is not None and facts["staff_no"] == staff_no:
                return int(name.partition("#")[2]), facts
        return None

    def held(self, account_id: int, entry_id: int, on: date) -> Iterator[Facts]:
        """The posts an account held; a dismissal counts at once."""
        for name in sorted(self._holdings.get(account_id, ())):
            facts = self.at(name, entry_id)
            if facts is None or facts["account_id"] != account_id or facts["revoked_at"]:
                continue
            if within(facts, on):
                yield facts

    def stood_in(
        self,
        account_id: int,
        principal: int | None,
        entry_id: int,
        at: datetime,
        *,
        whoever_is_there: bool = False,
    ) -> Iterator[Facts]:
        """The principal's own posts that an account did for him; an early end counts at once.

        Without a principal, those of everybody whom it stood in for. With ``whoever_is_there`` also what is
        registered for his absence alone, as a review that is offered wider takes it.
        """
        on = office_date(at)
        for name in sorted(self._stand_ins.get(account_id, ())):
            facts = self.at(name, entry_id)
            if facts is None or not within(facts, on):
                continue
            if principal not in (None, facts["absent_id"]):
                continue
            ended = self._ends.get(int(name.partition("#")[2]), ())
            if any(self.at(end, entry_id) for end in ended):
                continue
            waits = facts.get("on_absence") and not whoever_is_there
            if waits and not self._away(facts["absent_id"], entry_id, at):
                continue
            for held in self.held(facts["absent_id"], entry_id, on):
                if all(held[column] == facts[column] for column in ("post", "agency_code")):
                    yield held

    def _away(self, account_id: int, entry_id: int, at: datetime) -> bool:
        account = self.at(f"accounts#{account_id}", entry_id)
        if account is None:
            return False
        return self.absences.away(account["person_id"], entry_id, at, timedelta())

    def grant(self, grant_id: str, entry_id: int, on: date) -> Facts | None:
        """A grant that was in force; a revocation counts at once."""
        facts = self.at(f"grants#{grant_id}", entry_id)
        if facts is None or not within(facts, on):
            return None
        ended = self._revocations.get(int(grant_id), ())
        return None if any(self.at(name, entry_id) for name in ended) else facts

    def lacked(self, person_id: int, post: str, entry_id: int, on: date) -> list[str]:
        """The trainings and certificates that a post took and this person didn't have."""
        newest: dict[tuple[str, str], Facts] = {}
        for name in self._duties.get(post, ()):
            facts = self.at(name, entry_id)
            if facts is not None:
                newest[facts["kind"], facts["subject"]] = facts
        binding = [
            wanted
            for wanted, facts in newest.items()
            if _days(facts["binds_from"], facts["binds_to"], on)
        ]
        had = set()
        for name in self._records.get(person_id, ()) if binding else ():
            facts = self.at(name, entry_id)
            struck = self._voids.get(int(name.partition("#")[2]), ())
            if facts is None or any(self.at(void, entry_id) for void in struck):
                continue
            if facts["result"] == "passed" and _days(facts["done_on"], facts["valid_to"], on):
                had.add((facts["kind"], facts["subject"]))
        return [subject for kind, subject in binding if (kind, subject) not in had]


def _days(first: str, last: str | None, on: date) -> bool:
    """Whether a day lies between two as the journal writes them, both included."""
    return date.fromisoformat(first) <= on and (last is None or on <= date.fromisoformat(last))


def load(session: Session, streams: Collection[str]) -> History:
    """Go through these offices' streams. Raises one of ``unreadable.SPOILED`` where they can't be read."""
    history = History()
    for entry_id, detail in _entries(session, streams):
        for name, facts in detail.get(ROWS, {}).items():
            if name.partition("#")[0] in _TABLES:
                history.note(entry_id, name, facts)
    return history


def _entries(session: Session, streams: Collection[str]) -> Iterator[Any]:
    """(entry_id, detail) of what may tell of rights, in order, a page at a time."""
    asked = (
        select(JournalEntry.entry_id, JournalEntry.detail)
        .where(
            JournalEntry.stream.in_(streams),
            JournalEntry.action.not_in(_OTHER),
            JournalEntry.rule.is_(None),
        )
        .order_by(JournalEntry.entry_id)
        .limit(PAGE)
    )
    last = 0
    while page := session.execute(asked.where(JournalEntry.entry_id > last)).all():
        yield from page
        last = page[-1].entry_id

"""What the offices' streams say of leaves, left desks and signers named by the city, at any entry."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from database.clock import office_date

Facts = Mapping[str, Any]
# Tables of what was done to a row of another one: which, and the column that names it.
_ACTS = {
    "leave_confirmations": ("leaves", "leave_id"),
    "leave_ends": ("leaves", "leave_id"),
    "desk_pause_ends": ("desk_pauses", "pause_id"),
    "named_signer_ends": ("named_signers", "naming_id"),
}
_ABSENCES = ("leaves", "desk_pauses")
TABLES = (*_ACTS, *_ABSENCES, "named_signers")


class AbsenceHistory:
    """Who was away and who was named, by the rows that entries noted; ``at`` finds a row as it stood."""

    def __init__(self, at: Callable[[str, int], Facts | None]) -> None:
        self._at = at
        # What was done to a leave, a pause or a naming, by the name of its row; whose they are, by person.
        self._acts: dict[str, set[str]] = defaultdict(set)
        self._absences: dict[int, set[str]] = defaultdict(set)

    def note(self, name: str, facts: Facts) -> None:
        """Take in that an entry told of a row."""
        table = name.partition("#")[0]
        if table in _ABSENCES:
            self._absences[facts["person_id"]].add(name)
        elif table in _ACTS:
            of, key = _ACTS[table]
            self._acts[f"{table}:{of}#{facts[key]}"].add(name)

    def named(self, account_id: int, naming_id: int, entry_id: int, on: date) -> Iterator[Facts]:
        """The county's post that the city had named an account for; an early end counts at once."""
        name = f"named_signers#{naming_id}"
        facts = self._at(name, entry_id)
        if facts is None or facts["deputy_id"] != account_id or not within(facts, on):
            return
        if not self._done("named_signer_ends", name, entry_id):
            yield {**facts, "section": None}

    def away(self, person_id: int, entry_id: int, at: datetime, grace: timedelta) -> bool:
        """Whether a person was on leave, or had been away from his desk for ``grace`` beyond the limit."""
        return any(
            self._on_leave(name, entry_id, at)
            if name.startswith("leaves#")
            else self._paused(name, entry_id, at, grace)
            for name in sorted(self._absences.get(person_id, ()))
        )

    def _on_leave(self, name: str, entry_id: int, at: datetime) -> bool:
        facts = self._at(name, entry_id)
        return (
            facts is not None
            and within(facts, office_date(at))
            and self._done("leave_confirmations", name, entry_id)
            and not self._done("leave_ends", name, entry_id)
        )

    def _paused(self, name: str, entry_id: int, at: datetime, grace: timedelta) -> bool:
        facts = self._at(name, entry_id)
        if facts is None or self._done("desk_pause_ends", name, entry_id):
            return False
        began, limit = (datetime.fromisoformat(facts[one]) for one in ("began_at", "away_from"))
        return office_date(began) == office_date(at) and limit + grace <= at

    def _done(self, table: str, name: str, entry_id: int) -> bool:
        """Whether what this table tells of had been done to a row."""
        return any(self._at(one, entry_id) for one in self._acts.get(f"{table}:{name}", ()))


def within(facts: Facts, on: date) -> bool:
    """Whether a row's dates, both included, hold a day."""
    until = facts["valid_to"]
    first = date.fromisoformat(facts["valid_from"])
    return first <= on and (until is None or on <= date.fromisoformat(until))

"""Who could lawfully sign after each entry of the journal: a plain replay of the rows as it notes them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.rights_nodes import AGENCY, LIMITED, Told

Rows = dict[str, dict[int, Mapping[str, Any]]]
Entry = tuple[int, Mapping[str, Any]]


class Replay:
    """The rows of rights after each entry that changed one; everything in it is of one day and one county."""

    def __init__(self, entries: list[Entry], accounts: Mapping[str, int]) -> None:
        self._accounts = accounts
        self._entries = [one for one in entries if one[1]]

    def lawful(self, told: Told, entry_id: int) -> bool:
        """Whether it was right to let somebody do this just before an entry."""
        return self._allows(self._at(entry_id), told)

    def ever_unlawful(self, told: Told) -> bool:
        """Whether it was right to refuse him at one moment between the two entries around his attempt."""
        changed = [number for number, _ in self._entries if told.before < number <= told.after]
        moments = [told.before + 1, *(number + 1 for number in changed)]
        return any(not self.lawful(told, moment) for moment in moments)

    def _at(self, entry_id: int) -> Rows:
        rows: Rows = {}
        for number, noted in self._entries:
            if number >= entry_id:
                break
            for name, facts in noted.items():
                table, _, key = name.partition("#")
                if key.isdecimal():
                    rows.setdefault(table, {})[int(key)] = facts
        return rows

    def _allows(self, rows: Rows, told: Told) -> bool:
        account = self._accounts[told.staff_no]
        if self._away(rows, account):
            return False
        if told.step == "handle":
            return any(self._grants(rows))
        return self._reviews(rows, account) or any(
            one["deputy_id"] == account
            and self._reviews(rows, one["absent_id"])
            and (not one["on_absence"] or self._away(rows, one["absent_id"]))
            for one in self._going_on(rows, "stand_ins", "stand_in_ends", "stand_in_id")
        )

    @staticmethod
    def _reviews(rows: Rows, account: int) -> bool:
        return any(
            (one["account_id"], one["post"], one["revoked_at"]) == (account, "reviewer", None)
            for one in rows.get("post_holdings", {}).values()
        )

    def _away(self, rows: Rows, account: int) -> bool:
        confirmed = {one["leave_id"] for one in rows.get("leave_confirmations", {}).values()}
        return any(
            one["account_id"] == account and key in confirmed
            for key, one in self._kept(rows, "leaves", "leave_ends", "leave_id")
        )

    def _grants(self, rows: Rows) -> Iterator[Mapping[str, Any]]:
        for one in self._going_on(rows, "grants", "grant_revocations", "grant_id"):
            right = (one["agency_code"], one["post"], one["act"]) == (AGENCY, "teller", "handle")
            if right and one["process"] in (None, LIMITED):
                yield one

    def _going_on(self, rows: Rows, table: str, ends: str, key: str) -> Iterator[Mapping[str, Any]]:
        return (one for _, one in self._kept(rows, table, ends, key))

    @staticmethod
    def _kept(
        rows: Rows, table: str, ends: str, key: str
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The rows that nothing ended."""
        over = {one[key] for one in rows.get(ends, {}).values()}
        return ((number, one) for number, one in rows.get(table, {}).items() if number not in over)

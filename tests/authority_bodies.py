"""Entries for the registers of authority, which may be made as often as one likes."""

from typing import Any


def grant() -> dict[str, Any]:
    """A grant of limited business to the county's tellers."""
    return {
        "post": "teller",
        "agency": "990101",
        "class": "limited",
        "act": "handle",
        "valid_from": "2026-11-02",
        "basis": "授权书〔2026〕3号",
    }


def stand_in() -> dict[str, Any]:
    """A teller stands in for a reviewer for most of a year."""
    return {
        "absent": "R101",
        "deputy": "T103",
        "post": "reviewer",
        "from": "2026-11-02",
        "to": "2027-10-01",
        "reason": "年休假，〔2026〕5号",
    }

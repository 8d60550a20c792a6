"""Entries for the registers of leaves, left desks and named signers, as tests send them."""

from typing import Any


def leave(staff_no: str, **said: Any) -> dict[str, Any]:
    """A leave of somebody's for a week, entered by a supervisor."""
    return {"staff_no": staff_no, **own(), **said}


def own() -> dict[str, Any]:
    """One's own leave for a week."""
    return {
        "kind": "sick",
        "from": "2026-11-02",
        "to": "2026-11-06",
        "permitted_by": "主任批准，请假单〔2026〕7号",
    }


def far(**said: Any) -> dict[str, Any]:
    """A leave that begins so late that nobody is away today by it."""
    return {**own(), "from": "2027-06-01", "to": "2027-06-05", **said}


def pairing(**said: Any) -> dict[str, Any]:
    """A teller is a reviewer's B角, whenever that one is away."""
    return {
        "absent": "R101",
        "deputy": "T102",
        "post": "reviewer",
        "from": "2026-11-02",
        "to": "2027-10-01",
        "reason": "AB角名册〔2026〕1号",
        "only_when_absent": True,
        **said,
    }


def naming() -> dict[str, Any]:
    """The city's approver is named for the county's director."""
    return {
        "staff_no": "P001",
        "agency": "990101",
        "post": "director",
        "from": "2026-11-02",
        "to": "2026-11-30",
        "basis": "市处指派书〔2026〕2号",
    }

"""The commands behind the desk: drafts, what was opened before signing, papers; as fault points walk them."""

from typing import Any

from tests.commanded_office import CHAIN, Command, CommandedOffice, Ready
from tests.people import new_key

_INSTANT = ("payment_account_change", 2, None)
_COUNTY = ("account_adjustment", 1, "county")
_TYPED = {"process": "payment_account_change", "content": {"form": {"bank_name": "半写的"}}}


def _draft(method: str, said: dict[str, Any] | None = None) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        kept = office.hall.T101.post("/api/drafts", _TYPED, status=201)
        path = f"/api/drafts/{kept['draft_id']}"
        return Ready(method, path, office.hall.T101.headers, {"json": said} if said else {})

    return prepare


def _open(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT))
    return office.post(
        "R101", f"/api/cases/{number}/openings", {"opened": ["form", "posting"]}, number
    )


def _add_scan(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_COUNTY), CHAIN[:1])
    scan = office.scan()
    headers = {**scan.headers, "Idempotency-Key": new_key()}
    sent = office.hall.client.post(scan.path, headers=headers, **scan.body)
    said = {"file": sent.json()["file"]}
    return office.post("T101", f"/api/cases/{number}/signed-scans", said, number)


def _print(office: CommandedOffice) -> Ready:
    path = "/api/processes/payment_account_change/application-form"
    body = office.example(*_INSTANT)
    return Ready("POST", path, office.hall.T101.headers, {"json": body})


DESK_COMMANDS: tuple[Command, ...] = (
    Command(
        "keep a draft",
        "POST /api/drafts",
        lambda office: office.post("T101", "/api/drafts", _TYPED),
        201,
    ),
    Command(
        "write over a draft",
        "PUT /api/drafts/{draft_id}",
        _draft("PUT", {**_TYPED, "content": {"form": {"bank_name": "写完的"}}}),
        kept=False,
    ),
    Command(
        "discard a draft",
        "DELETE /api/drafts/{draft_id}",
        _draft("DELETE"),
        204,
        kept=False,
        again=404,
    ),
    Command("open before signing", "POST /api/cases/{case_no}/openings", _open),
    Command("add a signed scan", "POST /api/cases/{case_no}/signed-scans", _add_scan, 201),
    Command(
        "print an application",
        "POST /api/processes/{code}/application-form",
        _print,
        kept=False,
        writes=False,
    ),
)

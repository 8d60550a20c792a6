"""The commands of auditors and of who answers them, as fault points walk them."""

from typing import Any

from tests import audited_office, sealed_journal
from tests.audited_office import FINDINGS, SAID, SAMPLES
from tests.commanded_office import Command, CommandedOffice, Ready

_CASE = ("payment_account_change", 2, None)


def _accepted(office: CommandedOffice) -> str:
    return office.accepted(office.example(*_CASE))


def _draw(office: CommandedOffice) -> Ready:
    _accepted(office)
    sealed_journal.seal(office.hall.client.app.state.sessions)  # type: ignore[attr-defined]
    last = office.hall.A101.get("/api/audit/seals")["items"][0]["seal_no"]
    return office.post("A101", SAMPLES, audited_office.sample_body(seal_no=last))


def _raise(office: CommandedOffice) -> Ready:
    return office.post("A101", FINDINGS, {"case_no": _accepted(office), **SAID})


def _answer(office: CommandedOffice) -> Ready:
    number = audited_office.finding(office.hall, _accepted(office))
    return office.post("S101", f"{FINDINGS}/{number}/answer", SAID)


def _judge(judged: str) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        number = audited_office.answered(office.hall, _accepted(office))
        return office.post("A101", f"{FINDINGS}/{number}/{judged}", SAID)

    return prepare


def _search(office: CommandedOffice) -> Ready:
    sought = {"id_no": office.example(*_CASE)["applicant"]["id_no"]}
    return office.post("A101", "/api/audit/cases/search", sought)


JUDGED = f"POST {FINDINGS}/{{finding_id}}"
AUDIT_COMMANDS: tuple[Command, ...] = (
    Command("search cases of a client", "POST /api/audit/cases/search", _search),
    Command("draw a sample", f"POST {SAMPLES}", _draw, 201),
    Command("raise a finding", f"POST {FINDINGS}", _raise, 201),
    Command("answer a finding", f"POST {FINDINGS}/{{finding_id}}/answer", _answer),
    Command("return an answer", f"{JUDGED}/return", _judge("return")),
    Command("close a finding", f"{JUDGED}/closing", _judge("closing")),
)

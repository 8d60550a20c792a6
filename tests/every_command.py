"""Every command of the interface, in every situation that writes something else: what fault points walk."""

from typing import Any

from tests import authority_bodies, awaited_letter
from tests.access_commands import ACCESS_COMMANDS
from tests.archive_commands import ARCHIVE_COMMANDS
from tests.audit_commands import AUDIT_COMMANDS
from tests.clock_commands import CLOCK_COMMANDS
from tests.commanded_office import CHAIN, MEETING, Command, CommandedOffice, Ready
from tests.correction_commands import CORRECTION_COMMANDS
from tests.desk_commands import DESK_COMMANDS
from tests.erasure_commands import ERASURE_COMMANDS
from tests.export_commands import EXPORT_COMMANDS
from tests.factor_commands import FACTOR_COMMANDS
from tests.green_commands import GREEN_COMMANDS
from tests.key_commands import KEY_COMMANDS
from tests.leave_commands import LEAVE_COMMANDS
from tests.meeting_commands import MEETING_COMMANDS
from tests.owner_commands import OWNER_COMMANDS
from tests.paper_block_commands import PAPER_BLOCK_COMMANDS
from tests.paper_commands import PAPER_COMMANDS
from tests.password_commands import PASSWORD_COMMANDS
from tests.payment_commands import PAYMENT_COMMANDS
from tests.people import PASSWORD, Person
from tests.qualification_commands import QUALIFICATION_COMMANDS
from tests.queue_commands import QUEUE_COMMANDS
from tests.rule_commands import RULE_COMMANDS
from tests.staff_commands import STAFF_COMMANDS
from tests.told_commands import TOLD_COMMANDS
from tests.window_commands import WINDOW_COMMANDS

_INSTANT = ("payment_account_change", 2, None)
_COUNTY = ("account_adjustment", 1, "county")
_APPROVED = ("account_adjustment", 1, "city_approval")
_MET = ("benefit_adjustment", 1, "city_meeting")


def _accept(process: str, level: int, route: str | None = None, **said: Any) -> Any:
    return lambda office: office.post(
        "T101", "/api/cases", {**office.example(process, level, route), **said}
    )


def _sign(
    staff_no: str, which: Any, signed: int = 0, decision: str = "approve", **said: Any
) -> Any:
    return lambda office: office.sign(
        staff_no, office.accepted(office.example(*which), CHAIN[:signed]), decision, **said
    )


def _sign_after_a_meeting(office: CommandedOffice) -> Ready:
    """Each time another meeting: a second case of one that is registered already writes less."""
    number = office.accepted(office.example(*_MET), CHAIN)
    meeting = {**MEETING, "minutes_no": f"处务会议〔2026〕{number[-7:]}号"}
    return office.sign("H001", number, resolution=meeting)


def _handle(office: CommandedOffice) -> Ready:
    number = office.letter_awaited()
    office.hall.T101.post(f"/api/cases/{number}/messages/{awaited_letter.MESSAGE}")
    return office.sign("B101", number)


def _sign_what_changed(office: CommandedOffice) -> Ready:
    """Two cases change one person's record; the first to post makes the second's picture stale."""
    body = office.example(*_INSTANT)
    first, second = office.accepted(body), office.accepted(body)
    office.hall.R101.sign(first)
    return office.sign("R101", second)


def _correct_returned(office: CommandedOffice) -> Ready:
    body = office.example(*_INSTANT)
    number = office.accepted(body)
    office.hall.R101.sign(number, "return", reasons=["materials_unclear"])
    said = {"form": body["form"], "materials": body["materials"]}
    return office.post("T101", f"/api/cases/{number}/correction", said, number)


def _bring_materials(office: CommandedOffice) -> Ready:
    body = office.example(*_INSTANT)
    number = office.accepted({**body, "materials": []})
    said = {"materials": body["materials"]}
    return office.post("T101", f"/api/cases/{number}/correction", said, number)


def _withdraw(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_COUNTY), CHAIN[:1])
    said = {"reason": "申请人撤回"}
    return office.post("T101", f"/api/cases/{number}/withdrawal", said, number)


def _deliver(office: CommandedOffice) -> Ready:
    number = office.letter_awaited()
    path = f"/api/cases/{number}/messages/{awaited_letter.MESSAGE}"
    return office.post("T101", path, case_no=number)


def _deliver_data(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example("transfer_in_interprovince", 1, "county"))
    said = {"data": {"letter_no": "转入联5号", "sent_on": "2026-11-03"}}
    return office.post("T101", f"/api/cases/{number}/messages/contact_letter", said, number)


def _claim(office: CommandedOffice) -> Ready:
    return office.task("R102", office.accepted(office.example(*_INSTANT)), "claim")


def _claim_denied(office: CommandedOffice) -> Ready:
    """Who sees the case and may do nothing with it."""
    return office.task("A101", office.accepted(office.example(*_INSTANT)), "claim")


def _release(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT))
    claimed = office.hall.R102.case(number)["waiting"][0]["task_id"]
    office.hall.R102.post(f"/api/tasks/{claimed}/claim")
    return office.task("R102", number, "release")


def _revoke(office: CommandedOffice) -> Ready:
    path = f"/api/grants/{office.grant()}/revocation"
    return office.post("S101", path, {"reason": "不再需要"})


def _search(kind: str, field: str) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        applicants = [
            body["applicant"] for listed in office.hall.demo["examples"].values() for body in listed
        ]
        new = {one["id_no"] for one in office.hall.demo["newcomers"]}
        ours = [one["id_no"] for one in applicants if one["kind"] == kind]
        ours = [number for number in ours if number not in new]
        return office.post("T101", "/api/register/search", {field: office.choices.choice(ours)})

    return prepare


def _verify(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT), CHAIN[:1])
    path = f"/api/cases/{number}/verification"
    return Ready("POST", path, office.hall.A101.headers, {}, number)


def _simulate(office: CommandedOffice) -> Ready:
    said = {"dismiss": office.choices.choice(CHAIN)}
    path = "/api/staffing/simulation"
    return Ready("POST", path, office.hall.S101.headers, {"json": said})


def _calculate(office: CommandedOffice) -> Ready:
    said = {"birth": "1966-05", "kind": "M"}
    return Ready(
        "POST", "/api/calculators/retirement_date", office.hall.T101.headers, {"json": said}
    )


def _sign_in(password: str = PASSWORD) -> Any:
    return lambda office: Ready(
        "POST",
        "/api/session",
        {},
        {"json": {"staff_no": office.choices.choice(CHAIN), "password": password}},
    )


def _sign_out(office: CommandedOffice) -> Ready:
    return Ready("DELETE", "/api/session", Person(office.hall.client, "R102").headers)


ACCEPT, SIGN = "POST /api/cases", "POST /api/tasks/{task_id}/sign"
CORRECT = "POST /api/cases/{case_no}/correction"
CLAIM, SESSION = "POST /api/tasks/{task_id}/claim", "POST /api/session"
COMMANDS: tuple[Command, ...] = (
    Command("accept level 3", ACCEPT, _accept("person_info_change_general", 3), 201),
    Command("accept with a document", ACCEPT, _accept("enrollment_certificate", 3), 201),
    Command("accept level 2", ACCEPT, _accept(*_INSTANT), 201),
    Command("accept level 1", ACCEPT, _accept(*_COUNTY), 201),
    Command("accept without materials", ACCEPT, _accept(*_INSTANT, materials=[]), 201),
    Command("accept what waits", ACCEPT, _accept(awaited_letter.CODE, 1, "county"), 201),
    Command("handle", SIGN, _handle),
    Command("approve", SIGN, _sign("D101", _COUNTY, 1)),
    Command("approve, level 2 posts", SIGN, _sign("R102", _INSTANT)),
    Command("approve, level 1 posts", SIGN, _sign("Z101", _COUNTY, 2)),
    Command("approve, the city posts", SIGN, _sign("P001", _APPROVED, 3)),
    Command("approve after a meeting", SIGN, _sign_after_a_meeting),
    Command("return", SIGN, _sign("R102", _COUNTY, 0, "return", reasons=["materials_unclear"])),
    Command("refuse", SIGN, _sign("D101", _COUNTY, 1, "refuse")),
    Command("escalate", SIGN, _sign("Z101", _COUNTY, 2, "escalate")),
    Command("sign what changed", SIGN, _sign_what_changed),
    Command("correct", CORRECT, _correct_returned),
    Command("bring materials", CORRECT, _bring_materials),
    Command("withdraw", "POST /api/cases/{case_no}/withdrawal", _withdraw),
    Command("deliver", "POST /api/cases/{case_no}/messages/{name}", _deliver),
    Command("deliver data", "POST /api/cases/{case_no}/messages/{name}", _deliver_data),
    Command("claim", CLAIM, _claim),
    Command("claim, denied", CLAIM, _claim_denied, 403, kept=False),
    Command("release", "POST /api/tasks/{task_id}/release", _release),
    Command("upload", "POST /api/files", CommandedOffice.scan, 201),
    Command("check a list", "POST /api/lists", CommandedOffice.workbook, 201),
    Command(
        "grant",
        "POST /api/grants",
        lambda office: office.post("S101", "/api/grants", authority_bodies.grant()),
        201,
    ),
    Command("revoke", "POST /api/grants/{grant_id}/revocation", _revoke),
    Command("search a person", "POST /api/register/search", _search("person", "id_no")),
    Command("search an employer", "POST /api/register/search", _search("employer", "uscc")),
    Command("verify", "POST /api/cases/{case_no}/verification", _verify, kept=False, writes=False),
    Command("simulate", "POST /api/staffing/simulation", _simulate, kept=False, writes=False),
    Command("calculate", "POST /api/calculators/{code}", _calculate, kept=False, writes=False),
    Command("sign in", SESSION, _sign_in(), 201, kept=False),
    Command("sign in, wrong password", SESSION, _sign_in("not-his-password"), 401, kept=False),
    Command("sign out", "DELETE /api/session", _sign_out, 204, kept=False, again=401),
    *ACCESS_COMMANDS,
    *AUDIT_COMMANDS,
    *CLOCK_COMMANDS,
    *CORRECTION_COMMANDS,
    *DESK_COMMANDS,
    *ERASURE_COMMANDS,
    *EXPORT_COMMANDS,
    *FACTOR_COMMANDS,
    *PAPER_COMMANDS,
    *GREEN_COMMANDS,
    *LEAVE_COMMANDS,
    *MEETING_COMMANDS,
    *OWNER_COMMANDS,
    *PAPER_BLOCK_COMMANDS,
    *PASSWORD_COMMANDS,
    *STAFF_COMMANDS,
    *QUALIFICATION_COMMANDS,
    *RULE_COMMANDS,
    *QUEUE_COMMANDS,
    *PAYMENT_COMMANDS,
    *ARCHIVE_COMMANDS,
    *KEY_COMMANDS,
    *TOLD_COMMANDS,
    *WINDOW_COMMANDS,
)

"""Bodies that fit a busy demo office: for each operation one that it would fulfil."""

from collections.abc import Callable
from typing import Any

from tests import (
    access_commands,
    audited_office,
    authority_bodies,
    calculations,
    clock_commands,
    erased_office,
    erasure_commands,
    exported_office,
    factor_commands,
    green_commands,
    leave_bodies,
    leave_commands,
    met_office,
    owner_commands,
    paper_office,
    papers,
    paying_office,
    qualified,
    queue_commands,
    rule_commands,
    staff_commands,
    window_commands,
)
from tests.commanded_office import MEETING
from tests.people import PASSWORD, new_key
from tests.requested_office import PDF, RequestedOffice
from tests.requested_routes import LOST, POSTS
from tests.software_token import Token


def right(office: RequestedOffice, operation: str, case_no: str, number: int) -> Any:
    """A body that fits; ``number`` chooses among several."""
    own = office.bodies[case_no]
    bodies: dict[str, Callable[[], Any]] = {
        **access_commands.bodies(),
        **factor_commands.bodies(office),
        **_of_the_hall(office, number),
        **owner_commands.bodies(),
        **window_commands.bodies(),
        **queue_commands.bodies(lambda: office.task_of(case_no)),
        "POST /api/session": lambda: {
            "staff_no": list(POSTS.values())[number % len(POSTS)],
            "password": PASSWORD,
        },
        "POST /api/cases": lambda: office.examples[number % len(office.examples)],
        "POST /api/cases/{case_no}/correction": lambda: {
            "form": own["form"],
            "materials": own["materials"],
        },
        "POST /api/cases/{case_no}/clock-stop": lambda: clock_commands.STOP,
        "POST /api/cases/{case_no}/extension": lambda: clock_commands.EXTENSION,
        "POST /api/cases/{case_no}/clock-resumption": lambda: clock_commands.SIGNED,
        "POST /api/cases/{case_no}/clock-signing": lambda: clock_commands.TO_SIGN,
        "POST /api/cases/{case_no}/withdrawal": lambda: {"reason": "申请人撤回"},
        "POST /api/cases/{case_no}/openings": lambda: {"opened": ["form", "posting"]},
        "POST /api/cases/{case_no}/signed-scans": lambda: {"file": _scan(office, number)},
        **_papers(office, case_no),
        "POST /api/drafts": office.draft_body,
        "PUT /api/drafts/{draft_id}": office.draft_body,
        "POST /api/processes/{code}/application-form": lambda: _example_of(office, number),
        "POST /api/tasks/{task_id}/sign": lambda: _sign_off(office, case_no, number),
        "POST /api/tasks/{task_id}/signing": lambda: _sign_off(office, case_no, number),
        "POST /api/key-enrolments": lambda: {"pem": Token("gm-1").public_pem},
        "POST /api/key-enrolments/{enrolment_id}/proof": lambda: {
            "signature": office.token.sign(office.challenge)
        },
        "POST /api/register/persons/{person_id}/unmasking": lambda: {
            "fields": ["id_no"],
            "reason_code": "inspection",
            "reason": "稽核检查",
        },
        "POST /api/register/search": lambda: _search(office, number),
        **_of_the_staff(office),
        "POST /api/audit/cases/search": lambda: {"id_no": office.persons[0]},
        "POST /api/audit/samples": audited_office.sample_body,
        "POST /api/audit/findings": lambda: {"case_no": office.cases[0], **audited_office.SAID},
        "POST /api/audit/findings/{finding_id}/answer": lambda: audited_office.SAID,
        "POST /api/audit/findings/{finding_id}/return": lambda: audited_office.SAID,
        "POST /api/audit/findings/{finding_id}/closing": lambda: audited_office.SAID,
        "POST /api/payables/releases": lambda: _release(office),
        "POST /api/payables/results": lambda: _report(office),
        **office.archive.bodies(),
        "POST /api/calculators/{code}": lambda: calculations.nth(number),
        "POST /api/sessions/{session_id}/end": lambda: {"password": PASSWORD},
        "POST /api/session/password": lambda: {
            "password": PASSWORD,
            "new_password": "秦岭以南种茶树二百亩",
        },
    }
    return bodies[operation]() if operation in bodies else {}


def _of_the_staff(office: RequestedOffice) -> dict[str, Callable[[], Any]]:
    """Grants, stand-ins, accounts and posts, what people learnt and whose relatives they are."""
    return {
        "POST /api/grants": authority_bodies.grant,
        "POST /api/grants/{grant_id}/revocation": lambda: {"reason": "不再需要"},
        "POST /api/stand-ins": authority_bodies.stand_in,
        "POST /api/leaves": leave_bodies.far,
        "POST /api/desk-pause": lambda: leave_commands.CONTACT,
        "POST /api/named-signers": leave_bodies.naming,
        "POST /api/staffing/simulation": lambda: {"absent": "R101"},
        "POST /api/accounts": staff_commands.account_body,
        "POST /api/appointments": staff_commands.appointment_body,
        "POST /api/qualifications": lambda: qualified.training("G101"),
        "POST /api/qualifications/{record_id}/striking-out": lambda: {"reason": "登记有误"},
        "POST /api/qualification-duties": qualified.duty,
        "POST /api/relatives": lambda: qualified.relative(staff_commands.new_id_no()),
        "POST /api/password-resets": lambda: {"staff_no": LOST, "reason": "忘记密码"},
        "POST /api/session/reset": lambda: _by_code(office),
    }


def _papers(office: RequestedOffice, case_no: str) -> dict[str, Callable[[], Any]]:
    return {
        "POST /api/cases/{case_no}/notices": lambda: {"faults": [papers.fault("field", "holder")]},
        "POST /api/cases/{case_no}/notice-permits": lambda: {
            "items": [{"kind": "field", "code": "holder"}],
            **papers.OVERLOOKED,
        },
        "POST /api/cases/{case_no}/documents/{number}/deliveries": lambda: papers.delivery(
            office.paper(case_no)
        ),
        "POST /api/window-refusals": lambda: papers.refusal(office.hall),
    }


def _of_the_hall(office: RequestedOffice, number: int) -> dict[str, Callable[[], Any]]:
    """Meetings, numbered paper, who goes first."""
    return {
        "POST /api/meetings": lambda: _meeting(office),
        "POST /api/meetings/{meeting_id}/cases": lambda: {"cases": [office.case_for("H001")]},
        "POST /api/meetings/{meeting_id}/minutes": lambda: _minutes(office, number),
        "POST /api/rules/texts": rule_commands.text_body,
        "POST /api/rules/retirements": rule_commands.retirement_body,
        "POST /api/rules/changes": lambda: rule_commands.change_body(office.hall),
        "POST /api/paper-blocks": lambda: {"window": "1号窗口", "count": 3},
        "POST /api/paper-voids": lambda: {
            "paper_no": paper_office.reserved(office.hall, 1)[0],
            "reason": "污损",
        },
        "POST /api/cases/{case_no}/green-channel": lambda: green_commands.SAID,
        "POST /api/erasures": lambda: erasure_commands.entry(office.hall),
        "POST /api/erasures/{request_id}/decision": lambda: erased_office.REJECTED,
        "POST /api/export-permits": lambda: exported_office.PERMIT,
        "POST /api/cases/{case_no}/green-channel/withdrawal": lambda: green_commands.WITHDRAWN,
    }


def _example_of(office: RequestedOffice, number: int) -> dict[str, Any]:
    process = office.processes[number % len(office.processes)]
    return next(body for body in office.examples if body["process"] == process)


def _scan(office: RequestedOffice, number: int) -> str:
    answer = office.hall.client.post(
        "/api/files",
        files={"file": ("signed.pdf", PDF + str(number).encode(), "application/pdf")},
        headers={**office.hall.T101.headers, "Idempotency-Key": new_key()},
    )
    return str(answer.json()["file"])


def _sign_off(office: RequestedOffice, case_no: str, number: int) -> dict[str, Any]:
    seen = office.seen(case_no)
    meeting = seen["meeting_required"] and any(
        task["step"] == "city_conclude" for task in seen["waiting"]
    )
    decision = ("approve", "approve", "return", "refuse", "escalate")[number % 5]
    said: dict[str, Any] = {
        "decision": decision,
        "opinion": "同意" if decision == "approve" else "材料与登记不符",
        "password": PASSWORD,
        "seen": seen["seen"],
    }
    if decision == "return":
        said["reasons"] = ["materials_unclear"]
    return said | ({"resolution": MEETING} if meeting else {})


def _release(office: RequestedOffice) -> dict[str, Any]:
    """One of the open payables with an account, else whichever there is."""
    listed = paying_office.listed(office.hall)
    due = [one for one in listed if one["status"] in ("determined", "returned")]
    with_account = [one for one in due if one["payee"]["bank_account"]]
    return paying_office.named((with_account or listed)[:1])


def _report(office: RequestedOffice) -> dict[str, Any]:
    on_its_way = paying_office.listed(office.hall, asked="?status=released")
    listed = on_its_way or paying_office.listed(office.hall)
    return {"reference": "HP-1", "results": [paying_office.reported(one) for one in listed[:1]]}


def _meeting(office: RequestedOffice) -> dict[str, Any]:
    no = f"处务会议〔2026〕{new_key()}号"
    return {"minutes_no": no, "date": met_office.TODAY, "cases": [office.case_for("H001")]}


def _minutes(office: RequestedOffice, number: int) -> dict[str, Any]:
    """Minutes that decide all of the agenda that the address names."""
    meeting_id = office.meetings[-1 - number % len(office.meetings)]
    agenda = office.hall.R001.get(f"{met_office.MEETINGS}/{meeting_id}")["items"]
    return met_office.minutes(office.hall, {item["case_no"]: "approve" for item in agenda})


def _by_code(office: RequestedOffice) -> dict[str, str]:
    path = f"/api/password-resets/{office.reset()}/confirmation"
    code = office.code + str(office.hall.C001.post(path)["code_part"])
    return {"staff_no": LOST, "code": code, "new_password": PASSWORD}


def _search(office: RequestedOffice, number: int) -> dict[str, str]:
    if number % 3 == 0:
        return {"uscc": office.employers[number % len(office.employers)]}
    return {"id_no": office.persons[number % len(office.persons)]}

"""To whom each operation of the interface is open, and which case it is right for."""

POSTS = {
    "teller": "T101",
    "handler": "B101",
    "reviewer": "R102",
    "deputy_director": "D101",
    "director": "Z101",
    "city_approver": "P001",
    "city_head": "H001",
    "auditor": "A101",
    "supervisor": "S101",
    "internal_control": "C001",
    "guide": "G101",
    "administrator": "admin",
    "finance": "F101",
    "archivist": "V101",
    "security_administrator": "secadmin",
    "audit_administrator": "auditadmin",
}
# Who brings a case from acceptance to the step that waits for whom, and on which of the demo's examples.
CHAIN = ("R101", "D101", "Z101")
WAITS_FOR = {
    "R102": (("payment_account_change", 2, None), 0),
    "D101": (("account_adjustment", 1, "county"), 1),
    "Z101": (("account_adjustment", 1, "county"), 2),
    "P001": (("account_adjustment", 1, "city_approval"), 3),
    "H001": (("benefit_adjustment", 1, "city_meeting"), 3),
}
# To whom an operation is open whose address says so by a part of it, the first that fits.
_OPEN_TO = {
    "/api/board": "S101",
    "/api/clocks": "S101",
    "/clock-": "D101",
    "/evidence/whole": "A101",
    "/{request_id}/decision": "Z101",
    "/api/erasures": "C001",
    "/api/export-permits": "C001",
    "/undelivered": "admin",
    "/extension": "Z101",
    "/findings/{finding_id}/answer": "S101",
    "/{meeting_id}/closing": "H001",
    "GET /api/feedback": "S101",
    "/green-channel": "S101",
    "/api/desk-pause": "G101",
    "/api/leaves/": "S101",
    "/api/named-signers": "H001",
    "/witness": "A101",
    "/owner-order": "S101",
    "/owner-answer": "T102",
    "/consultation-answer": "Z101",
    "/api/meetings": "R001",
    "/api/paper-": "S101",
    "/api/audit/": "A101",
    "/api/payables": "F101",
    "/api/rules": "S000",
    "/approval": "Z101",
    "/api/archive": "V101",
    "/unmasking": "A101",
    "/notice-permits": "S101",
    "/{enrolment_id}/confirmation": "secadmin",
    "/api/identities": "secadmin",
    "/api/window-ledger": "S101",
    "/{window_id}/end": "S101",
    "/{staff_no}/sessions": "secadmin",
}
# Which case is right where clocks are stopped, go on, or a case is given longer.
TIMED = ("running", "stopped", "extended")
_TIMED_BY = {
    "/clock-stop": "running",
    "/clock-signing": "running",
    "/clock-resumption": "stopped",
    "/extension": "running",
    "/extension.pdf": "extended",
}
# And for what is read or said about a case's papers.
_STATES = {
    "/correction": "returned",
    "/archive/cases/{case_no}": "completed",
    "/receipt.pdf": "completed",
    "/document.pdf": "completed",
    "/supplements": "completed",
    "/notice.pdf": "incomplete",
    "/notice-permits": "incomplete",
    "/notices": "returned",
    "/denial.pdf": "refused",
    "/owner-answer": "offered",
    "/consultation-answer": "asking",
    "/green-channel/withdrawal": "green",
}
# Nobody else acts as this one.
LOST = "T103"


def who_may(operation: str) -> str:
    """The staff number of somebody to whom this operation is open."""
    for part, staff_no in _OPEN_TO.items():
        if part in operation:
            return staff_no
    method_and_place = operation.partition("{")[0]
    return {
        "POST /api/tasks/": "R102",
        "POST /api/windows": "S101",
        "POST /api/grants": "S101",
        "POST /api/grants/": "S101",
        "POST /api/staffing/simulation": "S101",
        "GET /api/staffing": "S101",
        "GET /api/staffing/lint": "S101",
        "POST /api/stand-ins": "S101",
        "POST /api/stand-ins/": "S101",
        "POST /api/accounts": "admin",
        "POST /api/accounts/": "admin",
        "POST /api/appointments": "S101",
        "POST /api/appointments/": "S101",
        "POST /api/qualifications": "S101",
        "POST /api/qualifications/": "S101",
        "GET /api/qualifications": "S101",
        "GET /api/qualifications/running-out": "S101",
        "POST /api/qualification-duties": "S000",
        "GET /api/qualification-duties": "S101",
        "GET /api/relatives": "S101",
        "POST /api/password-resets": "admin",
        "POST /api/password-resets/": "C001",
        "POST /api/key-enrolments/": LOST,
        "GET /api/factor-demands": "secadmin",
        "POST /api/factor-demands": "secadmin",
        "GET /api/factor-resets": "secadmin",
        "POST /api/factor-resets": "secadmin",
        "POST /api/factor-resets/": "C001",
    }.get(method_and_place, "T101")


def right_state(operation: str, staff_no: str) -> str:
    """The state of a case for which this operation of this person is right."""
    if "/documents/" in operation:
        return "incomplete"
    for ending, state in {**_TIMED_BY, **_STATES}.items():
        if operation.endswith(ending):
            return state
    return staff_no if staff_no in WAITS_FOR else "R102"

"""The commands about passwords, as fault points walk them: each leaves the account as the next finds it."""

from typing import Any

from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import PASSWORD, Person

RESETS, BY_CODE = "/api/password-resets", "/api/session/reset"
CHANGED = "another-tongban"
# Whose own password changes does nothing else in the commands: they would have to sign in by the new one.
CHANGING = "A201"


def _lost(office: CommandedOffice) -> Any:
    return office.hall.admin.post(RESETS, {"staff_no": "T103", "reason": "忘记密码"}, status=201)


def _change(office: CommandedOffice) -> Ready:
    """A password goes back and forth, and one session ends with it."""
    old, new = office.changing_password, CHANGED
    if old == CHANGED:
        new = PASSWORD
    office.changing_password = new
    earlier = office.hall.people.get(CHANGING)
    if earlier is not None:
        office.hall.client.delete("/api/session", headers=earlier.headers)
    office.hall.people[CHANGING] = Person(office.hall.client, CHANGING, old)
    return office.post(CHANGING, "/api/session/password", {"password": old, "new_password": new})


def _apply_anew(office: CommandedOffice) -> Ready:
    """While one is open, which ends with it."""
    _lost(office)
    return office.post("admin", RESETS, {"staff_no": "T103", "reason": "忘记密码"})


def _confirm(office: CommandedOffice) -> Ready:
    return office.post("C001", f"{RESETS}/{_lost(office)['reset_id']}/confirmation")


def _complete(*, right: bool) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        applied = _lost(office)
        path = f"{RESETS}/{applied['reset_id']}/confirmation"
        other = office.hall.C001.post(path)["code_part"] if right else "2" * 8
        if not right:
            office.hall.C001.post(path)
        said = {"staff_no": "T103", "code": applied["code_part"] + other, "new_password": PASSWORD}
        return Ready("POST", BY_CODE, {}, {"json": said})

    return prepare


PASSWORD_COMMANDS: tuple[Command, ...] = (
    Command("change the password", "POST /api/session/password", _change, kept=False, again=401),
    Command("apply for a lost password", f"POST {RESETS}", _apply_anew, 201),
    Command("confirm a lost password", f"POST {RESETS}/{{reset_id}}/confirmation", _confirm),
    Command(
        "password by code", f"POST {BY_CODE}", _complete(right=True), 204, kept=False, again=401
    ),
    Command("password by a wrong code", f"POST {BY_CODE}", _complete(right=False), 401, kept=False),
)

"""The commands about second factors, as fault points walk them; one does nothing else in these walks."""

from collections.abc import Callable
from typing import Any

import pyotp

from tests.commanded_office import Command, CommandedOffice, Ready
from tests.conftest import MOMENT
from tests.people import PASSWORD

FACTORS, DEMANDS, RESETS = "/api/session/factors", "/api/factor-demands", "/api/factor-resets"
WHO = "F201"
LOST = {"staff_no": "R201", "reason": "令牌遗失"}


def _fresh(office: CommandedOffice) -> None:
    """He has no factor, whatever was done before, and a sign-in that counts."""
    applied = office.hall.secadmin.post(RESETS, {**LOST, "staff_no": WHO}, status=201)
    office.hall.C001.post(f"{RESETS}/{applied['reset_id']}/confirmation")
    office.hall.people.pop(WHO, None)
    office.hall.client.cookies.clear()


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).at(MOMENT)


def _enrolled(office: CommandedOffice) -> int:
    _fresh(office)
    person = office.person(WHO)
    begun = person.post(f"{FACTORS}/totp", status=201)
    said = {"password": PASSWORD, "code": _code(begun["secret"])}
    return int(person.post(f"{FACTORS}/totp/proof", said, status=201)["factor_id"])


def _begin(kind: str) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        _fresh(office)
        return office.post(WHO, f"{FACTORS}/{kind}")

    return prepare


def _prove(office: CommandedOffice) -> Ready:
    _fresh(office)
    begun = office.person(WHO).post(f"{FACTORS}/totp", status=201)
    said = {"password": PASSWORD, "code": _code(begun["secret"])}
    return office.post(WHO, f"{FACTORS}/totp/proof", said)


def _prove_wrong_key(office: CommandedOffice) -> Ready:
    _fresh(office)
    office.person(WHO).post(f"{FACTORS}/webauthn", status=201)
    said = {"password": PASSWORD, "credential": {"id": "AAAA"}}
    return office.post(WHO, f"{FACTORS}/webauthn/proof", said)


def _remove(office: CommandedOffice) -> Ready:
    path = f"{FACTORS}/{_enrolled(office)}/removal"
    return office.post(WHO, path, {"password": PASSWORD})


def _renew(office: CommandedOffice) -> Ready:
    _enrolled(office)
    return office.post(WHO, "/api/session/recovery-codes", {"password": PASSWORD})


def demand(office: Any) -> dict[str, Any]:
    """What turns the demand of a post nobody here holds."""
    said = {"agency": "990102", "post": "guide", "basis": "等保整改"}
    listed = office.hall.secadmin.get(DEMANDS)["items"]
    now = any(one["demanded"] for one in listed if one["post"] == said["post"])
    return {**said, "demanded": not now}


def bodies(office: Any) -> dict[str, Callable[[], Any]]:
    """Bodies that fit each of these operations, or would if somebody had a factor."""
    return {
        "POST /api/factor-demands": lambda: demand(office),
        "POST /api/factor-resets": lambda: LOST,
        "POST /api/session/factors/totp/proof": lambda: {"password": PASSWORD, "code": "123456"},
        "POST /api/session/factors/webauthn/proof": lambda: {
            "password": PASSWORD,
            "credential": {"id": "AAAA", "type": "public-key"},
        },
        "POST /api/session/factors/{factor_id}/removal": lambda: {"password": PASSWORD},
        "POST /api/session/recovery-codes": lambda: {"password": PASSWORD},
    }


def _demand(office: CommandedOffice) -> Ready:
    return office.post("secadmin", DEMANDS, demand(office))


def _apply(office: CommandedOffice) -> Ready:
    """While one is open, which ends with it."""
    office.hall.secadmin.post(RESETS, LOST, status=201)
    return office.post("secadmin", RESETS, LOST)


def _confirm(office: CommandedOffice) -> Ready:
    applied = office.hall.secadmin.post(RESETS, LOST, status=201)
    return office.post("C001", f"{RESETS}/{applied['reset_id']}/confirmation")


FACTOR_COMMANDS: tuple[Command, ...] = (
    Command("begin codes", f"POST {FACTORS}/totp", _begin("totp"), 201),
    Command("prove codes", f"POST {FACTORS}/totp/proof", _prove, 201),
    Command("begin a security key", f"POST {FACTORS}/webauthn", _begin("webauthn"), 201),
    Command(
        "prove a security key, wrongly",
        f"POST {FACTORS}/webauthn/proof",
        _prove_wrong_key,
        422,
        kept=False,
    ),
    Command("remove a factor", f"POST {FACTORS}/{{factor_id}}/removal", _remove),
    Command("new recovery codes", "POST /api/session/recovery-codes", _renew, 201),
    Command("demand a factor", f"POST {DEMANDS}", _demand, 201),
    Command("apply for a lost factor", f"POST {RESETS}", _apply, 201),
    Command("confirm a lost factor", f"POST {RESETS}/{{factor_reset_id}}/confirmation", _confirm),
)

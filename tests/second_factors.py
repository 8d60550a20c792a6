"""People with second factors: an authenticator that shows codes by the office's clock."""

from typing import Any

import pyotp

from database.clock import FixedClock
from tests.conftest import MOMENT
from tests.people import PASSWORD, Hall, Person

DEMAND = {"agency": "990101", "post": "archivist", "demanded": True, "basis": "等保整改〔2026〕1号"}


class Authenticator:
    """Shows the code of the moment, as the one on somebody's desk does."""

    def __init__(self, secret: str, clock: FixedClock) -> None:
        self.secret = secret
        self.clock = clock

    def code(self, steps: int = 0) -> str:
        """The code now, or so many steps of thirty seconds later."""
        return pyotp.TOTP(self.secret).at(self.clock.moment, counter_offset=steps)


def enrolled(person: Person, clock: FixedClock) -> tuple[Authenticator, list[str]]:
    """Somebody with codes from now on, and his recovery codes; the code of the moment is used up."""
    begun = person.post("/api/session/factors/totp", status=201)
    shown = Authenticator(begun["secret"], clock)
    said = {"password": PASSWORD, "code": shown.code(), "label": "令牌"}
    made = person.post("/api/session/factors/totp/proof", said, status=201)
    return shown, made["recovery_codes"]


def leave_rows(hall: Hall) -> None:
    """A factor that was enrolled and removed, and a post that demands one."""
    enrolled(hall.T102, FixedClock(MOMENT))
    (factor,) = hall.T102.get("/api/session/factors")["items"]
    path = f"/api/session/factors/{factor['factor_id']}/removal"
    hall.T102.post(path, {"password": PASSWORD})
    hall.secadmin.post("/api/factor-demands", DEMAND, status=201)


def signing_in(client: Any, staff_no: str, **said: Any) -> Any:
    """The answer to a sign-in with these fields beside the staff number and, unless said, the password."""
    return client.post("/api/session", json={"staff_no": staff_no, "password": PASSWORD, **said})

"""The commands of the register of rules, as fault points and requests of every kind walk them."""

import itertools
from typing import Any

from register import parameters
from tests import changed_rules
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import Hall

_numbers = itertools.count(1)
KIND, NAME = "parameters", "payment_months"


def text_body() -> dict[str, Any]:
    """A text nobody handed in yet, that says what is in force."""
    text = (parameters.SHIPPED / f"{NAME}.yaml").read_text(encoding="utf-8")
    return {"kind": KIND, "name": NAME, "text": f"{text}# {next(_numbers)}\n"}


def handed_in(hall: Hall) -> str:
    """The digest of such a text."""
    return changed_rules.handed_in(hall, **text_body())


def change_body(hall: Hall) -> dict[str, Any]:
    """An application for such a text."""
    return {"digest": handed_in(hall), "effective_on": "2026-12-01", "basis": "省局便函〔2026〕7号"}


def change(hall: Hall) -> str:
    """The case of such an application."""
    return changed_rules.applied(hall, handed_in(hall), "2026-12-01")


def _hand_in(office: CommandedOffice) -> Ready:
    return office.post("S000", "/api/rules/texts", text_body())


def retirement_body() -> dict[str, Any]:
    """The end of a process, for a reason nobody gave yet."""
    return {"process": "account_adjustment", "reason": f"并入其他业务 {next(_numbers)}"}


def _retire(office: CommandedOffice) -> Ready:
    return office.post("S000", "/api/rules/retirements", retirement_body())


def _apply(office: CommandedOffice) -> Ready:
    return office.post("S000", "/api/rules/changes", change_body(office.hall))


def _approve(office: CommandedOffice) -> Ready:
    """The last signature over a version of a later day: a due one begins in another transaction."""
    number = change(office.hall)
    office.hall.C000.sign(number)
    return office.sign("H000", number)


RULE_COMMANDS: tuple[Command, ...] = (
    Command("hand in the text of a rule", "POST /api/rules/texts", _hand_in, 201),
    Command("hand in the end of a process", "POST /api/rules/retirements", _retire, 201),
    Command("apply for a change of a rule", "POST /api/rules/changes", _apply, 201),
    Command("approve a change of a rule", "POST /api/tasks/{task_id}/sign", _approve),
)

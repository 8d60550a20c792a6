"""The commands around numbered paper, as fault points walk them."""

from tests import paper_office
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.paper_office import BLOCKS, VOIDS

_INSTANT = ("payment_account_change", 2, None)


def _reserve(office: CommandedOffice) -> Ready:
    return office.post("S101", BLOCKS, {"window": "1号窗口", "count": 2})


def _void(office: CommandedOffice) -> Ready:
    (number,) = paper_office.reserved(office.hall, 1)
    return office.post("S101", VOIDS, {"paper_no": number, "reason": "污损"})


def _enter(office: CommandedOffice) -> Ready:
    (number,) = paper_office.reserved(office.hall, 1)
    body = office.example(*_INSTANT)
    # The same in the same words is entered once: each time another bank's branch.
    form = {**body["form"], "bank_name": f"示范农村商业银行{number}"}
    late = paper_office.late(office.hall, number)
    return office.post("T101", "/api/cases", {**body, "form": form, "late_entry": late})


PAPER_BLOCK_COMMANDS: tuple[Command, ...] = (
    Command("reserve paper", f"POST {BLOCKS}", _reserve, 201),
    Command("void a paper", f"POST {VOIDS}", _void, 201),
    Command("enter from paper", "POST /api/cases", _enter, 201),
)

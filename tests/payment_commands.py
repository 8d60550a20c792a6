"""The commands of finance, as fault points walk them."""

from typing import Any

from tests import paying_office
from tests.commanded_office import CHAIN, Command, CommandedOffice, Ready
from tests.paying_office import RELEASES, RESULTS

_REFUND = ("contribution_refund", 1, "county")
FIRST = 201604


def _owed(office: CommandedOffice) -> dict[str, Any]:
    """A payable of a new case: a month of the payer that was not given back before."""
    body = office.example(*_REFUND)
    months = 12 * (FIRST // 100) + FIRST % 100 - 1 + len(paying_office.listed(office.hall))
    month = months // 12 * 100 + months % 12 + 1
    periods = [{"from_month": month, "to_month": month}]
    number = office.accepted({**body, "form": {**body["form"], "periods": periods}}, CHAIN)
    listed = paying_office.listed(office.hall)
    return next(one for one in listed if one["case_no"] == number)


def _release(office: CommandedOffice) -> Ready:
    one = _owed(office)
    return office.post("F101", RELEASES, paying_office.named([one]), one["case_no"])


def _report(result: str) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        one = _owed(office)
        paying_office.release(office.hall, [one])
        said = {"reference": "HP-1", "results": [paying_office.reported(one, result)]}
        return office.post("F101", RESULTS, said, one["case_no"])

    return prepare


def _report_nothing_new(office: CommandedOffice) -> Ready:
    said = {"reference": "HP-1", "results": [paying_office.reported(_owed(office))]}
    return office.post("F101", RESULTS, said)


PAYMENT_COMMANDS: tuple[Command, ...] = (
    Command("release a payable", f"POST {RELEASES}", _release, 201),
    Command("report a payment", f"POST {RESULTS}", _report("paid")),
    Command("report a return", f"POST {RESULTS}", _report("returned")),
    Command("report what was not released", f"POST {RESULTS}", _report_nothing_new),
)

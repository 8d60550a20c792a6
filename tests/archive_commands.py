"""The commands of the archive, as fault points walk them."""

from typing import Any

from tests import archived_office
from tests.archived_office import AGREED, ARCHIVE, DISPOSALS, FILINGS, LOANS, PAPER, SEARCH, WHO
from tests.commanded_office import Command, CommandedOffice, Ready

_ONE = f"{DISPOSALS}/{{list_id}}"


def _search(office: CommandedOffice) -> Ready:
    return office.post("V101", SEARCH, {"case_no": archived_office.ended(office.hall)})


def _supplement(office: CommandedOffice) -> Ready:
    number = archived_office.ended(office.hall)
    path = f"{ARCHIVE}/cases/{number}/supplements"
    return office.post("V101", path, PAPER, number)


def _file(office: CommandedOffice) -> Ready:
    """A case that goes into a volume which is open already: the first would open one, the others not."""
    filed(office)
    number = archived_office.ended(office.hall, new_text(office))
    return office.post("V101", FILINGS, {"cases": [{"case_no": number, "pages": 2}]}, number)


def _lend(office: CommandedOffice) -> Ready:
    return office.post("V101", LOANS, archived_office.loan(filed(office)))


def _read(office: CommandedOffice) -> Ready:
    return office.post("V101", LOANS, {"case_no": filed(office), "kind": "read", **WHO})


def _take_back(office: CommandedOffice) -> Ready:
    noted = office.hall.V101.post(LOANS, archived_office.loan(filed(office)), status=201)
    return office.post("V101", f"{LOANS}/{noted['loan_id']}/return")


def _list_nothing(office: CommandedOffice) -> Ready:
    """Nothing of this office is past its retention."""
    return office.post("V101", DISPOSALS)


def _say(act: str, by: str, before: tuple[str, ...], *, watched: bool = False) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        path = f"{DISPOSALS}/{archived_office.disposal(office.hall, filed(office))}"
        for staff_no in before:
            office.person(staff_no).post(f"{path}/{ACT[staff_no]}", AGREED)
        if watched:
            archived_office.watch(office.hall, path)
        said = {} if act in ("witness", "destruction") else AGREED
        return office.post(by, f"{path}/{act}", said)

    return prepare


def filed(office: CommandedOffice) -> str:
    """A case that stands in its volume."""
    number = archived_office.ended(office.hall, new_text(office))
    return str(archived_office.file(office.hall, number)[0]["case_no"])


def new_text(office: CommandedOffice) -> str:
    """What no scan said before."""
    return office.choices.randbytes(8).hex()


ACT = {**dict.fromkeys(("V101", "D101", "S101"), "appraisal"), "Z101": "approval"}
_APPRAISED = ("V101", "D101", "S101")
ARCHIVE_COMMANDS: tuple[Command, ...] = (
    Command("search the archive", f"POST {SEARCH}", _search),
    Command(
        "bring a missing piece", f"POST {ARCHIVE}/cases/{{case_no}}/supplements", _supplement, 201
    ),
    Command("file a case", f"POST {FILINGS}", _file, 201),
    Command("lend a file", f"POST {LOANS}", _lend, 201),
    Command("note a reading", f"POST {LOANS}", _read, 201),
    Command("take a file back", f"POST {LOANS}/{{loan_id}}/return", _take_back),
    Command("list nothing for disposal", f"POST {DISPOSALS}", _list_nothing, 409, kept=False),
    Command("appraise a list", f"POST {_ONE}/appraisal", _say("appraisal", "V101", ())),
    Command("approve a list", f"POST {_ONE}/approval", _say("approval", "Z101", _APPRAISED)),
    Command(
        "carry out a list",
        f"POST {_ONE}/destruction",
        _say("destruction", "V101", (*_APPRAISED, "Z101"), watched=True),
    ),
    Command(
        "watch a list being carried out",
        f"POST {_ONE}/witness",
        _say("witness", "A101", (*_APPRAISED, "Z101")),
    ),
)

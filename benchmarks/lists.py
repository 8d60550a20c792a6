"""An employer's list of 5,000: its check under 10 s, its posting in one transaction under 20 s.

The check is the whole of it: the workbook read in its bounded process, every row by the form and by the
register. The posting is the acceptance of the case: the list taken in, worked out, signed, written. Beside
them the same for a tenth, since what grows faster than the list would one day not fit.
"""

import io
import time
from collections.abc import Mapping
from typing import Any

from benchmarks._office import Place, offices, say
from database import clock
from engine.workbooks import list_checks, list_columns, list_reading, lists, sheets
from engine.workbooks.list_checks import Asked
from oversight import verification
from tests import listed_employees
from tests.listed_employees import Employees

ROWS = 5_000
PAID_MONTHS = 60
CHECK_S, POST_S = 10, 20
SUSPEND, RESUME, DECLARE = (
    "contribution_suspend",
    "contribution_resume",
    "contribution_base_declare",
)


def checked(place: Place, process: str, form: Mapping[str, Any], who: Employees, rows: Any) -> str:
    """Check a workbook of these rows and keep the list; its id."""
    content = listed_employees.workbook(process, rows)
    with place.opened.sessions.command() as session:
        actor, office = place.actor(session, "T101"), place.opened.office
        definition = list_checks.opened(session, office, actor, process)
        read = list_reading.read(
            list_columns.of(definition),
            sheets.read(io.BytesIO(content)),
            list_columns.row_model(definition),
        )
        asked = Asked(process, who.uscc, form)
        found = list_checks.judged(session, office, actor, asked, read)
        assert not found.problems
        return lists.keep(session, actor, found).list_id


def measured(place: Place, process: str, said: Mapping[str, Any], who: Employees, rows: Any) -> str:
    """Check and post a list, and say how long each took; the number of its case."""
    begun = time.perf_counter()
    list_id = checked(place, process, said, who, rows)
    took = time.perf_counter() - begun
    of = f"{process} of {len(rows)} on {place.kind}"
    say(f"check of {of}, times less than {CHECK_S} s", CHECK_S / took, 1, 2, f"{took:.2f} s")
    guide = place.opened.office.catalogue.current(process).guide
    begun = time.perf_counter()
    work = place.accept(
        {
            "process": process,
            "applicant": who.applicant,
            "form": {**said, "list_id": list_id},
            "materials": [{"code": one.code} for one in guide.materials if one.required],
        }
    )
    took = time.perf_counter() - begun
    say(f"acceptance of {of}, times less than {POST_S} s", POST_S / took, 1, 2, f"{took:.2f} s")
    if work.tasks:
        begun = time.perf_counter()
        work = place.sign(work, "R101")
        took = time.perf_counter() - begun
        say(f"review and posting of {of}, times less", POST_S / took, 1, 2, f"{took:.2f} s")
    assert work.case.status == "completed"
    return work.case.case_no


def main() -> None:
    """Measure on both databases and print the ratios."""
    with offices() as places:
        for place in places:
            with place.opened.sessions.command() as session:
                who = listed_employees.hired(session, ROWS, paid=PAID_MONTHS)
                assert clock.today(session)
            some = [(*one, "其他") for one in who.people[: ROWS // 10]]
            measured(place, SUSPEND, {}, who, some)
            measured(place, RESUME, {}, who, some)
            measured(place, SUSPEND, {}, who, [(*one, "其他") for one in who.people])
            measured(place, RESUME, {}, who, [(*one, "其他") for one in who.people])
            wages = [(*one, 3_000 + at) for at, one in enumerate(who.people)]
            said = {"source": "tax", "tax_batch_no": "T-1"}
            case_no = measured(place, DECLARE, said, who, wages)
            begun = time.perf_counter()
            with place.opened.sessions.reading() as session:
                assert not verification.verify_case(session, place.opened.office, case_no)
            print(f"its verification took {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()

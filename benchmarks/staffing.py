"""Whether ten thousand open cases can still be signed: the whole page of staffing, and one case of it.

Open cases of several counties are made by SQL, copied from one that waits for its review: content, tasks and
sign-offs too. Measured beside a bare reading of the same rows.
``python benchmarks/staffing.py 1000`` asks of fewer.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection, Table, insert, select

from authz.absence.stand_in_record import StandIn
from authz.offices.accounts import Account
from benchmarks._office import COUNTY, Place, level_1, offices
from database import clock
from database.declarative import table_of
from engine.foresight import open_cases, shortage, staffing
from engine.record import Case, CaseContent, Task
from engine.signoffs import SignOff

T = TypeVar("T")
CASES = 10_000
COUNTIES = (COUNTY, "990102")
AIM_SECONDS = 10


def main(count: int = CASES) -> None:
    """Measure on both databases and print."""
    with offices() as places:
        for place in places:
            measure(place, count)


def measure(place: Place, count: int) -> None:
    """Fill one office and ask."""
    (applicant,) = place.persons(1)
    number = place.accept(level_1(applicant)).case.case_no
    with place.opened.sessions.command() as session:
        multiply(session.connection(), number, count)
        absent(session.connection(), place)
    with place.opened.sessions.reading() as session:
        reading, _ = timed(lambda: read(session, place))
        whole, found = timed(lambda: list(staffing.sweep(session, place.opened.office))[-1])
        one, _ = timed(lambda: shortage.of_case(session, place.opened.office, number))
    assert found.open_cases == count + 1
    print(
        f"{place.kind}: {found.open_cases} open cases in {whole:.2f} s "
        f"(reading them alone {reading:.2f} s; {whole / reading:.2f} times that), "
        f"{found.stuck} lack people, {found.soon} soon; one case {one * 1000:.1f} ms: "
        f"{'reaches the aim' if whole <= AIM_SECONDS else 'BELOW THE AIM'}"
    )


def read(session: object, place: Place) -> int:
    """The same rows, opened and put together, without asking anything of them."""
    pages = open_cases.of_agencies(session, place.opened.office, COUNTIES)  # type: ignore[arg-type]
    return sum(len(page) for page in pages)


def timed(act: Callable[[], T]) -> tuple[float, T]:
    """How long it took, in seconds, and what came of it."""
    begun = time.perf_counter()
    done = act()
    return time.perf_counter() - begun, done


def multiply(connection: Connection, number: str, count: int) -> None:
    """So many more cases as this one, in turn at each county, accepted and handled by one of three."""
    cases, contents = table_of(Case), table_of(CaseContent)
    tasks, signed = table_of(Task), table_of(SignOff)
    case = connection.execute(select(cases).where(cases.c.case_no == number)).one()._asdict()
    first = case["case_id"]
    content, task, sign_off = (
        connection.execute(select(table).where(table.c.case_id == first).limit(1)).one()._asdict()
        for table in (contents, tasks, signed)
    )
    tellers = teller_ids(connection)
    sign_off.pop("sign_off_id")
    rows: dict[Table, list[dict[str, object]]] = {cases: [], contents: [], tasks: [], signed: []}
    for nth in range(1, count + 1):
        here = {"case_id": first + nth, "case_no": f"{nth:024d}"}
        agency = COUNTIES[nth % len(COUNTIES)]
        account, person = tellers[agency][nth % len(tellers[agency])]
        due = case["due_on"] + timedelta(days=nth % 20)
        who = {"accepted_by": account, "accepted_person": person, "handled_by": account}
        rows[cases].append({**case, **here, **who, "agency_code": agency, "due_on": due})
        rows[contents].append({**content, "case_id": first + nth})
        rows[tasks].append(
            {**task, "case_id": first + nth, "task_id": f"{nth:032d}", "agency_code": agency}
        )
        rows[signed].append({**sign_off, **here, "signer_person": person})
    for table, made in rows.items():
        connection.execute(insert(table), made)


def teller_ids(connection: Connection) -> dict[str, list[tuple[int, int]]]:
    """The tellers' accounts and natural persons, by county."""
    accounts = table_of(Account)
    found: dict[str, list[tuple[int, int]]] = {agency: [] for agency in COUNTIES}
    for row in connection.execute(select(accounts)):
        if row.staff_no.startswith("T") and row.agency_code in found:
            found[row.agency_code].append((row.account_id, row.person_id))
    return found


def absent(connection: Connection, place: Place) -> None:
    """One county's director is away for long, and the deputy director stands in for him."""
    row = {
        "absent_id": place.accounts["Z201"],
        "deputy_id": place.accounts["D201"],
        "post": "director",
        "agency_code": "990102",
        "valid_from": clock.office_date(place.opened.sessions.clock.now()),
        "valid_to": clock.office_date(place.opened.sessions.clock.now()) + timedelta(days=90),
        "reason": "benchmark",
        "registered_by": place.accounts["S101"],
        "registered_at": place.opened.sessions.clock.now(),
    }
    connection.execute(insert(table_of(StandIn)), [row])


if __name__ == "__main__":
    main(*(int(said) for said in sys.argv[1:]))

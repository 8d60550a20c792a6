"""A county's day on the demo office: every kind of visit, and afterwards all counts agree with each other.

One day of three hundred cases is played on each database; queues, board, ledger and archive are counted
from it, and the board again from the raw rows, slowly.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import composition
from api.composition import Opened
from api.demonstration import demo_cases
from api.demonstration.demo_cases import DayClock
from api.demonstration.demo_hands import acting
from api.settings import Settings
from engine.archiving.archive_record import ArchiveItem, ArchiveVolume
from engine.archiving.manifests import ArchiveManifest
from engine.boards import board, board_day
from engine.boards.board_scope import Scope
from engine.green_record import GreenCase
from engine.heard.complaints import Complaint
from engine.heard.evaluations import Evaluation
from engine.journal import JournalEntry
from engine.queueing import queues, workload
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from engine.timing.clock_order_record import ClockOrder
from oversight import verification
from register.ledger import LedgerLine, RegisterPosting
from tests import slow_board

CASES, SEED = 300, 7
DAY = date(2026, 11, 3)
COUNTY, SISTER, CITY = "990101", "990102", "990100"
EVENING = timedelta(hours=19)


@pytest.fixture
def office(settings: Settings) -> Iterator[Opened]:
    """The demo office after its day."""
    clock = DayClock()
    opened = composition.open_office(settings, clock)
    clock.moment = demo_cases.at(DAY, demo_cases.LOADED_AT)
    demo_cases.fill(opened, clock, CASES, SEED)
    clock.moment = demo_cases.at(DAY, EVENING)
    yield opened
    opened.sessions.engine.dispose()


@pytest.mark.slow
def test_after_a_day_everything_agrees(office: Opened) -> None:
    with office.sessions.reading() as session:
        every_kind_came(session)
        queues_agree(session, office)
        the_ledger_agrees(session)
        the_archive_agrees(session)
        boards_are_as_counted_slowly(session, office)
        verified: list[str] = []
        found = verification.verify_office(
            session, office.office, progress=lambda: verified.append("case")
        )
        assert [str(finding) for finding in found] == []
    with office.sessions.reading() as session:
        accepted = sum(
            line["accepted"]
            for agency in (COUNTY, SISTER, CITY)
            for line in report(session, office, "S000", agency)["trend"]
        )
        assert accepted == len(verified) == CASES


def every_kind_came(session: Session) -> None:
    """Nothing that a day is to have is left out: all levels, all outcomes, all ways."""
    cases = rows(session, Case)
    assert len(cases) == CASES
    assert {case.risk_level for case in cases} == {1, 2, 3}
    assert {"county", "city_approval", "city_meeting"} <= {case.route for case in cases}
    assert {"completed", "refused", "withdrawn"} <= {case.status for case in cases}
    assert len({case.process for case in cases}) >= 25
    assert any(case.paper_no for case in cases)
    assert {sign_off.decision for sign_off in rows(session, SignOff)} == {
        "approve",
        "return",
        "refuse",
        "escalate",
    }
    assert rows(session, GreenCase)
    done = {entry.action for entry in rows(session, JournalEntry)}
    assert {"notified", "correct", "claimed", "not_accepted", "paper_entered"} <= done
    assert {"withdrawn_by_applicant", "escalated", "archive_filed"} <= done
    assert {"clock_stopped", "clock_resumed", "transferred", "owner_taken"} <= done
    assert len(rows(session, ClockOrder)) > len({row.case_id for row in rows(session, ClockOrder)})
    assert {row.grade for row in rows(session, Evaluation)} == {1, 2, 3, 4, 5}
    assert rows(session, Complaint)
    hours = [(case.accepted_at.hour + 8) % 24 for case in cases]
    assert min(hours) >= 8
    assert max(hours) <= 17


def queues_agree(session: Session, office: Opened) -> None:
    """Queue, workload, board and status are four readings of one thing."""
    for agency in (COUNTY, CITY):
        lines = report(session, office, "S000", agency)["backlog"]
        waiting = Counter[str]()
        for line in lines:
            waiting[line["post"]] += line["waiting"]
        assert waiting == {
            queue.post: queue.waiting
            for queue in workload.queues(session)
            if queue.agency == agency
        }
    told = report(session, office, "S101", COUNTY)
    assert told["due"]["open_cases"] == sum(workload.open_cases(session).values())
    assert told["totals"]["waiting"] == told["due"]["open_cases"]
    assert told["totals"]["received"] == CASES + told["totals"]["turned_away"]
    assert told["totals"]["turned_away"] > 0
    assert told["late_entries"]["day"] > 0
    for staff_no, post in (("D101", "deputy_director"), ("Z101", "director")):
        offered = queues.worklist(session, acting(session, staff_no))
        assert offered["next_cursor"] is None
        # A review that nobody took is offered to others as well, and waits for the reviewer all the same.
        wider = sum(line["offered_wider_from"] is not None for line in offered["items"])
        mine = offered["count"] - wider
        assert mine == sum(line["waiting"] for line in told["backlog"] if line["post"] == post)
    ended = workload.ended_cases(session)
    assert ended == {status: told["totals"][status] for status in ended}


def the_ledger_agrees(session: Session) -> None:
    """Each completed case posted what was signed, and each posting adds up on both sides."""
    signed = {
        case.case_no: content.posting
        for case, content in session.execute(
            select(Case, CaseContent).join(
                CaseContent,
                (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle),
            )
        )
        if case.status == "completed"
    }
    headers = {
        header.case_no: header
        for header in rows(session, RegisterPosting)
        # What stood on the register before the first case came with the demo.
        if not header.case_no.startswith("OPENING-")
    }
    assert set(headers) == set(signed)
    lines: dict[str, list[LedgerLine]] = {}
    for line in rows(session, LedgerLine):
        if line.case_no in signed:
            lines.setdefault(line.case_no, []).append(line)
    assert lines
    for case_no, header in headers.items():
        mine, said = lines.get(case_no, []), signed[case_no]
        assert header.line_count == len(mine) == len(said["lines"])
        assert header.change_count == len(said["changes"])
        for side, told in (("debit", header.debit_cents), ("credit", header.credit_cents)):
            assert sum(line.amount_cents for line in mine if line.side == side) == told
        assert sorted(line.amount_cents for line in mine) == sorted(
            line["amount_cents"] for line in said["lines"]
        )


def the_archive_agrees(session: Session) -> None:
    """Whatever ended has its manifest, and volumes hold what was filed without a gap."""
    ended = {case.case_id for case in rows(session, Case) if case.finished_at is not None}
    assert {manifest.case_id for manifest in rows(session, ArchiveManifest)} == ended
    filed = rows(session, ArchiveItem)
    assert filed
    assert len({item.case_id for item in filed}) == len(filed)
    assert {item.case_id for item in filed} <= ended
    for volume in rows(session, ArchiveVolume):
        numbers = [item.item_no for item in filed if item.volume_id == volume.volume_id]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def boards_are_as_counted_slowly(session: Session, office: Opened) -> None:
    """Every figure, for agencies, sections, days and readers alike."""
    plain = slow_board.rows(session)
    processes = [one.code for one in office.office.catalogue.all() if one.category == "benefit"]
    for agency in (COUNTY, SISTER, CITY):
        for named, categories in ((True, None), (False, None), (True, ["benefit"])):
            for day in (DAY, DAY - timedelta(days=1)):
                scope = Scope(
                    agency,
                    day,
                    DAY + timedelta(days=1 if named else 20),
                    named,
                    categories,
                    processes if categories else None,
                )
                found = {"windows": board_day.windows(session, scope)} | {
                    name: read(session, scope) for name, read in board.PARTS.items()
                }
                faults = found["notices"]["faults"]
                found["notices"]["faults"] = sum(one["count"] for one in faults)
                heard = found["heard"]
                heard["evaluations"] = {
                    one["grade"]: (one["count"], one["policy"]) for one in heard["evaluations"]
                }
                assert found == plain.of(scope)


def report(session: Session, office: Opened, staff_no: str, agency: str) -> dict[str, Any]:
    return board.report(session, office.office, acting(session, staff_no), agency)


def rows(session: Session, model: Any) -> list[Any]:
    return list(session.execute(select(model)).scalars())

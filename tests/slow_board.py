"""The board counted again from the raw rows, slowly and plainly: every row read, every figure by hand."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices.accounts import Account
from database.clock import moment_text, office_date
from engine.boards.board_scope import Scope
from engine.heard.complaints import Complaint
from engine.heard.evaluations import Evaluation
from engine.late_entry.paper_record import PaperEntry
from engine.one_notice.notice_record import CaseNotice
from engine.record import Case, Task
from engine.timing import clock_states, workdays
from engine.window_refusals import WindowRefusal
from tests import slow_figures, slow_thirty

OPEN = ("awaiting_materials", "in_progress", "returned")
ENDED = ("completed", "refused", "withdrawn")


@dataclass
class Rows:
    """All rows that a board is about."""

    cases: dict[int, Case]
    tasks: list[Task]
    refusals: list[WindowRefusal]
    papers: list[PaperEntry]
    notices: list[CaseNotice]
    judged: list[Evaluation]
    complaints: list[Complaint]
    staff: dict[int, dict[str, Any]]
    scope: Scope = field(init=False)

    def of(self, scope: Scope) -> dict[str, Any]:
        """The whole board of a scope, but for what is said of the moment itself."""
        self.scope = scope
        return {
            "windows": self.windows(),
            "due": self.due(),
            "backlog": self.backlog(),
            "times": self.times(),
            "trend": self.trend(),
            "late_entries": slow_thirty.late_entries(self),
            "notices": slow_thirty.told(self),
            "heard": slow_thirty.heard(self),
        }

    def served(self, case: Case) -> bool:
        return self.scope.categories is None or case.category in self.scope.categories

    def business(self) -> list[Case]:
        return [
            case
            for case in self.cases.values()
            if case.agency_code == self.scope.agency
            and case.subject_kind != "agency"
            and self.served(case)
        ]

    def today(self, moment: datetime | None) -> bool:
        return moment is not None and office_date(moment) == self.scope.day

    def lately(self, moment: datetime | None) -> bool:
        if moment is None:
            return False
        return 0 <= (self.scope.day - office_date(moment)).days < 30

    def away(self) -> list[WindowRefusal]:
        return [
            one
            for one in self.refusals
            if one.agency_code == self.scope.agency
            and (self.scope.processes is None or one.process in self.scope.processes)
        ]

    def windows(self) -> list[dict[str, Any]]:
        found = []
        named = self.scope.named
        windows = {case.window_id for case in self.cases.values() if named} | {None}
        for window_id, account, level in product(
            windows, (*(self.staff if named else ()), None), (1, 2, 3, None)
        ):
            line = self._window(window_id, account, level)
            if any(line.values()):
                staff = None if account is None else self.staff[account]
                said = {"window_id": window_id, "staff": staff, "risk_level": level}
                found.append({**said, **line})
        return sorted(
            found,
            key=lambda one: (
                (one["staff"] or {"staff_no": ""})["staff_no"],
                one["window_id"] or 0,
                one["risk_level"] or 9,
            ),
        )

    def _window(
        self, window_id: int | None, account: int | None, level: int | None
    ) -> dict[str, int]:
        named = self.scope.named

        def whose(one: int) -> bool:
            return (one == account) if named else account is None

        mine = [
            case
            for case in self.business()
            if whose(case.accepted_by)
            and case.risk_level == level
            and (case.window_id == window_id or not named)
        ]
        away = [
            one
            for one in self.away()
            if whose(one.refused_by) and self.today(one.refused_at) and window_id is None
        ]
        return {
            "accepted": sum(self.today(case.accepted_at) for case in mine),
            **{
                status: sum(case.status == status and self.today(case.finished_at) for case in mine)
                for status in ENDED
            },
            "waiting": sum(case.status in OPEN for case in mine),
            "turned_away": len(away) if level is None else 0,
        }

    def due(self) -> dict[str, Any]:
        soon, left = self.scope.today, 2
        while left:
            soon += timedelta(days=1)
            left -= workdays.is_working_day(soon)
        mine = [
            case
            for case in self.cases.values()
            if case.agency_code == self.scope.agency and case.status in OPEN and self.served(case)
        ]
        until = {case.case_id: slow_figures.running_until(case) for case in mine}
        runs = [(case, last) for case in mine if (last := until[case.case_id]) is not None]
        late = [case for case, last in runs if last < self.scope.today]
        risky = [
            case
            for case, last in runs
            if case not in late and last <= soon and case.risk_level == 1
        ]
        listed = sorted([*late, *risky], key=lambda case: (case.due_on, case.case_id))[:50]
        return {
            "open_cases": len(mine),
            "overdue": len(late),
            "at_risk": len(risky),
            "items": [
                {
                    "case_no": case.case_no,
                    "process": case.process,
                    "status": case.status,
                    "risk_level": case.risk_level,
                    "due_on": case.due_on.isoformat(),
                    "clock": clock_states.of_case(case, self.scope.today).said(),
                }
                for case in listed
            ],
        }

    def backlog(self) -> list[dict[str, Any]]:
        waiting = [
            task
            for task in self.tasks
            if task.agency_code == self.scope.agency
            and task.closed_at is None
            and self.served(self.cases[task.case_id])
        ]
        groups: dict[tuple[str, int | None], list[Task]] = {}
        for task in waiting:
            held = task.claimed_by if self.scope.named else None
            groups.setdefault((task.post, held), []).append(task)
        lines = [
            {
                "post": post,
                "staff": None if held is None else self.staff[held],
                "waiting": len(group),
                "overdue": sum(
                    task.due_on < self.scope.today
                    and not slow_figures.standing(self.cases[task.case_id])
                    for task in group
                ),
                "oldest_at": moment_text(min(task.opened_at for task in group)),
            }
            for (post, held), group in groups.items()
        ]
        return sorted(
            lines, key=lambda line: (line["post"], (line["staff"] or {}).get("staff_no", ""))
        )

    def times(self) -> list[dict[str, Any]]:
        taken: dict[tuple[str, str, str, str], list[int]] = {}

        def measured(
            where: tuple[str, str], kind: str, since: datetime, until: datetime, end: datetime
        ) -> None:
            for span, fits in (("day", self.today), ("days", self.lately)):
                if fits(end):
                    passed = slow_figures.whole(until) - slow_figures.whole(since)
                    taken.setdefault((*where, span, kind), []).append(passed)

        for task in self.tasks:
            case = self.cases[task.case_id]
            if (
                task.agency_code != self.scope.agency
                or task.closed_at is None
                or not self.served(case)
            ):
                continue
            where, closed = (case.process, task.step), task.closed_at
            measured(where, "waited", task.opened_at, task.claimed_at or closed, closed)
            if task.claimed_at is not None:
                measured(where, "handled", task.claimed_at, closed, closed)
        for case in self.business():
            if case.status == "completed" and case.finished_at is not None:
                end = case.finished_at
                measured((case.process, "whole"), "lasted", case.received_at, end, end)
        keys = sorted(
            {key[:2] for key in taken}, key=lambda one: (one[0], one[1] != "whole", one[1])
        )
        return [
            {
                "process": process,
                "step": step,
                **{
                    span: {
                        kind: slow_figures.figures(taken.get((process, step, span, kind)))
                        for kind in ("waited", "handled", "lasted")
                    }
                    for span in ("day", "days")
                },
            }
            for process, step in keys
        ]

    def trend(self) -> list[dict[str, Any]]:
        days = [self.scope.day - timedelta(days=back) for back in range(29, -1, -1)]
        mine = self.business()

        def ended(day: date, status: str) -> int:
            return sum(
                case.status == status
                and case.finished_at is not None
                and office_date(case.finished_at) == day
                for case in mine
            )

        return [
            {
                "day": day.isoformat(),
                "accepted": sum(office_date(case.accepted_at) == day for case in mine),
                **{status: ended(day, status) for status in ENDED},
                "turned_away": sum(office_date(one.refused_at) == day for one in self.away()),
            }
            for day in days
        ]


def rows(session: Session) -> Rows:
    """Everything, read whole."""

    def every(model: Any) -> list[Any]:
        return list(session.execute(select(model)).scalars())

    people = session.execute(select(Account.account_id, Account.staff_no, Account.name))
    return Rows(
        cases={case.case_id: case for case in every(Case)},
        tasks=every(Task),
        refusals=every(WindowRefusal),
        papers=every(PaperEntry),
        notices=every(CaseNotice),
        judged=every(Evaluation),
        complaints=every(Complaint),
        staff={row.account_id: {"staff_no": row.staff_no, "name": row.name} for row in people},
    )

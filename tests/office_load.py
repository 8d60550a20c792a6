"""The staff of a county at work all at once: each chooses his next act until his connection breaks.

What has been answered is known to all of them, so a case goes from hand to hand as it does in an
office; what is in doubt is known to nobody until it is asked again.
"""

import itertools
import json
import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.people import PASSWORD
from tests.wire import Act, Answer, Wire

TELLERS = ("T101", "T102")
POSTS: Mapping[str, str] = {
    "R101": "reviewer",
    "R102": "reviewer",
    "D101": "deputy_director",
    "Z101": "director",
}
STAFF = (*TELLERS, *POSTS)
# What can be accepted again and again for the same people, and how often it is.
BUSINESS: Sequence[tuple[str, str | None]] = (
    ("person_info_change_general", None),
    ("enrollment_certificate", None),
    ("payment_account_change", None),
    ("account_adjustment", "county"),
    ("benefit_adjustment", "county"),
)
OPEN = frozenset({"in_progress", "returned"})
# About as long as a command takes: the crash meets it anywhere.
LONGEST_MOMENT_SECONDS = 0.03
_BOUNDARY = "scan"
_keys = itertools.count(1)


def bodies(demo: Any) -> list[dict[str, Any]]:
    """The demo's bodies this load accepts, from the answer of ``GET /api/demo``."""
    return [
        {name: value for name, value in body.items() if name != "expect"}
        for process, route in BUSINESS
        for body in demo["examples"][process]
        if body["expect"].get("route") == route
    ]


class Load:
    """Everything asked of one office over all its rounds, and what waits for whom."""

    def __init__(self, bodies: Sequence[dict[str, Any]], choices: random.Random) -> None:
        self.acts: list[Act] = []
        self._bodies = bodies
        self._choices = choices
        self._answered = threading.Semaphore(0)
        self._forms: dict[str, Any] = {}
        self._waiting: dict[str, deque[Any]] = defaultdict(deque)
        self._open: dict[str, deque[str]] = defaultdict(deque)

    def run(
        self, port: int, tokens: Mapping[str, str], answers: int, crash: Callable[[], None]
    ) -> list[Act]:
        """Let everybody act; ``crash`` a moment after so many answers; what was asked, in order."""
        begun, self._answered = len(self.acts), threading.Semaphore(0)
        together = threading.Barrier(len(STAFF) + 1)
        drawn = {staff_no: random.Random(self._choices.random()) for staff_no in STAFF}
        threads = [
            threading.Thread(
                target=self._work,
                args=(staff_no, Wire(port, tokens[staff_no]), together, choices),
            )
            for staff_no, choices in drawn.items()
        ]
        for thread in threads:
            thread.start()
        together.wait()
        for _ in range(answers):
            self._answered.acquire()
        time.sleep(self._choices.uniform(0, LONGEST_MOMENT_SECONDS))
        crash()
        for thread in threads:
            thread.join()
        return self.acts[begun:]

    def heard(self, act: Act, answer: Answer) -> None:
        """An answer came: it is known what happened, and what waits for whom."""
        act.answer = answer
        if not answer.done or act.kind == "upload":
            return
        case = answer.json
        act.case_no = case["case_no"]
        if act.kind == "claim":
            self._waiting[act.staff_no].append(act.case)
            return
        if act.kind == "accept":
            self._forms[case["case_no"]] = json.loads(act.body)["form"]
            self._open[act.staff_no].append(case["case_no"])
        if case["status"] in OPEN:
            waiting = case["waiting"][0]
            step = waiting["step"]
            whose = case["accepted_by"] if step == "correct" else waiting["post"]
            self._waiting[whose].append(case)

    def _work(
        self, staff_no: str, wire: Wire, together: threading.Barrier, choices: random.Random
    ) -> None:
        together.wait()
        while True:
            act = self._next(staff_no, choices)
            self.acts.append(act)
            if choices.random() < 0.05:
                act.unread = wire.send_unread(act)
                if act.unread:
                    continue
                break
            answer = wire.send(act)
            if answer is None or answer.status == 503:
                # Whoever doesn't know whether it happened doesn't go on to something else.
                break
            self.heard(act, answer)
            self._answered.release()
        wire.close()

    def _next(self, staff_no: str, choices: random.Random) -> Act:
        mine = _popped(self._waiting[staff_no])
        if staff_no in POSTS:
            case = mine or _popped(self._waiting[POSTS[staff_no]])
            if case is None:
                return self._upload(staff_no, choices)
            if mine is None and choices.random() < 0.25:
                path = f"/api/tasks/{case['waiting'][0]['task_id']}/claim"
                return _act(staff_no, "claim", path, {}, case)
            return self._sign(staff_no, case, choices)
        if mine is not None:
            said = {"form": self._forms[mine["case_no"]]}
            path = f"/api/cases/{mine['case_no']}/correction"
            return _act(staff_no, "correct", path, said, mine)
        return self._at_the_window(staff_no, choices)

    def _at_the_window(self, staff_no: str, choices: random.Random) -> Act:
        what = choices.random()
        if what < 0.1:
            return self._upload(staff_no, choices)
        case_no = _popped(self._open[staff_no]) if what < 0.2 else None
        if case_no is not None:
            path = f"/api/cases/{case_no}/withdrawal"
            return _act(staff_no, "withdraw", path, {"reason": "不办了"}, {"case_no": case_no})
        return _act(staff_no, "accept", "/api/cases", choices.choice(self._bodies))

    @staticmethod
    def _sign(staff_no: str, case: Any, choices: random.Random) -> Act:
        decision = choices.choices(["approve", "return", "refuse"], [20, 2, 1])[0]
        said = {"decision": decision, "opinion": "已核对", "seen": case["seen"]}
        if case["risk_level"] == 1:
            said["password"] = PASSWORD
        path = f"/api/tasks/{case['waiting'][0]['task_id']}/sign"
        return _act(staff_no, "sign", path, said, case)

    @staticmethod
    def _upload(staff_no: str, choices: random.Random) -> Act:
        scan = b"%PDF-1.7\n" + choices.randbytes(choices.choice([20, 3_000, 200_000]))
        begin = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        body = begin.encode() + scan + f"\r\n--{_BOUNDARY}--\r\n".encode()
        media_type = f"multipart/form-data; boundary={_BOUNDARY}"
        return Act(staff_no, "upload", _key(), "/api/files", body, media_type)


def _act(staff_no: str, kind: str, path: str, said: Any, case: Any = None) -> Act:
    body = json.dumps(said, ensure_ascii=False).encode()
    case_no = None if case is None else case["case_no"]
    return Act(staff_no, kind, _key(), path, body, case_no=case_no, case=case)


def _key() -> str:
    return f"load-{next(_keys)}"


def _popped(waiting: deque[Any]) -> Any:
    try:
        return waiting.popleft()
    except IndexError:
        return None

"""The green channel (绿色通道): it changes order, place and priority only, and is counted."""

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.people import Hall

ROOT = Path(__file__).parents[2]
SAID = {"category": "mobility", "reason": "乘轮椅前来，由家属陪同"}
# Who may look at the green channel: what registers, lists, shows and verifies it. Nothing that decides.
LOOKS = {
    "api/app.py", "api/demonstration/demo_hands.py", "api/casework/green_channel.py",
    "engine/green_channel.py", "engine/queueing/queue_lines.py", "engine/views.py",
    "oversight/office_rows.py", "web/casework/case_page.py", "engine/case_verbs.py", "web/casework/green.py",
    "web/mounting.py",
}  # fmt: skip
CASES = [
    ("payment_account_change", 2, None, ("R101",)),
    ("account_adjustment", 1, "county", ("R101", "D101", "Z101")),
    ("account_adjustment", 1, "city_approval", ("R101", "D101", "Z101", "P001")),
]


def approved(hall: Hall, case_no: str, **said: Any) -> Any:
    return hall.S101.post(f"/api/cases/{case_no}/green-channel", SAID | said, status=201)


def way(hall: Hall, body: dict[str, Any], signers: tuple[str, ...], *, green: bool) -> list[Any]:
    """What a case meets on its way: what is shown, who is refused at each step, what is signed, its end."""
    case = hall.T101.accept(body)
    number = case["case_no"]
    if green:
        assert approved(hall, number)["seen"] == case["seen"]
    met: list[Any] = [[case[name] for name in ("risk_level", "route", "due_on", "posting")]]
    for staff_no in signers:
        met.append([(task["step"], task["post"]) for task in case["waiting"]])
        met += [getattr(hall, other).sign(number, status=403)["rule"] for other in ("T101", "A101")]
        case = getattr(hall, staff_no).sign(number)
    signed = hall.A001.history(number)["sign_offs"]
    met += [(row["step"], row["signer"], row["grant"]) for row in signed]
    assert hall.A001.findings(number) == []
    return [*met, case["status"]]


@pytest.mark.parametrize("which", CASES, ids=lambda which: str(which[2]))
def test_the_way_of_a_case_is_the_same(hall: Hall, which: Any) -> None:
    """The same case twice, once in the green channel: level, route, chain, refusals and posting agree."""
    process, level, route, signers = which
    body = hall.example(process, level, route)
    returned = hall.T101.accept(body)["case_no"]
    hall.T101.post(f"/api/cases/{returned}/withdrawal", {"reason": "只看一看"})

    plain = way(hall, body, signers, green=False)

    assert way(hall, body, signers, green=True)[1:] == plain[1:]


def test_nothing_that_decides_looks_at_it() -> None:
    looking = {
        path.relative_to(ROOT).as_posix()
        for room in ("api", "authz", "engine", "jobs", "oversight", "processes", "register", "web")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and ("green" in (node.module or "") or any("green" in alias.name for alias in node.names))
    }
    assert {path for path in looking if "answers" not in path} == LOOKS


def test_it_goes_first_of_its_day_is_counted_and_approved_by_another(hall: Hall) -> None:
    body = hall.example("account_adjustment", 1, "county")
    first, second, third = (hall.T101.accept(body)["case_no"] for _ in range(3))
    at_window = [
        hall.T101.accept(hall.example("payment_account_change", 2))["case_no"] for _ in range(2)
    ]
    for number in (third, at_window[1]):
        approved(hall, number)

    listed = [t for t in hall.R101.get("/api/tasks")["items"] if t["risk_level"] == 1]

    assert {task["case_no"] for task in listed} == {first, second, third}
    assert (listed[0]["case_no"], listed[0]["green"], listed[1]["green"]) == (
        third,
        "mobility",
        None,
    )
    path = f"/api/cases/{third}/green-channel"
    assert hall.S101.post(path, SAID, status=409)["rule"] == "green.already"
    assert hall.T101.post(path, SAID, status=403)["rule"] == "post.missing"
    hall.T201.post(path, SAID, status=404)
    shown = hall.R101.case(third)["green"]
    assert (shown["category"], shown["reason"], shown["approved_by"]) == (*SAID.values(), "S101")
    hall.T101.post(f"/api/cases/{first}/withdrawal", {"reason": "改日再来"})
    assert (
        hall.S101.post(f"/api/cases/{first}/green-channel", SAID, status=409)["rule"]
        == "case.finished"
    )
    counts = {line["category"]: line for line in hall.A001.get("/api/green-channel")["items"]}
    assert counts["mobility"] == {"category": "mobility", "cases": 2, "ended": 0, "withdrawn": 0}
    told = [
        entry for entry in hall.A101.history(third)["journal"] if entry["action"] == "green_channel"
    ]
    assert [(entry["actor"], entry["detail"]) for entry in told] == [
        ("S101", {"category": "mobility"})
    ]


def test_its_approver_withdraws_it_with_a_reason(hall: Hall) -> None:
    body = hall.example("account_adjustment", 1, "county")
    first, second = (hall.T101.accept(body)["case_no"] for _ in range(2))
    path = f"/api/cases/{second}/green-channel"
    said = {"reason": "核对后不属于行动不便"}
    assert hall.S101.post(f"{path}/withdrawal", said, status=409)["rule"] == "green.not"
    approved(hall, second)
    # Another who could have approved it doesn't take back what he didn't say.
    another = hall.S000.post(f"{path}/withdrawal", said, status=403)
    assert (another["rule"], another["who_can"][0]["staff"][0]["staff_no"]) == (
        "green.by_another",
        "S101",
    )

    shown = hall.S101.post(f"{path}/withdrawal", said)

    assert shown["green"] is None
    green = {task["case_no"]: task["green"] for task in hall.R101.get("/api/tasks")["items"]}
    assert (green[first], green[second]) == (None, None)
    assert hall.S101.post(f"{path}/withdrawal", said, status=409)["rule"] == "green.not"
    assert hall.S101.post(path, SAID, status=409)["rule"] == "green.already"
    counts = {line["category"]: line for line in hall.A001.get("/api/green-channel")["items"]}
    assert (counts["mobility"]["cases"], counts["mobility"]["withdrawn"]) == (1, 1)
    told = [entry["action"] for entry in hall.A101.history(second)["journal"]]
    assert "green_withdrawn" in told
    assert hall.A101.findings(second) == []

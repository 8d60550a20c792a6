"""The audit trail: what auditors find by case, person, rule and day, and what nobody else reads."""

import pytest
from sqlalchemy import event

from tests.granting import granted
from tests.people import Hall


@pytest.fixture
def county(hall: Hall) -> str:
    """A case of 990101 that was signed twice, and one of 990102."""
    case_no = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.sign(case_no)
    return str(case_no)


def test_each_auditor_finds_what_lies_below_him(hall: Hall, county: str) -> None:
    other = foreign(hall)
    seen = {
        staff_no: [
            one["case_no"] for one in getattr(hall, staff_no).get("/api/audit/cases")["items"]
        ]
        for staff_no in ("A101", "A201", "A001", "A000")
    }
    both = [other, county]
    assert seen == {"A101": [county], "A201": [other], "A001": both, "A000": both}
    hall.A101.get(f"/api/audit/journal?stream={other}", 404)
    hall.A101.get("/api/audit/journal?stream=990102", 404)
    hall.A101.get("/api/audit/people/T201", 404)
    assert hall.A101.get("/api/audit/people/T101")["agency"] == "990101"
    streams = {one["stream"] for one in hall.A101.get("/api/audit/journal")["items"]}
    assert other not in streams
    assert "990102" not in streams


def foreign(hall: Hall) -> str:
    """A case that 990102's own teller accepted."""
    body = hall.example("enrollment_certificate", 3)
    theirs = next(one for one in hall.demo["persons"] if "990102" in one["good_for"])
    body["applicant"] |= {"id_no": theirs["id_no"], "name": theirs["name"]}
    return str(hall.T201.accept(body)["case_no"])


def test_nobody_else_audits(hall: Hall, county: str) -> None:
    for staff_no in ("T101", "Z101", "S101", "C001", "admin", "H001"):
        for path in ("cases", "journal", "people/T101", "rules"):
            refused = getattr(hall, staff_no).get(f"/api/audit/{path}", 403)
            assert refused["rule"] == "post.missing"
    whose = {one["post"] for one in refused["who_can"]}
    assert whose == {"auditor", "audit_administrator"}
    denied = hall.A101.get("/api/audit/journal?rule=post.missing&staff_no=T101")["items"]
    assert {one["detail"]["act"] for one in denied} >= {"GET /api/audit/cases"}
    assert county


def test_cases_by_what_one_knows_of_them(hall: Hall, county: str) -> None:
    paper = hall.T102.accept(hall.example("enrollment_certificate", 3))["case_no"]

    def found(asked: str) -> list[str]:
        return [one["case_no"] for one in hall.A101.get(f"/api/audit/cases?{asked}")["items"]]

    assert found("staff_no=R101") == [county]
    assert found("staff_no=T102") == [paper]
    assert found("staff_no=nobody") == []
    assert found("risk_level=1") == [county]
    assert found("status=completed&process=enrollment_certificate") == [paper]
    assert found(f"q={county}") == [county]
    # 02:00 UTC of a November day is that day at the office too; the day after has nothing yet.
    assert found("from=2026-11-02&to=2026-11-02") == [paper, county]
    assert found("from=2026-11-03") == []
    assert found("to=2026-11-01") == []
    assert (
        hall.A101.get("/api/audit/cases?from=2026-11-03&to=2026-11-01", 422)["rule"] == "audit.days"
    )
    hall.A101.get("/api/audit/cases?risk_level=4", 422)
    listed = hall.A101.get(f"/api/audit/cases?q={county}")["items"][0]
    assert (listed["accepted_by"], listed["last_signer"]) == ("T101", "R101")
    by_number = hall.A101.post(
        "/api/audit/cases/search",
        {"id_no": hall.example("retirement_approval", 1, "county")["applicant"]["id_no"]},
    )
    assert [one["case_no"] for one in by_number["items"]] == [county]


def test_a_persons_acts_sign_ins_and_grants(hall: Hall, county: str) -> None:
    hall.client.post("/api/session", json={"staff_no": "T101", "password": "wrong-password"})
    given = granted(
        hall,
        {
            "staff_no": "T101",
            "post": None,
            "agency": "990101",
            "process": "account_adjustment",
            "act": "handle",
            "valid_from": "2026-11-02",
            "basis": "抽调",
            "reason": "业务量大",
        },
    )
    seen = hall.A101.get("/api/audit/people/T101")
    assert [one["action"] for one in seen["sign_ins"]][:2] == ["sign_in_failed", "signed_in"]
    assert given["grant_id"] in [one["grant_id"] for one in seen["grants_received"]]
    assert {one["stream"] for one in seen["acts"]["items"]} == {"990101", county}
    assert [one["post"] for one in seen["posts"]] == ["teller"]
    giver = hall.A001.get("/api/audit/people/H001")
    assert [one["grant_id"] for one in giver["grants_given"]] == [given["grant_id"]]


def test_changes_of_rules_tell_who_made_them(hall: Hall) -> None:
    page = hall.A101.get("/api/audit/rules")
    actions = {one["action"] for one in page["items"]}
    while page["next_cursor"]:
        page = hall.A101.get(f"/api/audit/rules?cursor={page['next_cursor']}")
        actions |= {one["action"] for one in page["items"]}
    assert {"risk_table_took_effect", "proved", "granted", "account_opened"} <= actions
    only = hall.A101.get("/api/audit/rules?kind=level")["items"]
    assert [one["action"] for one in only] == ["risk_table_took_effect"]
    entry = hall.A000.get("/api/audit/rules?kind=grant")["items"][0]
    assert (entry["action"], entry["staff_no"]) == ("granted", "S000")
    assert hall.A101.get("/api/audit/rules?kind=all", 422)


def test_pages_go_on_where_they_ended(hall: Hall) -> None:
    seen: list[int] = []
    cursor = ""
    while True:
        page = hall.A000.get(f"/api/audit/journal{cursor}")
        seen += [one["entry_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"?cursor={page['next_cursor']}"
    assert len(seen) > 50
    assert seen == sorted(set(seen), reverse=True)
    hall.A000.get(f"/api/audit/cases{cursor}", 422)


def test_a_page_takes_the_same_queries_however_long(hall: Hall) -> None:
    """No row of a page asks the database once more."""
    engine = hall.client.app.state.sessions.engine  # type: ignore[attr-defined]
    said: list[str] = []
    paths = ("cases", "journal", "people/T101", "rules")

    def counted() -> dict[str, int]:
        found = {}
        for path in paths:
            hall.A001.get(f"/api/audit/{path}")
            said.clear()
            hall.A001.get(f"/api/audit/{path}")
            found[path] = len(said)
        return found

    hall.T101.accept(hall.example("enrollment_certificate", 3))
    event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    before = counted()
    for _again in range(4):
        case_no = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
        hall.R101.sign(case_no)
    assert counted() == before

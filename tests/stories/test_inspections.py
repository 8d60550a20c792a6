"""Inspections: samples that anybody draws again, findings answered by the agency and closed by auditors."""

import hashlib
import hmac

import pytest

from api import cli
from api.settings import Settings
from database.connection import Sessions
from oversight.auditing import sampling
from oversight.auditing.sampling import Eligible
from tests import audited_office, sealed_journal
from tests.audited_office import FINDINGS, SAMPLES
from tests.people import Hall


@pytest.fixture
def cases(hall: Hall) -> list[str]:
    """Twelve sealed cases of two tellers and three businesses."""
    bodies = [
        hall.example("enrollment_certificate", 3),
        hall.example("person_info_change_key", 2),
        hall.example("account_adjustment", 1, "county"),
    ]
    numbers = [
        person.accept(body)["case_no"]
        for person in (hall.T101, hall.T102)
        for body in bodies
        for _again in range(2)
    ]
    sessions: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    sealed_journal.seal(sessions)
    return numbers


def drawn_by_hand(hall: Hall, root: str, seed: str, each: int) -> list[str]:
    """As the documentation tells it, over what the auditor's journal tells of the acceptances."""
    groups: dict[tuple[int, str, str], list[tuple[str, str]]] = {}
    last = hall.A101.get("/api/audit/seals/1")["last_entry_id"]
    for entry in hall.A101.get("/api/audit/journal?action=accepted")["items"]:
        if entry["entry_id"] > last:
            continue
        told = entry["detail"]
        key = bytes.fromhex(root) + seed.encode()
        mark = hmac.new(key, entry["stream"].encode(), hashlib.sha256).hexdigest()
        stratum = (told["risk_level"], told["process"], entry["staff_no"])
        groups.setdefault(stratum, []).append((mark, entry["stream"]))
    return [number for key in sorted(groups) for _mark, number in sorted(groups[key])[:each]]


def test_anybody_draws_the_same_sample(
    hall: Hall,
    cases: list[str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Accepted after the seal, a case can't be drawn from it.
    late = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    body = audited_office.sample_body(seed="2026年四季度 第128期", agency="990101")
    sample = hall.A001.post(SAMPLES, body, status=201)
    numbers = [item["case_no"] for item in sample["items"]]
    assert (sample["eligible"], len(numbers)) == (12, 6)
    assert set(numbers) <= set(cases)
    assert late not in numbers
    assert numbers == drawn_by_hand(hall, sample["root"], sample["seed"], 1)
    other = hall.A001.post(SAMPLES, {**body, "seed": "129"}, status=201)
    assert [item["case_no"] for item in other["items"]] != numbers

    monkeypatch.setenv("TONGBAN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("TONGBAN_KEY_FILE", str(settings.key_file))
    capsys.readouterr()
    asked = ["sample", "--seal", "1", "--seed", sample["seed"], "--size", "1"]
    assert cli.main([*asked, "--agency", "990101"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[1] for line in lines[1:]] == numbers
    assert cli.main([*asked, "--agency", "123456"]) == cli.REFUSED
    assert cli.main([*asked, "--agency", "990101", "--from", "yesterday"]) == cli.REFUSED
    assert cli.main(["sample", "--seal", "9", *asked[3:], "--agency", "990101"]) == cli.REFUSED

    told = hall.A001.get("/api/audit/journal?action=sample_drawn")["items"]
    assert [one["detail"]["seed"] for one in told] == ["129", sample["seed"]]
    listed = [one["sample_id"] for one in hall.A101.get(SAMPLES)["items"]]
    assert listed == [other["sample_id"], sample["sample_id"]]
    assert hall.A201.get(SAMPLES)["items"] == []
    hall.A201.get(f"{SAMPLES}/{sample['sample_id']}", 404)


def test_what_can_not_be_drawn(hall: Hall, cases: list[str]) -> None:
    body = audited_office.sample_body()
    assert (
        hall.A101.post(SAMPLES, {**body, "agency": "990102"}, status=404)["rule"]
        == "agency.not_found"
    )
    assert hall.A101.post(SAMPLES, {**body, "seal_no": 7}, status=404)["rule"] == "seal.not_found"
    assert hall.A201.post(SAMPLES, body, status=409)["rule"] == "sample.empty"
    days = {"first_on": "2026-11-03", "last_on": "2026-11-02"}
    assert hall.A101.post(SAMPLES, {**body, **days}, status=422)["rule"] == "audit.days"
    hall.A101.post(SAMPLES, {**body, "first_on": "2026-11-03"}, status=409)
    hall.A101.post(SAMPLES, {**body, "per_stratum": 0}, status=422)
    refused = hall.S101.post(SAMPLES, body, status=403)
    assert {one["post"] for one in refused["who_can"]} == {"auditor"}
    assert cases


@pytest.mark.usefixtures("cases")
def test_a_finding_from_raising_to_closing(hall: Hall) -> None:
    sample = hall.A001.post(SAMPLES, audited_office.sample_body(), status=201)
    case_no = sample["items"][0]["case_no"]
    said = {"case_no": case_no, "sample_id": sample["sample_id"], "text": "缺少张三的签名"}
    raised = hall.A001.post(FINDINGS, said, status=201)
    number = raised["finding_id"]
    assert (raised["kind"], raised["status"], raised["may"]) == ("finding", "open", [])

    assert hall.A001.post(f"{FINDINGS}/{number}/closing", {"text": "好"}, status=409)
    seen = hall.S101.get(f"{FINDINGS}/{number}")
    assert (seen["text"], seen["may"]) == ("缺少张三的签名", ["answered"])
    refused = hall.A001.post(f"{FINDINGS}/{number}/answer", {"text": "好"}, status=403)
    assert "S101" in str(refused["who_can"])
    hall.S101.post(f"{FINDINGS}/{number}/answer", {"text": "已补签"})
    hall.S101.post(f"{FINDINGS}/{number}/answer", {"text": "再答"}, status=409)
    # The county's auditor doesn't close what the city raised, nor does the supervisor.
    hall.A101.post(f"{FINDINGS}/{number}/closing", {"text": "好"}, status=403)
    hall.S101.post(f"{FINDINGS}/{number}/closing", {"text": "好"}, status=403)
    hall.A001.post(f"{FINDINGS}/{number}/return", {"text": "补签日期不对"})
    hall.S101.post(f"{FINDINGS}/{number}/answer", {"text": "已更正"})
    closed = hall.A000.post(f"{FINDINGS}/{number}/closing", {"text": "已核对"})
    assert [step["kind"] for step in closed["steps"]] == [
        "answered",
        "returned",
        "answered",
        "closed",
    ]
    assert hall.A001.get(f"{FINDINGS}/{number}")["may"] == []
    hall.S101.post(f"{FINDINGS}/{number}/answer", {"text": "再答"}, status=409)
    again = hall.A001.get(f"{SAMPLES}/{sample['sample_id']}")
    assert again["items"][0]["findings"] == 1

    told = hall.A101.get("/api/audit/journal?stream=990101")["items"]
    actions = [one["action"] for one in told if one["action"].startswith("finding_")]
    assert actions == [
        "finding_closed",
        "finding_answered",
        "finding_returned",
        "finding_answered",
        "finding_raised",
    ]
    assert "张三" not in str(told)
    hall.A201.get(f"{FINDINGS}/{number}", 404)
    assert hall.A201.get(FINDINGS)["items"] == []
    hall.T101.get(FINDINGS, 403)


def test_a_finding_names_a_case_of_its_sample(hall: Hall, cases: list[str]) -> None:
    sample = hall.A101.post(SAMPLES, audited_office.sample_body(), status=201)
    drawn = {item["case_no"] for item in sample["items"]}
    other = next(number for number in cases if number not in drawn)
    said = {"case_no": other, "sample_id": sample["sample_id"], "text": "问题"}
    assert hall.A101.post(FINDINGS, said, status=404)["rule"] == "sample.not_found"
    del said["sample_id"]
    assert hall.A101.post(FINDINGS, said, status=201)["kind"] == "lead"
    assert hall.A201.post(FINDINGS, said, status=404)["rule"] == "case.not_found"
    hall.A101.get(f"{FINDINGS}/x", 404)


def test_the_algorithm_is_the_one_that_is_written_down() -> None:
    """A fixed example, so that other implementations can be held against it (docs/how-to/audit.md)."""
    numbers = [f"99010120261102{number:08}" for number in range(5)]
    cases = [Eligible(number, 3, "enrollment_certificate", "T101") for number in numbers]
    (drawn,) = sampling.draw(cases, "00" * 31 + "01", "2026128", 1)
    assert (drawn.case.case_no[-2:], drawn.mark[:16]) == ("04", "8a415aec87f84cac")

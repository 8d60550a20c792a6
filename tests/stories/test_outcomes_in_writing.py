"""Every outcome is a paper: the refusal at the window, the decision, the receipt; and its delivery."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from database.refusals import InvariantBroken
from tests import papers
from tests.databases import Database
from tests.people import Hall

# Whichever of its three triggers the database asks first.
ENDED_BARE = "posting|in writing|manifest"


def test_nobody_is_turned_away_without_reason_rule_and_remedies(hall: Hall) -> None:
    refused = papers.turned_away(hall, rule="register.not_found")
    said = papers.printed(hall.T101, refused["document"]["pdf"])

    applicant = papers.refusal(hall)["applicant"]
    expected = (
        *(
            "不予受理决定书",
            "不属于本机构职权范围",
            "社会保险经办条例第七条",
            "请到参保地经办机构办理",
        ),
        *("60日", "行政复议", "6个月", "行政诉讼", "王芳T101", refused["document"]["number"]),
        refused["document"]["verification_code"],
    )
    assert [one for one in expected if one not in said] == []
    assert [one for one in (applicant["id_no"], applicant["name"], "风险") if one in said] == []
    code = refused["document"]["verification_code"]
    checked = hall.client.get(f"/api/documents/{code}").json()
    assert (checked["kind"], checked["number"]) == ("unaccepted", refused["document"]["number"])
    hall.A101.get(f"/api/window-refusals/{refused['number']}")
    assert hall.T201.get(f"/api/window-refusals/{refused['number']}", 404)["rule"]

    short = hall.T101.post(
        papers.REFUSALS, papers.refusal(hall, basis="", reason="no_authority"), status=422
    )
    assert {one["field"] for one in short["errors"]} == {"basis"}
    coded = papers.refusal(hall, reason="no_authority")
    wrong = hall.T101.post(papers.REFUSALS, coded, status=422)
    assert [one["rule"] for one in wrong["errors"]] == ["window_refusal.reason"]
    assert hall.R101.post(papers.REFUSALS, papers.refusal(hall), status=403)["rule"]


def test_a_refused_case_ends_with_its_decision(hall: Hall) -> None:
    number = hall.T101.accept(hall.example(*papers.PROCESS))["case_no"]
    grounds = "持卡人与参保人不一致，依据社会保险经办条例第三十八条"
    case = hall.R101.sign(number, "refuse", opinion=grounds, reasons=["conditions_not_met"])

    said = papers.printed(hall.T101, case["denial"]["pdf"])
    expected = ("不予办理决定书", number, grounds, "不符合办理条件", "60日", "6个月", "青山县")
    assert [one for one in expected if one not in said] == []
    assert case["denial"]["number"] == f"{number}-D1"
    assert hall.A101.findings(number) == []


def test_a_refusal_cites_its_rule_whoever_signs_it(hall: Hall) -> None:
    """The signer's own citation, covered by his signature; without one, what the business rests on."""
    examples = (hall.example(*papers.PROCESS, nth=n) for n in range(2))
    cited, plain = (hall.T101.accept(body)["case_no"] for body in examples)
    given: dict[str, Any] = {"reasons": ["facts_untrue"], "opinion": "户名与证件不一致"}
    signed = hall.R101.sign(cited, "refuse", basis="社会保险法第八十八条", **given)
    assert signed["decided"]["reasons"] == ["facts_untrue", "依据：社会保险法第八十八条"]
    hall.R101.sign(plain, "refuse", **given)

    paper = papers.printed(hall.T101, f"/api/cases/{cited}/denial.pdf")
    assert "社会保险法第八十八条" in paper
    assert "第五十三条第三项" not in paper
    paper = papers.printed(hall.T101, f"/api/cases/{plain}/denial.pdf")
    assert "社会保险经办条例第五十三条第三项" in paper
    assert hall.A101.findings(cited) == hall.A101.findings(plain) == []


def test_a_paper_is_printed_again_and_delivered(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    paper = papers.paper_of(hall, number, "receipt")
    path = f"/api/cases/{number}/documents/{paper['number']}"

    printed = hall.T101.post(f"{path}/printing")
    pdf = hall.client.get(printed["pdf"], headers=hall.A101.headers).content
    assert printed["pdf_sha256"] == hashlib.sha256(pdf).hexdigest()
    post = papers.delivery(paper, way="post")
    lacking = hall.T101.post(f"{path}/deliveries", post, status=422)
    assert [one["rule"] for one in lacking["errors"]] == ["delivery.reference"]
    early = papers.delivery(paper, delivered_on="2020-01-01")
    wrong = hall.T101.post(f"{path}/deliveries", early, status=422)
    assert [one["rule"] for one in wrong["errors"]] == ["delivery.day"]
    hall.T101.post(f"{path}/deliveries", {**post, "reference": "EMS 1029384756"}, status=201)
    (found,) = papers.paper_of(hall, number, "receipt")["deliveries"]
    assert (found["way"], found["recorded_by"]) == ("post", "T101")
    assert found["reference"] == "EMS 1029384756"
    told = [entry["action"] for entry in hall.A101.history(number)["journal"]]
    assert [one for one in told if one != "denied"][-2:] == ["printed", "delivered"]
    unknown = hall.T101.post(f"/api/cases/{number}/documents/X-R1/printing", status=404)
    assert unknown["rule"] == "document.not_issued"
    assert hall.A101.post(f"{path}/printing", status=403)["rule"] == "post.missing"
    assert hall.A101.findings(number) == []


def test_a_case_never_ends_without_its_paper(
    hall: Hall, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held twice: the command refuses, and so does the database whoever asks."""
    number = hall.T101.accept(hall.example(*papers.PROCESS))["case_no"]
    with monkeypatch.context() as broken:
        broken.setattr("engine.progress._issue_documents", lambda _work: None)
        case = hall.R101.case(number)
        task = case["waiting"][0]["task_id"]
        body = {"decision": "approve", "opinion": "同意", "seen": case["seen"]}
        with pytest.raises(InvariantBroken, match="without its receipt"):
            hall.R101.post(f"/api/tasks/{task}/sign", body)
    assert hall.R101.case(number)["status"] == "in_progress"

    engine = create_engine(database.owner_url)
    for status in ("completed", "refused"):
        ended = text("UPDATE cases SET status = :status").bindparams(status=status)
        with pytest.raises(DatabaseError, match=ENDED_BARE), engine.begin() as opened:
            opened.execute(ended)
    engine.dispose()


def test_a_crash_between_fixing_and_printing_loses_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is due is fixed with the case; where the printing fails, it prints later just the same."""

    def no_paper(*_said: object, **_more: object) -> bytes:
        raise OSError("no more memory")

    case = hall.T101.accept(hall.example("enrollment_certificate", 3))
    with monkeypatch.context() as broken:
        broken.setattr("typst.compile", no_paper)
        failed = hall.client.get(case["receipt"]["pdf"], headers=hall.T101.headers)
        assert failed.status_code == 500
    first = hall.client.get(case["receipt"]["pdf"], headers=hall.T101.headers).content
    assert first == hall.client.get(case["receipt"]["pdf"], headers=hall.A101.headers).content
    assert case["receipt"]["number"] in papers.printed(hall.T101, case["receipt"]["pdf"])
    assert hall.A101.findings(case["case_no"]) == []

"""The applicant's own signature or thumb-print: under one form, and covered by every sign-off."""

import dataclasses
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from engine.defining import guides
from engine.defining.located import DefinitionRefused
from oversight import check_evidence, seals
from tests.people import Hall, new_key

PROCESSES = Path(__file__).parents[2] / "processes"
OPTIONAL = "payment_account_change"
MODEL, DEMANDING = "account_adjustment", "signed_adjustment"
SIGNATURE = "applicant_signature"
DEMANDED = (
    "    required: true\n"
    "    legal_basis: {title: 试验, article: 第一条, source: 试验, verified: false}"
)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office also runs a business that demands the signature."""
    folder = tmp_path / "further" / DEMANDING
    shutil.copytree(PROCESSES / MODEL, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("__init__.py", "process.bpmn", "examples.yaml"):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(MODEL, DEMANDING), "utf-8")
    guide = folder / "guide.yaml"
    before, _, after = guide.read_text("utf-8").partition(f"code: {SIGNATURE}")
    guide.write_text(
        before + f"code: {SIGNATURE}" + after.replace("    required: false", DEMANDED, 1), "utf-8"
    )
    return dataclasses.replace(settings, processes=folder.parent)


def signature(hall: Hall, drawn: bytes = b"stroke") -> dict[str, Any]:
    """A signature that was captured and stored, as a material."""
    stored = hall.client.post(
        "/api/files",
        files={"file": ("signature.png", b"\x89PNG\r\n\x1a\n" + drawn, "image/png")},
        headers={**hall.T101.headers, "Idempotency-Key": new_key()},
    )
    assert stored.status_code == 201, stored.text
    return {"code": SIGNATURE, "file": stored.json()["file"]}


def signed_by_applicant(case: Any) -> Any:
    found = [material for material in case["materials"] if material["code"] == SIGNATURE]
    return found[0] if found else None


def accepted(hall: Hall) -> Any:
    body = hall.example(OPTIONAL, 2)
    return hall.T101.accept({**body, "materials": [*body["materials"], signature(hall)]})


def test_it_stands_under_the_form_and_every_sign_off_covers_it(hall: Hall) -> None:
    case = accepted(hall)
    own = signed_by_applicant(case)
    hall.R101.sign(case["case_no"])
    assert hall.A101.findings(case["case_no"]) == []

    assert seals.seal_all(hall.client.app.state.sessions)  # type: ignore[attr-defined]
    path = f"/api/cases/{case['case_no']}/evidence/whole"
    given = hall.client.get(path, headers=hall.A101.headers)
    with zipfile.ZipFile(io.BytesIO(given.content)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    assert any(name.startswith(f"materials/{own['file']}") for name in members)
    assert list(check_evidence.findings(members)) == []
    record = json.loads(members["record.json"])
    (entry,) = [m for m in record["contents"][0]["materials"] if m["code"] == SIGNATURE]
    assert own["under"] == entry["under"] == record["contents"][0]["form_digest"]
    entry["under"] = "0" * 64
    members["record.json"] = json.dumps(record).encode()
    told = list(check_evidence.findings(members))
    assert any("signature stands under another form" in said for said in told), told


def test_another_form_needs_another_signature(hall: Hall) -> None:
    case = accepted(hall)
    number, body = case["case_no"], hall.example(OPTIONAL, 2)
    hall.R101.sign(number, "return", reasons=["other"])
    same = hall.T101.post(f"/api/cases/{number}/correction", {})
    first, again = signed_by_applicant(case), signed_by_applicant(same)
    assert again["file"] == first["file"]
    assert again["under"] != first["under"]
    hall.R101.sign(number, "return", reasons=["other"])

    form = {**body["form"], "bank_name": "另一家银行"}
    other = hall.T101.post(f"/api/cases/{number}/correction", {"form": form})
    assert signed_by_applicant(other) is None
    hall.R101.sign(number, "return", reasons=["other"])
    said = {"form": {**form, "bank_name": "第三家银行"}, "materials": [signature(hall, b"anew")]}
    signed = hall.T101.post(f"/api/cases/{number}/correction", said)
    assert signed_by_applicant(signed)["file"] != first["file"]
    hall.R101.sign(number)
    assert hall.A101.findings(number) == []


def test_a_demanded_one_is_waited_for(hall: Hall) -> None:
    body = {**hall.example(MODEL, 1, "county"), "process": DEMANDING}

    case = hall.T101.accept(body)

    assert case["status"] == "awaiting_materials"
    assert [entry["code"] for entry in case["notice"]["missing"]] == [SIGNATURE]
    said = {"materials": [signature(hall)]}
    case = hall.T101.post(f"/api/cases/{case['case_no']}/correction", said)
    assert case["status"] == "in_progress"
    # On the printed form, which goes into the file: without a scan of its own.
    paper = [*body["materials"], {"code": SIGNATURE}]
    assert hall.T101.accept({**body, "materials": paper})["status"] == "in_progress"


def test_a_guide_asks_for_one_signature() -> None:
    text = (PROCESSES / OPTIONAL / "guide.yaml").read_text("utf-8")
    start = text.index(f"  - code: {SIGNATURE}")
    entry = text[start : text.index("\ntime_limit")]
    twice = text.replace(entry, f"{entry}\n{entry.replace(SIGNATURE, 'another_signature')}")
    with pytest.raises(DefinitionRefused, match="signs once"):
        guides.parse(twice, "guide.yaml")

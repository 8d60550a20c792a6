"""The archive desk: what ended is filed, found, lent; what lacks a piece isn't filed; everything verifies."""

import io

import pypdf
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from authz.offices.accounts import Account
from database import connection
from database.clock import FixedClock
from database.refusals import InvariantBroken
from engine.archiving.archive_record import ArchiveItem, DisposalStep
from engine.archiving.destroyed import DestroyedFile
from engine.archiving.manifests import ArchiveManifest
from engine.record import Case
from engine.scans import files
from tests import archived_office
from tests.archived_office import AGREED, ARCHIVE, DISPOSALS, FILINGS, LOANS, SEARCH, WHO
from tests.databases import Database
from tests.jobs_office import JobsOffice
from tests.people import Hall, new_key


def test_a_case_is_filed_found_lent_and_comes_back(hall: Hall) -> None:
    first, second = archived_office.ended(hall, "a"), archived_office.ended(hall)
    waiting = hall.V101.get(f"{ARCHIVE}/waiting")["items"]
    assert [one["case_no"] for one in waiting] == [second, first]
    assert [bool(one["missing"]) for one in waiting] == [True, False]

    body = {"cases": [{"case_no": first, "pages": 4}, {"case_no": second, "pages": 2}]}
    refused = hall.V101.post(FILINGS, body, status=409)
    assert (refused["rule"], refused["case_no"]) == ("archive.incomplete", second)
    assert hall.T101.post(FILINGS, body, status=403)["rule"] == "post.missing"
    placed = archived_office.file(hall, first, second)
    assert [(one["case_no"], one["item_no"]) for one in placed] == [(first, 1), (second, 2)]
    assert hall.V101.post(FILINGS, body, status=409)["rule"] == "archive.filed"
    assert hall.V101.get(f"{ARCHIVE}/waiting")["items"] == []

    (volume,) = hall.V101.get(f"{ARCHIVE}/volumes")["items"]
    assert (volume["count"], volume["pages"], volume["volume_no"]) == (2, 6, 1)
    assert volume["number"].startswith("990101-account-2026-D")
    path = f"{ARCHIVE}/volumes/{volume['volume_id']}"
    assert [one["case_no"] for one in hall.V101.get(path)["files"]] == [first, second]
    label = hall.client.get(f"{path}/label.pdf", headers=hall.V101.headers)
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(label.content)).pages)
    assert volume["number"] in said
    assert first in said.replace("\n", "")

    applicant = hall.example("enrollment_certificate", 3)["applicant"]
    found = hall.V101.post(SEARCH, {"id_no": applicant["id_no"], "year": 2026})
    assert [one["case_no"] for one in found["items"]] == [second, first]
    assert hall.V101.post(SEARCH, {"case_no": first, "process": "account_query"})["items"] == []

    loan_id = hall.V101.post(LOANS, archived_office.loan(first), status=201)["loan_id"]
    again = hall.V101.post(LOANS, archived_office.loan(first), status=409)
    assert again["rule"] == "archive.lent"
    past = archived_office.loan(second, "2020-01-01")
    assert hall.V101.post(LOANS, past, status=422)["rule"] == "archive.due_past"
    hall.V101.post(LOANS, {"case_no": second, "kind": "read", **WHO}, status=201)
    assert [one["case_no"] for one in hall.V101.get(LOANS)["items"]] == [first]
    assert hall.V101.get(f"{LOANS}?which=overdue")["items"] == []
    back = hall.V101.post(f"{LOANS}/{loan_id}/return")
    assert back["returned_at"] is not None
    assert hall.V101.post(f"{LOANS}/{loan_id}/return", status=409)["rule"] == "archive.not_lent"
    assert len(hall.V101.get(f"{LOANS}?which=all")["items"]) == 2

    file = hall.A101.get(f"{ARCHIVE}/cases/{first}")
    kinds = [one["kind"] for one in file["pieces"]]
    assert kinds == sorted(kinds, key=["application", "approval", "material", "document"].index)
    assert file["place"]["item_no"] == 1
    assert file["loans"][0]["borrower"] == WHO["borrower"]
    assert [one["action"] for one in hall.A101.history(first)["journal"]][-1] == "manifest"
    assert hall.A101.findings(first) == hall.A101.findings(second) == []


def test_every_ending_has_its_manifest(hall: Hall) -> None:
    """A correction's replaced scan stays in the file; who withdrew or was refused lacks nothing."""
    body = hall.example("payment_account_change", 2)
    code = body["materials"][0]["code"]
    scans = [archived_office.scan(hall, said) for said in ("blurred", "clear")]
    given = [{**one, "file": scans[0]} for one in body["materials"] if one["code"] == code]
    rest = [one for one in body["materials"] if one["code"] != code]
    number = hall.T101.accept({**body, "materials": given + rest})["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    better = {"materials": [{"code": code, "file": scans[1]}]}
    hall.T101.post(f"/api/cases/{number}/correction", better)
    hall.R101.sign(number)
    file = hall.V101.get(f"{ARCHIVE}/cases/{number}")
    materials = [one for one in file["pieces"] if one["kind"] == "material" and one["code"] == code]
    assert [(one["digest"], one.get("replaced_in")) for one in materials] == [
        (scans[1], None),
        (scans[0], 2),
    ]

    refused = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(refused, "refuse", opinion="不符合条件", reasons=["other"])
    withdrawn = hall.T101.accept({**body, "materials": []})["case_no"]
    hall.T101.post(f"/api/cases/{withdrawn}/withdrawal", {"reason": "改期办理"})
    for case_no, ending in ((refused, "refused"), (withdrawn, "withdrawn")):
        file = hall.V101.get(f"{ARCHIVE}/cases/{case_no}")
        assert (file["ending"], file["missing"]) == (ending, [])
    assert archived_office.file(hall, number, refused, withdrawn)
    for case_no in (number, refused, withdrawn):
        assert hall.A101.findings(case_no) == []


@pytest.mark.parametrize("case_no", ["", "9" * 20])
def test_an_open_case_and_a_foreign_one_have_no_file(hall: Hall, case_no: str) -> None:
    number = case_no or hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]

    path = f"{ARCHIVE}/cases/{number}"
    assert hall.V101.get(path, status=404)["rule"] == "archive.not_found"
    foreign = archived_office.ended(hall)
    path = f"{ARCHIVE}/cases/{foreign}"
    assert hall.V201.get(path, status=404)["rule"] == "archive.not_found"
    body = {"cases": [{"case_no": foreign, "pages": 1}]}
    assert hall.V201.post(FILINGS, body, status=404)["rule"] == "archive.not_found"


def test_what_is_past_its_retention_is_appraised_approved_and_destroyed(
    hall: Hall, clock: FixedClock
) -> None:
    """Rows and manifests stay, and verify; the scans that nothing else has leave the disk."""
    own, shared = archived_office.ended(hall, "own"), archived_office.ended(hall, "shared")
    kept = archived_office.ended(hall, "shared", "person_info_change_general")
    archived_office.file(hall, own, shared)
    assert hall.V101.post(DISPOSALS, status=409)["rule"] == "disposal.nothing_due"
    jobs = JobsOffice(hall, clock)
    clock.moment = clock.moment.replace(year=clock.moment.year + 11)
    hall.people.clear()

    made = hall.V101.post(DISPOSALS, status=201)
    assert [one["case_no"] for one in made["files"]] == [own, shared]
    path = f"{DISPOSALS}/{made['list_id']}"
    assert hall.Z101.post(f"{path}/approval", AGREED, status=409)["rule"] == "disposal.not_due"
    assert hall.V101.post(f"{path}/destruction", status=409)["rule"] == "disposal.not_due"
    hall.V101.post(f"{path}/appraisal", AGREED)
    again = hall.V101.post(f"{path}/appraisal", AGREED, status=403)
    assert again["rule"] == "disposal.same_person"
    for staff_no in ("D101", "S101"):
        getattr(hall, staff_no).post(f"{path}/appraisal", AGREED)
    approved = hall.Z101.post(f"{path}/approval", AGREED)
    assert (approved["status"], approved["opinions"]) == ("approved", 3)
    assert hall.V101.post(f"{path}/destruction", status=409)["rule"] == "disposal.unwitnessed"
    # Whoever carries it out is none of the two who watch.
    hall.V101.post(f"{path}/witness", status=403)
    watched = hall.A101.post(f"{path}/witness")
    assert [one["by"] for one in watched["witnesses"]] == ["A101"]
    assert hall.A101.post(f"{path}/witness", status=403)["rule"] == "disposal.witness"
    hall.S101.post(f"{path}/witness")
    assert hall.D101.post(f"{path}/witness", status=409)["rule"] == "disposal.not_due"
    done = hall.V101.post(f"{path}/destruction")
    assert (done["status"], done["scans_destroyed"]) == ("destroyed", 1)

    loan = archived_office.loan(own, "2037-12-31")
    assert hall.V101.post(LOANS, loan, status=409)["rule"] == "archive.destroyed"
    pieces = hall.V101.get(f"{ARCHIVE}/cases/{own}")["pieces"]
    (gone,) = (one["digest"] for one in pieces if one["destroyed"])
    scans = jobs.opened.office.scans
    assert files.sealed(scans, gone)
    jobs.at_night("orphans")
    with pytest.raises(InvariantBroken, match="is gone"):
        files.sealed(scans, gone)
    jobs.at_night("scans")
    assert jobs.result("scans")["spoiled"] == 0
    # What was destroyed isn't a scan that a new case could name.
    body = hall.example("enrollment_certificate", 3)
    materials = [{**one, "file": gone} for one in body["materials"]]
    refused = hall.T101.accept({**body, "materials": materials}, status=422)
    assert refused["errors"][0]["rule"] == "file.unknown"
    hall.people.clear()
    for case_no in (own, shared, kept):
        assert hall.A101.findings(case_no) == []
    evidence = f"/api/cases/{own}/evidence/whole"
    keyed = {**hall.A101.headers, "Idempotency-Key": new_key()}
    assert hall.client.get(evidence, headers=keyed).status_code == 200


def test_a_lost_an_altered_and_a_swapped_scan_are_named(hall: Hall, clock: FixedClock) -> None:
    """The drill: the nightly check names each scan, and the cases whose files it spoils."""
    numbers = [archived_office.ended(hall, said) for said in ("lost", "altered", "one", "other")]
    whole = archived_office.ended(hall, "whole")
    jobs = JobsOffice(hall, clock)
    data_dir = jobs.opened.office.data_dir
    scans = [scans_of(hall, number)[0] for number in numbers]
    lost, altered, one, other = (data_dir / "files" / d[:2] / d[2:4] / d for d in scans)

    lost.unlink()
    altered.write_bytes(altered.read_bytes()[:-1] + b"!")
    swapped = one.read_bytes(), other.read_bytes()
    one.write_bytes(swapped[1])
    other.write_bytes(swapped[0])
    jobs.at_night("scans")

    told = jobs.result("scans")
    assert told["digests"] == sorted(scans)
    assert sorted(told["cases"]) == sorted(numbers)
    assert whole not in told["cases"]
    metrics = hall.client.get("/metrics").text
    assert 'tongban_job_found{job="scans"} 4' in metrics


def scans_of(hall: Hall, case_no: str) -> list[str]:
    pieces = hall.V101.get(f"{ARCHIVE}/cases/{case_no}")["pieces"]
    return [one["digest"] for one in pieces if one["kind"] == "material" and one["digest"]]


def test_the_database_holds_manifest_numbers_and_approval_too(
    hall: Hall, database: Database, clock: FixedClock
) -> None:
    """Statements by hand, under the application's own role."""
    waiting = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    first = archived_office.file(hall, archived_office.ended(hall, "first"))[0]
    second = archived_office.ended(hall, "second")
    listed = archived_office.disposal(hall, first["case_no"])
    step = {"list_id": listed, "seq": 1, "opinion": "", "at": clock.moment}
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        account = session.execute(select(Account).where(Account.staff_no == "Z101")).scalar_one()
        who = {"account_id": account.account_id, "person_id": account.person_id}
        case_id = session.execute(
            select(ArchiveManifest.case_id).where(ArchiveManifest.case_no == second)
        ).scalar_one()
    item = {"volume_id": first["volume_id"], "case_id": case_id, "pages": 1, "filed_at": step["at"]}
    item["filed_by"] = who["account_id"]
    for statement, said in (
        (update(Case).where(Case.case_no == waiting).values(status="withdrawn"), "the manifest"),
        (insert(ArchiveItem).values(**item, item_no=3), "without gaps"),
        (insert(DisposalStep).values(**step, **who, kind="approve"), "a fourth approves"),
        (insert(DisposalStep).values(**step, **who, kind="destroy"), "a fourth approves"),
        (insert(DestroyedFile).values(digest="0" * 64, list_id=listed), "an approved list"),
    ):
        engine = connection.connect(database.wide_url)
        with pytest.raises(DBAPIError, match=said), engine.begin() as opened:
            opened.execute(statement)
        engine.dispose()

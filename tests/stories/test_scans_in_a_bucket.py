"""An office whose scans lie in a bucket: taken in, read, checked at night, backed up, moved, and away."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api import scan_settings
from api.settings import Settings
from database.clock import FixedClock
from engine.scans import files
from engine.scans.scan_folder import ScanFolder
from tests import archived_office, backed_up_office, bucket_server
from tests.backed_up_office import Place, holds
from tests.bucket_server import BucketServer
from tests.databases import Cluster, Database, SqliteFiles
from tests.jobs_office import JobsOffice
from tests.people import Hall, new_key

PREFIX = "county/scans"


@pytest.fixture
def server_of_scans(tmp_path: Path) -> Iterator[BucketServer]:
    with bucket_server.serving(tmp_path) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server_of_scans: BucketServer) -> Settings:
    return replace(settings, scans=server_of_scans.bucket(PREFIX))


def copies(server: BucketServer, digest: str) -> list[str]:
    return sorted(server.objects(f"{PREFIX}/{digest[:2]}/{digest}/"))


def manifest_scans(hall: Hall, case_no: str) -> list[str]:
    pieces = hall.V101.get(f"/api/archive/cases/{case_no}")["pieces"]
    return [one["digest"] for one in pieces if one["kind"] == "material" and one["digest"]]


def test_the_drill_names_what_was_lost_altered_and_swapped_in_a_bucket(
    hall: Hall, clock: FixedClock, server_of_scans: BucketServer
) -> None:
    numbers = [archived_office.ended(hall, said) for said in ("lost", "altered", "one", "other")]
    whole = archived_office.ended(hall, "whole")
    jobs = JobsOffice(hall, clock)
    assert not (jobs.opened.office.data_dir / "files").exists()
    scans = [manifest_scans(hall, number)[0] for number in numbers]
    lost, altered, one, other = (copies(server_of_scans, digest)[-1] for digest in scans)
    lying = server_of_scans.objects(PREFIX)

    server_of_scans.delete(lost)
    server_of_scans.put(altered, lying[altered][:-1] + b"!")
    server_of_scans.put(one, lying[other])
    server_of_scans.put(other, lying[one])
    jobs.at_night("scans")

    told = jobs.result("scans")
    assert told["digests"] == sorted(scans)
    assert whole not in told["cases"]
    evidence = f"/api/cases/{whole}/evidence/whole"
    keyed = {**hall.A101.headers, "Idempotency-Key": new_key()}
    assert hall.client.get(evidence, headers=keyed).status_code == 200


def test_while_the_store_is_away_business_goes_on_and_nothing_is_lost(
    hall: Hall, clock: FixedClock, server_of_scans: BucketServer
) -> None:
    digest = backed_up_office.upload(hall, b"%PDF-1.7 before")
    jobs = JobsOffice(hall, clock)
    server_of_scans.stop()

    refused = hall.client.post(
        "/api/files",
        files={"file": ("scan.pdf", b"%PDF-1.7 during", "application/pdf")},
        headers={**hall.T101.headers, "Idempotency-Key": new_key()},
    )
    assert (refused.status_code, refused.json()["rule"]) == (503, "scans.away")
    assert "127.0.0.1" not in refused.text
    ready = hall.client.get("/readyz")
    assert (ready.status_code, ready.json()["noted"][0]["what"]) == (200, "scans")
    # What is with the office already is named by a case without asking the store.
    body = hall.example("retirement_approval", 1, "county")
    named = [{**material, "file": digest} for material in body["materials"]]
    assert hall.T101.accept({**body, "materials": named})["status"] == "in_progress"
    # The nightly look is put off for a little, and calls nothing spoiled.
    jobs.at_night("scans")
    state = jobs.state("scans")
    assert (state.succeeded_at, state.result) == (None, {})
    assert state.due_at - clock.moment < timedelta(minutes=5)


@pytest.mark.slow
def test_backup_restore_and_copying_of_scans_in_a_bucket(
    hall: Hall,
    settings: Settings,
    clock: FixedClock,
    server: SqliteFiles | Cluster,
    server_of_scans: BucketServer,
    tmp_path: Path,
) -> None:
    kept = backed_up_office.live_in(hall)
    office = Place(settings, clock, server_of_scans.variables(PREFIX))
    backup = tmp_path / "office.backup"
    holds(office.run("backup", backup))

    database = server.empty()
    goal = elsewhere(database, office, server_of_scans.variables("another/place"), tmp_path)
    holds(goal.run("restore", backup))
    assert goal.scans(kept.scans) == kept.scans
    again = goal.run("restore", backup)
    assert (again.code, "holds materials already" in again.err) == (1, True), again

    folder = ScanFolder(goal.settings.data_dir)
    moved = goal.run("copy-scans", "to-folder")
    assert (moved.code, moved.out) == (0, "3 scans copied, 0 were there already, 0 lost\n"), moved
    for digest in kept.scans:
        files.check_sealed(digest, folder.read(digest))
    lost, *_ = sorted(kept.scans)
    for name in server_of_scans.objects(f"another/place/{lost[:2]}/{lost}"):
        server_of_scans.delete(name)
    back = goal.run("copy-scans", "to-bucket")
    assert (back.code, back.out) == (0, "1 scans copied, 2 were there already, 0 lost\n"), back
    folder.place(lost).unlink()
    gone = goal.run("copy-scans", "to-folder")
    assert gone.code == 0
    unset = replace(goal, bucket={}).run("copy-scans", "to-folder")
    assert (unset.code, "TONGBAN_SCANS" in unset.err) == (2, True), unset
    server.drop(database)


def elsewhere(database: Database, office: Place, bucket: Mapping[str, str], folder: Path) -> Place:
    place = backed_up_office.place(
        database, office.settings.key_file, folder / "elsewhere", office.clock
    )
    chosen = replace(place.settings, scans=scan_settings.read(bucket))
    return replace(place, settings=chosen, bucket=bucket)

"""An office in which somebody was served, and is erased: his cases, his scan, what was paid to him."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.command_line import key_separation
from database import connection
from database.connection import Sessions
from tests import archived_office, paying_office, told_office
from tests.backed_up_office import Place
from tests.databases import Database
from tests.people import PASSWORD, Hall
from web import mounting

ERASURES = "/api/erasures"
AGREED = {"agree": True, "opinion": "依法应予删除"}
REJECTED = {"agree": False, "opinion": "依据不足"}
REASON = "（2026）示0101民初7号判决书"
ADDRESS = ("127.0.0.1", 50_000)
# What is not about anybody of the register, or tells of the demo's people as its book has them.
LEFT_OUT = {"/static/{name:path}", "/api/demo"}
PLACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Served:
    """Somebody and what of him there is: cases, papers, number and name, a scan that only he has."""

    person_id: str
    cases: list[str]
    papers: list[str]
    id_no: str
    name: str
    scan: str

    @property
    def named(self) -> tuple[str, ...]:
        """What must stand nowhere any more."""
        return (self.id_no, self.name, told_office.ADDRESS, "本人改期办理")


def served(hall: Hall) -> Served:
    """Pay somebody a refund, give him a certificate, let him choose a base and take something back."""
    told_office.set_plan(hall, told_office.beside_data(hall))
    (owed,) = paying_office.owed(hall)
    paying_office.release(hall, [owed])
    (released,) = [
        one for one in paying_office.listed(hall) if one["payable_id"] == owed["payable_id"]
    ]
    paying_office.report(hall, [paying_office.reported(released)])
    applicant = hall.example("contribution_refund", 1, "county")["applicant"]
    scan, told = certified(hall, applicant, contact=told_office.CONTACT)
    change = {**hall.example("payment_account_change", 2), "applicant": applicant}
    change["form"] = {**change["form"], "holder": applicant["name"]}
    withdrawn = hall.T101.accept({**change, "materials": []})
    hall.T101.post(f"/api/cases/{withdrawn['case_no']}/withdrawal", {"reason": "本人改期办理"})
    cases = [owed["case_no"], told["case_no"], withdrawn["case_no"]]
    person_id = str(told["person_id"])
    record = hall.A101.get(f"/api/register/persons/{person_id}")
    papers = [str(paper["number"]) for paper in record["documents"]]
    return Served(person_id, cases, papers, applicant["id_no"], applicant["name"], scan)


def certified(hall: Hall, applicant: dict[str, Any], **said: Any) -> tuple[str, Any]:
    """The scan and the case of a certificate that somebody is given."""
    scan = archived_office.scan(hall, f"his own {applicant['id_no']}")
    body = {**hall.example("enrollment_certificate", 3), "applicant": applicant, **said}
    materials = [{**one, "file": scan} for one in body["materials"]]
    return scan, hall.T101.accept({**body, "materials": materials})


def asked(hall: Hall, person_id: str, by: str = "C001", **said: Any) -> str:
    """Internal control of the city asks for his erasure by order of a court; where it is decided."""
    entry = {"person_id": person_id, "basis": "court", "reason": REASON, **said}
    made = getattr(hall, by).post(ERASURES, entry, status=201)
    return f"{ERASURES}/{made['request_id']}/decision"


def erased(hall: Hall, office: Place, one: Served) -> None:
    """Erase him by order of a court."""
    decision = asked(hall, one.person_id)
    assert office.run("keys", "separate").code == 0
    assert hall.H001.post(decision, AGREED)["status"] == "erased"


def leave_rows(hall: Hall, database: Database) -> None:
    """A request, its approval, and a scan that went with it."""
    applicant = hall.example("person_info_change_general", 3)["applicant"]
    _, told = certified(hall, applicant)
    decision = asked(hall, told["person_id"])
    moved(database)
    assert hall.H001.post(decision, AGREED)["scans_erased"] == 1


def moved(database: Database) -> None:
    """Move every row that waits for it to its person's own key, as ``tongban keys separate`` does."""
    engine = connection.connect(database.owner_url)
    owner = Sessions(engine)
    with owner.reading() as session:
        waiting = key_separation.to_be_moved(session)
    for own in waiting:
        key_separation.move(owner, own)
    engine.dispose()


def file_of(database: Database) -> bytes:
    """The bytes of an SQLite database, all that was written taken into its file."""
    engine = connection.connect(database.url)
    with engine.connect() as opened:
        opened.exec_driver_sql("COMMIT")
        assert opened.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0
    engine.dispose()
    return b"".join(Path(f"{engine.url.database}{end}").read_bytes() for end in ("", "-wal"))


def answered(hall: Hall, one: Served) -> Iterator[tuple[str, int, str]]:
    """What every address that reads answers of him: the interface's, and every page of the desk."""
    published = hall.client.get("/api/openapi.json").json()["paths"]
    paths = [path for path, verbs in published.items() if "get" in verbs and path not in LEFT_OUT]
    pages = [
        str(route.path)
        for part in mounting.PARTS
        for route in part.router.routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and route.path not in LEFT_OUT
    ]
    with TestClient(
        hall.client.app, "http://127.0.0.1:8000", raise_server_exceptions=False, client=ADDRESS
    ) as client:
        for path in filled(paths, one):
            yield _got(client, path, hall.A101.headers)
        _sign_in(client, "T101")
        for path in filled(pages, one):
            yield _got(client, path, {"accept": "text/html"})


def filled(paths: list[str], one: Served) -> Iterator[str]:
    """These addresses, for every case of his and every paper of it where they ask for one."""
    known = {
        "person_id": [one.person_id],
        "code": ["unmasked", "enrollment_certificate"],
        "digest": [one.scan],
    }
    for path in sorted(paths):
        for case_no in one.cases if "{case_no}" in path else [""]:
            own = [paper for paper in one.papers if paper.startswith(case_no)]
            known |= {"case_no": [case_no], "number": own}
            names = PLACES.findall(path)
            for said in product(*(known.get(name, ["1"]) for name in names)):
                yield path.format(**dict(zip(names, said, strict=True)))


def _got(client: TestClient, path: str, headers: Mapping[str, str]) -> tuple[str, int, str]:
    found = client.get(path, headers=headers)
    return path, found.status_code, found.text


def _sign_in(client: TestClient, staff_no: str) -> None:
    page = client.get("/sign-in", headers={"accept": "text/html"}).text
    found = re.search(r'name="csrf" content="(\w+)"', page)
    assert found, page
    said = {"staff_no": staff_no, "password": PASSWORD, "csrf": found[1]}
    headers = {"accept": "text/html", "origin": "http://127.0.0.1:8000"}
    assert client.post("/sign-in", data=said, headers=headers).status_code == 200

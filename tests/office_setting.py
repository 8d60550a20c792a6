"""Where histories of a random office play: two nodes of two releases, a fresh database for each."""

import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url

from api import composition, shipped
from api.composition import Opened
from api.demonstration import demo
from api.settings import Settings
from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from database import clock as clocks
from database import connection
from database.clock import FixedClock
from database.connection import Sessions
from engine.defining import archive, definitions
from engine.defining.definition import Definition
from engine.office import Office
from engine.rules import risk
from tests import conftest, office_people, outside
from tests.databases import Database, SqliteFiles
from tests.office_edge import Edge
from tests.office_model import Given, Picture

# People of the other county, whom the demo has no examples for.
_ELSEWHERE: Sequence[dict[str, Any]] = (
    {
        "process": "payment_account_change",
        "applicant": {"kind": "person", "id_no": "61009919601010611X", "name": "曹伟"},
        "form": {
            "bank_name": "示范农村商业银行",
            "bank_account": "6217000012345609",
            "holder": "曹伟",
        },
    },
    {
        "process": "enrollment_certificate",
        "applicant": {"kind": "person", "id_no": "610099199002146027", "name": "韩雪"},
        "form": {"purpose": "employment", "scope": "status"},
    },
)


@dataclass(slots=True)
class Place:
    """One history's office: its edge, its clock, what it should look like."""

    edge: Edge
    clock: FixedClock
    picture: Picture


def tells_its_amount(definition: Definition, form: Mapping[str, Any]) -> bool:
    """Whether the form says the amount that a grant's limit is compared with: the picture has no register."""
    said = "amount_cents" in form or "monthly_delta_cents" in form
    return said or "amount_cents" not in definition.fact_names


@dataclass(slots=True)
class Setting:
    """What all histories of a campaign share; nothing of it remembers a history.

    The first ``usual`` bodies are the demo's, which any teller of its county can accept on the first day.
    """

    folder: Path
    database: Database = field(init=False)
    engine: Engine = field(init=False)
    first_day: bytes = field(init=False)
    spoiled: bool = field(init=False, default=False)
    files: Iterator[str] = field(init=False)
    offices: Sequence[Office] = field(init=False)
    accounts: dict[str, int] = field(init=False)
    grants: list[tuple[int, str]] = field(init=False)
    bodies: list[dict[str, Any]] = field(init=False)
    usual: int = field(init=False)
    categories: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.database = database = SqliteFiles(self.folder).filled(self._fill)
        self.files = (f"{database.url}-{number}" for number in itertools.count(2))
        # One engine for all histories: what it compiled before it needn't compile again.
        self.engine = connection.connect(database.url)
        opened = composition.open_office(
            Settings(
                seal_seconds=0,
                database_url=database.url,
                data_dir=self.folder / "data",
                key_file=database.keys,
            )
        )
        with opened.sessions.reading() as session:
            known = session.execute(select(Account.staff_no, Account.account_id)).all()
            entered = session.execute(select(Grant.grant_id, Grant.agency_code)).all()
        opened.sessions.engine.dispose()
        self.accounts = {row.staff_no: row.account_id for row in known}
        self.grants = [(row.grant_id, row.agency_code) for row in entered]
        deployed = opened.office.catalogue
        self.categories = {one.code: one.category for one in deployed.all()}
        sessions = Sessions(self.engine, FixedClock(conftest.MOMENT))
        updated = composition.take_effect(Opened(self._next_release(opened.office), sessions))
        self.offices = [opened.office, updated.office]
        self.engine.dispose()
        self.first_day = self._file.read_bytes()
        # What waits for the outside is walked through by ``tests/walks.py``: here everybody acts at once.
        listed = [
            body
            for code, each in demo.examples(deployed).items()
            if not outside.waits(deployed.current(code))
            for body in each
            if tells_its_amount(deployed.current(code), body["form"])
        ]
        self.bodies = [self._body(opened.office, body) for body in listed]
        self.usual = len(self.bodies)
        self.bodies += [self._body(opened.office, body) for body in _ELSEWHERE]

    def begin(self) -> Place:
        """A fresh office over a copy of the demo, with the second accounts, on its first day."""
        self.engine.dispose()
        if self.spoiled:
            # A failed history may still hold a connection: its files stay as they are.
            self._move_away()
        for beside in ("-wal", "-shm"):
            Path(f"{self._file}{beside}").unlink(missing_ok=True)
        self._file.write_bytes(self.first_day)
        clock = conftest.TickingClock(conftest.MOMENT)
        sessions = Sessions(self.engine, clock)
        edge = Edge([Opened(office, sessions) for office in self.offices], self.accounts)
        given = {number: Given(agency) for number, agency in self.grants}
        return Place(edge, clock, Picture(clocks.office_date(clock.moment), given))

    def _move_away(self) -> None:
        """Let the next histories play in a file of their own."""
        self.database = replace(self.database, url=next(self.files))
        self.engine = connection.connect(self.database.url)
        self.spoiled = False

    @property
    def _file(self) -> Path:
        return Path(str(make_url(self.database.url).database))

    def _fill(self, database: Database) -> None:
        conftest.demo_office(database)
        sessions = Sessions(connection.connect(database.url), FixedClock(conftest.MOMENT))
        with sessions.command() as session:
            known = session.execute(select(Account.staff_no, Account.account_id)).all()
            office_people.hire_second_accounts(session, dict(known))
        sessions.engine.dispose()

    def _next_release(self, office: Office) -> Office:
        """A node that was updated first: its folders are not registered, so it works by the kept ones."""
        folder = self.folder / "next"
        shutil.copytree(
            shipped.process_folder(), folder, ignore=shutil.ignore_patterns("__pycache__")
        )
        for guide in folder.glob("*/guide.yaml"):
            guide.write_text(guide.read_text("utf-8") + "\n# the next release\n", "utf-8")
        catalogue = definitions.load([folder], folder / "_shared", office.data_dir)
        risk.check(office.risk, catalogue)
        for definition in catalogue.all():
            archive.keep(definition, office.data_dir)
        verdicts = composition.proven(catalogue, office.risk)
        return Office(catalogue, office.risk, office.data_dir, verdicts)

    @staticmethod
    def _body(office: Office, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body for acceptance, with every material the guide requires."""
        guide = office.catalogue.current(body["process"]).guide
        materials = [{"code": one.code} for one in guide.materials if one.required]
        said = {name: value for name, value in body.items() if name != "expect"}
        return {**said, "materials": materials}

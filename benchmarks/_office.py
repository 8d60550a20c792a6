"""The office that benchmarks measure: durable databases of both kinds, insured persons as many as asked."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from stdnum.cn import ric

from api import composition
from api.composition import Opened
from api.demonstration import demo, demo_signers
from api.settings import Settings
from authz import actors
from authz.actors import Actor
from authz.keys.signers import Signer
from authz.offices.accounts import Account
from authz.signing_in import passwords
from authz.signing_in.passwords import PasswordProof
from database import keys, migrating
from engine import cases, covered, office_record, signing
from engine.applications import Application
from engine.handling import Handling
from engine.sign_off_requests import SignOffRequest
from register import months, opening
from register.opening import PersonOpening, RelationOpening
from register.records import ContributionMonth
from tests import databases
from tests.databases import APP, Database, SqliteFiles

COUNTY = "990101"
PAID_MONTHS = 120
# What the tests' cluster leaves out for speed is what these programs measure.
DURABLE = databases.OPTIONS.replace("=off", "=on").replace("jit=on", "jit=off")
# Who signs the steps of a level-1 county case after the teller's own.
SIGNERS = ("R101", "D101", "Z101")
_numbers = itertools.count()


@dataclass
class Place:
    """An open office over one database, its settings, and the passwords its signers proved.

    ``beside_url`` is an empty database of the same kind, for what is measured beside it.
    """

    kind: str
    settings: Settings
    opened: Opened
    owner_url: str
    beside_url: str
    accounts: Mapping[str, int] = field(default_factory=dict)
    proofs: dict[str, PasswordProof] = field(default_factory=dict)
    signers: dict[str, Signer | None] = field(default_factory=dict)

    def accept(self, said: Mapping[str, Any]) -> Handling:
        """Accept a case at the window, in one transaction of its own."""
        with self.opened.sessions.command() as session:
            teller = self.actor(session, "T101")
            application = Application.model_validate(said)
            return cases.accept(session, self.opened.office, teller, application)

    def actor(self, session: Session, staff_no: str) -> Actor:
        """As a request's sign-in gives him: with a key that needs no reading."""
        if staff_no not in self.signers:
            self.signers[staff_no] = demo_signers.actor(session, self.accounts[staff_no]).signer
        found = actors.load(session, self.accounts[staff_no])
        return replace(found, signer=self.signers[staff_no])

    def sign(self, work: Handling, staff_no: str) -> Handling:
        """Sign the waiting task of a case, in one transaction of its own."""
        if staff_no not in self.proofs:
            with self.opened.sessions.reading() as session:
                proof = passwords.check(session, self.accounts[staff_no], demo.PASSWORD)
            assert proof is not None
            self.proofs[staff_no] = proof
        (task,) = work.tasks
        request = SignOffRequest(decision="approve", opinion="同意", seen=covered.seen(work))
        with self.opened.sessions.command() as session:
            signer = self.actor(session, staff_no)
            return signing.sign(
                session,
                self.opened.office,
                signer,
                task.task_id,
                request,
                proof=self.proofs[staff_no],
            )

    def persons(self, count: int) -> Iterator[dict[str, str]]:
        """As many newly insured persons, as an application names them; each with 10 paid years."""
        every = [months.shifted(201501, step) for step in range(PAID_MONTHS)]
        paid = [ContributionMonth(month, 400_000, "PAID") for month in every]
        named = []
        with self.opened.sessions.command() as session:
            for _ in range(count):
                id_no = _id_no(next(_numbers))
                person = PersonOpening(
                    id_no=id_no,
                    name="测试",
                    post_kind="M",
                    first_work_on=date(2015, 1, 1),
                    relations=[RelationOpening(COUNTY, 201501)],
                    months=paid,
                    principal_cents=4_800_000,
                    contact={"mobile": "13900000000", "address": "青山县"},
                )
                opened = opening.open_person(session, person, agency=COUNTY)
                office_record.note_opening(session, COUNTY, opened)
                named.append({"kind": "person", "id_no": id_no, "name": "测试"})
        return iter(named)


def _id_no(number: int) -> str:
    """The ``number``-th id number of an invented man."""
    day = date(1985, 1, 1) + timedelta(days=number // 400)
    body = f"990101{day:%Y%m%d}{number % 400 * 2 + 1:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def level_3(applicant: Mapping[str, str]) -> dict[str, Any]:
    """A change of address and telephone: accepted, signed, posted and receipted at once."""
    return {
        "process": "person_info_change_general",
        "applicant": dict(applicant),
        "form": {"mobile": "13912345678", "address": "青山县建设路8号"},
        "materials": [{"code": "id_card"}],
    }


def level_1(applicant: Mapping[str, str]) -> dict[str, Any]:
    """A correction of a personal account: handled at the window, then signed by three more."""
    return {
        "process": "account_adjustment",
        "applicant": dict(applicant),
        "form": {
            "item": "principal",
            "direction": "increase",
            "amount_cents": 128_000,
            "reason_code": "unrecorded_contribution",
            "evidence": "2019年3月缴费凭证",
        },
        "materials": [
            {"code": code}
            for code in ("id_card", "application", "evidence", "investigation_record")
        ],
    }


@contextmanager
def offices() -> Iterator[list[Place]]:
    """A demo office on SQLite and one on PostgreSQL, both waiting for the disk at every commit."""
    databases.OPTIONS = DURABLE
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as name:
        folder = Path(name)
        with databases.cluster(folder / "key") as cluster:
            files = SqliteFiles(folder)
            places = [place(server.empty(), server.empty(), folder) for server in (files, cluster)]
            yield places
            for one in places:
                one.opened.sessions.engine.dispose()


def place(database: Database, beside: Database, folder: Path, suite: str = "intl-1") -> Place:
    """A demo office on this database, signing under this suite."""
    keys.install(keys.load(folder / "key"))
    migrating.migrate(database.owner_url, app_role=APP if database.migration_url else None)
    settings = Settings(
        database_url=database.url,
        data_dir=folder / database.kind,
        key_file=folder / "key",
        migration_url=database.migration_url,
        suite=suite,
    )
    opened = composition.open_office(settings)
    with opened.sessions.command() as session:
        demo.load(session)
    composition.take_effect(opened)
    with opened.sessions.reading() as session:
        if database.kind == "postgresql":
            assert session.execute(text("SHOW fsync")).scalar_one() == "on"
            assert session.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        listed = session.execute(select(Account.staff_no, Account.account_id))
        found = {row.staff_no: row.account_id for row in listed}
    return Place(database.kind, settings, opened, database.owner_url, beside.owner_url, found)


@dataclass(frozen=True, slots=True)
class Timed:
    """How long one round took, a time: seconds on the wall, seconds of this process's CPU."""

    wall: float
    cpu: float


def timed(act: Callable[[], None], count: int) -> Timed:
    """The mean over ``count`` repetitions."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        act()
    return Timed((time.perf_counter() - wall) / count, (time.process_time() - cpu) / count)


def compared(
    one: Callable[[], None], other: Callable[[], None], *, rounds: int, counts: tuple[int, int]
) -> tuple[list[Timed], list[Timed]]:
    """Rounds of both in turn, so that whatever else the machine does falls on both alike."""
    ones, others = [], []
    for _ in range(rounds):
        ones.append(timed(one, counts[0]))
        others.append(timed(other, counts[1]))
    return ones, others


def median(rounds: list[Timed], what: str = "wall") -> float:
    """The median of the rounds, in seconds."""
    return statistics.median(one.wall if what == "wall" else one.cpu for one in rounds)


def say(what: str, ratio: float, floor: float, aim: float, more: str = "") -> None:
    """One line of the table: the ratio, what it must and what it should be."""
    verdict = (
        "reaches the aim" if ratio >= aim else "holds" if ratio >= floor else "BELOW THE FLOOR"
    )
    print(f"{what}: {ratio:.3g} (at least {floor}, aim {aim}): {verdict}. {more}".rstrip())

"""Edits of a whole office as its database's administrator makes them: every one is found, and located.

The office was sealed as it went, and its seal file kept elsewhere: the witness. What the witness alone can
tell (a cut, an old copy, a rewritten history) is asked of it; clean offices give no finding with it either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.settings import Settings
from authz.keys import certificate_trust
from database.clock import FixedClock
from oversight import seal_checks, seal_file
from oversight.findings import Finding
from oversight.seal_record import Checkpoint
from oversight.tree import TILE
from tests import (
    audited_office,
    clock_commands,
    conftest,
    earlier_copy,
    sealed_journal,
    software_token,
    tampering,
)
from tests import book as books
from tests.book import Book
from tests.campaign import Campaign
from tests.certified import Authority
from tests.databases import Database
from tests.granting import granted
from tests.people import Hall

# On PostgreSQL, where each verification waits for a server, a tenth: the rows and checks are the same.
POSTGRESQL_PART = 10
LEAST_KINDS = 20
# Seals are made between these: before any case, in the middle, and with kept nodes in the tree.
GROWTH = (1, 3, TILE, 2)


@dataclass
class Witnessed:
    """An office, and the seals that left it."""

    book: Book
    witness: list[Checkpoint]
    earlier: earlier_copy.Copy = ()

    def findings(self, session: Session) -> list[Finding]:
        """What verification finds, and what the witness says."""
        found = self.book.findings(session)
        return [*found, *seal_checks.check_witness(session, self.witness)]


def certify(hall: Hall, settings: Settings, folder: Path) -> None:
    """An auditor of the other county has a certified key of his own: nobody here needs him to sign."""
    authority = Authority("intl-1", folder)
    trusted = settings.data_dir / certificate_trust.FOLDER
    trusted.mkdir()
    (trusted / "root.pem").write_bytes((folder / "root.pem").read_bytes())
    pem = authority.issue("a201", "/CN=测试审计员/serialNumber=A201")
    software_token.enrol(hall, "A201", authority.token("a201"), pem)


def read_in_the_clear(hall: Hall, case_no: str) -> None:
    """A teller reads whom his case is about, masked and not."""
    person = f"/api/register/persons/{hall.T101.case(case_no)['person_id']}"
    hall.T101.get(person)
    hall.T101.post(f"{person}/unmasking", {"fields": ["id_no"], "case_no": case_no})


@pytest.fixture
def office(
    hall: Hall, database: Database, settings: Settings, tmp_path: Path
) -> Iterator[Witnessed]:
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    file = tmp_path / "witness.jsonl"
    sealed_journal.seal(sessions, file)
    hall.lose_password("T103")
    book = books.opened(hall, database)
    certify(hall, settings, tmp_path / "authority")
    read_in_the_clear(hall, book.waiting)
    hall.D101.post(f"/api/cases/{book.waiting}/clock-stop", clock_commands.STOP)
    given = hall.S101.get("/api/grants")["items"][0]
    hall.S101.post(f"/api/grants/{given['grant_id']}/revocation", {"reason": "岗位调整"})
    with sessions.reading() as session:
        earlier = earlier_copy.take(session)
    for entries in GROWTH:
        sealed_journal.grow(sessions, entries)
        sealed_journal.seal(sessions, file)
    newest = hall.A101.get("/api/audit/seals")["items"][0]["seal_no"]
    sample = audited_office.sample(hall, seal_no=newest)
    audited_office.answered(
        hall, hall.A101.get(f"{audited_office.SAMPLES}/{sample}")["items"][0]["case_no"]
    )
    yield Witnessed(book, list(seal_file.read(file)), earlier)
    book.engine.dispose()


@pytest.mark.campaign(test=100, long=1000)
def test_every_edit_is_found_and_located(
    office: Witnessed, database: Database, campaign: Campaign
) -> None:
    budget = campaign.budget // (POSTGRESQL_PART if database.kind == "postgresql" else 1)
    kinds = list(tampering.KINDS)
    campaign.choices.shuffle(kinds)
    unseen, tried = [], 0
    while campaign.counts["edits"] < budget:
        kind = kinds[tried % len(kinds)]
        tried += 1
        with office.book.edited() as session:
            session.info["clock"] = FixedClock(conftest.MOMENT + timedelta(hours=1))
            session.info["earlier"] = office.earlier
            named = tampering.KINDS[kind](session, campaign.choices)
            if named is None:
                campaign.counts["refused by the database"] += 1
                continue
            campaign.counts["edits"] += 1
            campaign.counts[kind] += 1
            found = office.findings(session)
        if not any(map(named, found)):
            unseen.append((kind, session.info.get("edited"), [str(one) for one in found]))
    assert unseen == [], "\n".join(map(str, unseen))
    met = sum(1 for kind in tampering.KINDS if campaign.counts[kind])
    assert met >= (LEAST_KINDS if database.kind == "sqlite" else budget // 2)
    with office.book.edited() as session:
        assert office.findings(session) == []


@pytest.mark.campaign(test=20, long=1000)
def test_a_clean_history_gives_no_finding(
    hall: Hall, database: Database, tmp_path: Path, campaign: Campaign
) -> None:
    """An office goes on, sealed now and then; after each step everything holds, as witnessed before."""
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    budget = campaign.budget // (POSTGRESQL_PART if database.kind == "postgresql" else 1)
    book, file = books.opened(hall, database), tmp_path / "witness.jsonl"
    sealed_journal.seal(sessions, file)
    for _step in range(budget):
        before = list(seal_file.read(file))
        what = campaign.choices.choice(("case", "sign-in", "entries", "grant"))
        if what == "case":
            hall.T101.accept(hall.example("enrollment_certificate", 3))
        elif what == "grant":
            granted(hall, grant(hall))
        elif what == "sign-in":
            hall.people.pop("T102", None)
            assert hall.T102
        else:
            sealed_journal.grow(sessions, campaign.choices.randrange(1, TILE))
        campaign.counts[what] += 1
        if campaign.choices.random() < 0.7:
            campaign.counts["seals"] += len(sealed_journal.seal(sessions, file))
        with book.edited() as session:
            now = list(seal_file.read(file))
            assert Witnessed(book, now).findings(session) == []
            assert list(seal_checks.check_witness(session, before)) == []
    book.engine.dispose()
    assert campaign.counts["seals"] > 0


def grant(hall: Hall) -> dict[str, str]:
    """A grant like one of the register's."""
    given = hall.S101.get("/api/grants")["items"][0]
    return {
        "post": "teller",
        "agency": given["agency"],
        "process": "retirement_approval",
        "valid_from": given["valid_from"],
        "basis": "测试",
    }

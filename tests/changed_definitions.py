"""An agency's own office whose installation brings other process folders than the registered ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from api import shipped
from authz.offices.accounts import Account
from database import connection
from database.connection import OfficeSession
from tests.databases import Database
from tests.people import Hall

CHANGED, UNPROVEN, NEW = "account_adjustment", "payment_account_change", "special_adjustment"
REFUSE, ESCALATE = 'decision == "refuse"', 'decision == "escalate"'


@contextmanager
def owner(database: Database) -> Iterator[Session]:
    """A session of the schema's owner."""
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session:
        yield session
        session.commit()
    engine.dispose()


def become_an_agency(database: Database) -> None:
    """From now on it is no demo office: nobody is registered by himself, nor is a folder."""
    with owner(database) as session:
        session.execute(update(Account).values(demo=False))


def shipped_copy(place: Path) -> Path:
    """The shipped folders, to be altered, and the risk table beside them."""
    copied = place / "processes"
    shutil.copyfile(shipped.risk_levels(), place / shipped.RISK_LEVELS)
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(shipped.process_folder(), copied, ignore=left_out)
    return copied


def release(place: Path) -> Path:
    """A release with another memo in one posting, a way around the signatures, and a new process."""
    folder = shipped_copy(place)
    copied_as(folder, CHANGED, NEW)
    alter(folder / CHANGED / "posting.py", "memo=form.reason_code", 'memo=f"R {form.reason_code}"')
    alter(folder / UNPROVEN / "process.bpmn", REFUSE, ESCALATE)
    return folder


def copied_as(folder: Path, model: str, code: str) -> None:
    """A further process that does what another one does."""
    shutil.copytree(folder / model, folder / code)
    alter(folder / code / "process.bpmn", f'id="{model}"', f'id="{code}"')
    alter(folder / code / "process.bpmn", f'bpmnElement="{model}"', f'bpmnElement="{code}"')


def alter(file: Path, before: str, after: str) -> None:
    """Write other words into a file."""
    text = file.read_text(encoding="utf-8")
    assert before in text, (file, before)
    file.write_text(text.replace(before, after), encoding="utf-8")


def proposed(hall: Hall, name: str, status: int = 201) -> Any:
    """Propose what is installed of a folder."""
    return hall.S000.post("/api/rules/texts", {"kind": "definition", "name": name}, status=status)


def digest_of(hall: Hall, code: str) -> str:
    """The version of a process that new cases begin on, once the node has looked what is in force."""
    hall.S000.get("/api/rules")
    return str(hall.S000.get(f"/api/processes/{code}")["digest"])

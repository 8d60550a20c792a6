"""``tongban verify --workers``: several processes find what one finds, and no false alarm."""

import json

import pytest
from sqlalchemy import text

from api import cli
from api.settings import Settings
from database import connection
from oversight import case_pages
from tests import book
from tests.databases import Database
from tests.people import Hall


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("TONGBAN_KEY_FILE", str(settings.key_file))


def verified(capsys: pytest.CaptureFixture[str], workers: int) -> tuple[int, list[str]]:
    code = cli.main(["verify", "--json", "--workers", str(workers)])
    said = capsys.readouterr().out.splitlines()
    return code, sorted(json.dumps(json.loads(line), sort_keys=True) for line in said)


@pytest.mark.slow
def test_several_find_what_one_finds(
    hall: Hall,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(case_pages, "AT_ONCE", 2)
    made = [
        hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"] for _ in range(5)
    ]
    waiting = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(waiting)

    assert verified(capsys, 2) == (0, [])

    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        edit = text("UPDATE sign_offs SET decision = 'refuse' WHERE case_no = :case_no")
        opened.execute(edit, {"case_no": made[3]})
        opened.execute(
            text("UPDATE journal SET action = 'denied' WHERE stream = :stream AND seq = 2"),
            {"stream": waiting},
        )
        opened.execute(
            text("UPDATE journal SET stream = 'nowhere' WHERE stream = '990102' AND seq = 1")
        )
    engine.dispose()
    alone, together = verified(capsys, 1), verified(capsys, 2)
    assert together == alone
    assert alone[0] == 1
    named = {json.loads(line)["case_no"] for line in alone[1]}
    assert {made[3], waiting, "nowhere"} <= named

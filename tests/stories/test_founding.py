"""``tongban found``: an office's first agencies and people, and their first passwords."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import app, cli, settings
from tests.databases import Database
from tests.people import Person
from tests.staff_commands import new_id_no

FIRST = """
agencies:
  - {code: "610000", name: 某省社会保险局, kind: province}
  - {code: "610100", name: 某市经办处, kind: city, parent: "610000", sections: {待遇科: [benefit]}}
  - {code: "610101", name: 某县经办中心, kind: county, parent: "610100"}
staff:
  - {staff_no: A1, name: 甲, id_no: "%s", agency: "610000", posts: [administrator]}
  - {staff_no: C1, name: 乙, id_no: "%s", agency: "610000", posts: [internal_control]}
  - {staff_no: S1, name: 丙, id_no: "%s", agency: "610000", posts: [supervisor]}
"""
REFUSED = 2


@pytest.fixture
def office(
    empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> settings.Settings:
    """An empty, migrated office that the command line's settings lead to."""
    told = {
        "TONGBAN_DATABASE_URL": empty_database.url,
        "TONGBAN_DATA_DIR": str(tmp_path / "data"),
        "TONGBAN_KEY_FILE": str(empty_database.keys),
        "TONGBAN_SEAL_SECONDS": "0",
    }
    if empty_database.migration_url:
        told["TONGBAN_MIGRATION_URL"] = empty_database.migration_url
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["migrate"]) == 0
    return settings.read(told)


def written(folder: Path) -> Path:
    file = folder / "office.yaml"
    file.write_text(FIRST % (new_id_no(), new_id_no(), new_id_no()), "utf-8")
    return file


def test_the_first_people_take_on_the_others(
    office: settings.Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path)
    capsys.readouterr()
    assert cli.main(["found", str(file)]) == 0
    said = capsys.readouterr().out.splitlines()
    told = dict(line.split("\t") for line in said if "\t" in line)
    assert set(told) == {"A1", "C1", "S1"}
    assert cli.main(["found", str(file)]) == REFUSED
    assert "holds an office already" in capsys.readouterr().err

    with TestClient(
        app.create_app(office), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000)
    ) as client:
        first = Person(client, "A1", told["A1"])
        newcomer = {"staff_no": "T1", "name": "丁", "id_no": new_id_no(), "agency": "610101"}
        refused = first.post("/api/accounts", newcomer, status=403)
        assert refused["rule"] == "password.first"
        assert first.get("/api/accounts", status=403)["rule"] == "password.first"
        assert client.get("/me", headers=first.headers).status_code == 200

        changed = {"password": told["A1"], "new_password": "chosen-by-himself"}
        first.post("/api/session/password", changed)

        Person(client, "A1", "chosen-by-himself").post("/api/accounts", newcomer, status=201)


def test_a_file_that_founds_no_office_says_all_that_is_wrong(
    office: settings.Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.data_dir is not None
    file = tmp_path / "office.yaml"
    for text, said in (
        ("agencies: []\nstaff: [{staff_no: A1}]\n", ("agencies", "staff.0.name")),
        (FIRST.replace("posts: [supervisor]", "posts: [boss]"), ("boss", "supervisor")),
        ("a: [", ("office.yaml",)),
    ):
        file.write_text(
            text % (new_id_no(), new_id_no(), new_id_no()) if "%s" in text else text, "utf-8"
        )
        assert cli.main(["found", str(file)]) == REFUSED
        told = capsys.readouterr().err
        assert all(part in told for part in said), told
    assert cli.main(["found", str(tmp_path / "none.yaml")]) == REFUSED

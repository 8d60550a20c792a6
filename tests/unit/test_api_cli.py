"""The command line refuses in one line, with its exit code, and says what to do."""

from pathlib import Path

import pytest

from api import cli, settings
from api.running import serving


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_wrong_setting_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TONGBAN_SUITE", "rot13")

    assert cli.main(["migrate"]) == cli.REFUSED

    said = capsys.readouterr().err
    assert said.startswith("tongban: TONGBAN_SUITE")
    assert "intl-1" in said


def test_an_empty_database_says_what_to_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve"]) == cli.REFUSED

    assert "tongban migrate" in capsys.readouterr().err


def test_a_key_others_can_read_stops_the_start(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "key").write_text("00" * 32)
    (folder / "var" / "key").chmod(0o644)

    assert cli.main(["verify"]) == cli.REFUSED

    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["serve", "--port", "70000"], ["serve", "--workers", "0"]]
)
def test_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert ended.value.code == 2


def test_new_process_is_written_where_the_office_loads_from(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "own").mkdir()
    monkeypatch.setenv("TONGBAN_PROCESSES", str(folder / "own"))

    assert cli.main(["new-process", "hardship_grant"]) == 0
    assert (folder / "own" / "hardship_grant" / "process.bpmn").is_file()
    assert "level 1" in capsys.readouterr().out

    assert cli.main(["new-process", "hardship_grant"]) == cli.REFUSED
    assert cli.main(["new-process", "Hardship"]) == cli.REFUSED


def test_one_role_that_owns_and_runs_is_warned_of() -> None:
    alone = settings.read({"TONGBAN_DATABASE_URL": "postgresql+psycopg://app@db/tongban"})
    apart = settings.read(
        {
            "TONGBAN_DATABASE_URL": "postgresql+psycopg://app@db/tongban",
            "TONGBAN_MIGRATION_URL": "postgresql+psycopg://owner@db/tongban",
        }
    )

    assert "TONGBAN_MIGRATION_URL" in (serving.owner_warning(alone) or "")
    assert serving.owner_warning(apart) is None
    assert serving.owner_warning(settings.read({})) is None

"""``tongban prove``: what is deployed, folders and bare diagrams; the exit code says how it went."""

from pathlib import Path

import pytest

from api import cli, shipped
from tests.bpmn_diagrams import diagram, node
from tests.broken_drawings import LAWFUL_FLOWS, LAWFUL_NODES


def test_the_command_proves_what_is_deployed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prove"]) == 0

    said = capsys.readouterr().out
    assert "retirement_approval: proven" in said
    assert "level 1 city_meeting: proven" in said


def test_the_command_proves_a_folder_and_a_diagram(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = shipped.process_folder() / "payment_account_change"
    alone = tmp_path / "alone.bpmn"
    alone.write_bytes((folder / "process.bpmn").read_bytes())

    assert cli.main(["prove", str(folder), str(alone), "--level", "2"]) == 0

    assert capsys.readouterr().out.count("payment_account_change: proven") == 2


def test_the_command_shows_the_way_around_a_signature(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hole = tmp_path / "hole.bpmn"
    hole.write_bytes(diagram("hole", LAWFUL_NODES, LAWFUL_FLOWS))

    assert cli.main(["prove", str(hole), "--level", "2"]) == 1

    said = capsys.readouterr().out
    assert "unsigned: posts without the sign-offs it needs; missing: review" in said
    assert "path: begin → materials → handle [approve] → decided → post" in said
    assert cli.main(["prove", str(hole), "--level", "3", "--json"]) == 0


def test_the_command_names_what_cannot_be_loaded(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code = tmp_path / "code.bpmn"
    code.write_bytes(diagram("code", [*LAWFUL_NODES, node("scriptTask", "run")], LAWFUL_FLOWS))

    assert cli.main(["prove", str(code)]) == 2
    assert cli.main(["prove", str(tmp_path / "nowhere.bpmn")]) == 2

    said = capsys.readouterr().err
    assert "code.bpmn" in said
    assert "run" in said

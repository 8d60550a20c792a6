"""A folder that nobody registered stops no start, whatever is wrong with it; a registered one does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import shipped
from api.running import health, serving
from engine.defining.located import DefinitionRefused
from tests import changed_definitions
from tests.changed_definitions import CHANGED, NEW, UNPROVEN
from tests.databases import Database
from tests.people import Hall
from tests.stories.test_erasure_page import at_desk
from tests.stories.test_queue_page import page

BROKEN, MISFIT = NEW, "special_certificate"
MODEL = "enrollment_certificate"


def test_a_broken_folder_is_told_and_in_nobodys_way(
    start_office: Callable[[], TestClient],
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One with no Python in it, one that the risk table can't hold; then the same of one in force."""
    demo = Hall(start_office())
    body, other = demo.example(MODEL, 3), demo.example(CHANGED, 1, "county")
    folder = changed_definitions.release(tmp_path)
    monkeypatch.setattr(shipped, "process_folder", lambda: folder)
    (folder / BROKEN / "form.py").write_text('"""A form."""\n\nclass Form(\n', encoding="utf-8")
    changed_definitions.copied_as(folder, MODEL, MISFIT)
    with pytest.raises(DefinitionRefused, match=BROKEN):
        start_office()

    changed_definitions.become_an_agency(database)
    hall = Hall(start_office())
    office = hall.client.app.state.office  # type: ignore[attr-defined]
    assert sorted(office.unusable) == [BROKEN, MISFIT]
    told = [one["detail"] for one in health.noted(office) if "can't be used" in one["detail"]]
    assert [BROKEN in told[0], MISFIT in told[1]] == [True, True]
    assert hall.client.get("/readyz").status_code == 200
    assert "form.py" in (serving.folders_warning(office) or "")
    hall.T101.accept(body)
    hall.T101.accept({**other, "process": BROKEN}, status=404)
    not_registered = [one["name"] for one in hall.S000.get("/api/rules")["not_registered"]]
    assert not_registered == [CHANGED, UNPROVEN]
    shown = page(at_desk(hall, "S000"), "/rules")
    assert "未登记且无法使用" in shown
    assert MISFIT in shown

    changed_definitions.alter(folder / MODEL / "form.py", "class Form", "class")
    with pytest.raises(DefinitionRefused, match=MODEL):
        start_office()

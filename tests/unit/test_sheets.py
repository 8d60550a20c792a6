"""Workbooks from outside: read in a bounded process, and refused where they mean harm."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api import shipped
from engine.defining import definitions
from engine.workbooks import list_columns, list_reading, sheet_child, sheets
from engine.workbooks.list_reading import ReadList
from engine.workbooks.sheets import SheetRefused
from tests import hostile_workbooks
from tests.hostile_workbooks import PROCESS, REFUSED, row, sheet
from tests.listed_employees import workbook

FOLDER = shipped.process_folder()
CATALOGUE = definitions.load([FOLDER], FOLDER / "_shared")
GOOD = ("610099198506127722", "顾磊", "调出本单位")


def read(content: bytes, process: str = PROCESS) -> ReadList:
    definition = CATALOGUE.current(process)
    columns, model = list_columns.of(definition), list_columns.row_model(definition)
    return list_reading.read(columns, sheets.read(io.BytesIO(content)), model)


@pytest.mark.parametrize(("make", "rule"), REFUSED.values(), ids=REFUSED)
def test_what_means_harm_is_refused_by_its_rule_and_soon(
    make: Callable[[], bytes], rule: str
) -> None:
    content = make()
    begun = time.monotonic()
    with pytest.raises(SheetRefused) as refused:
        read(content)
    assert refused.value.rule == rule
    assert refused.value.errors[0]["field"] == "file"
    assert time.monotonic() - begun < sheets.SECONDS


def test_the_ordinary_list_is_read() -> None:
    found = read(hostile_workbooks.good())
    assert found.problems == []
    assert found.rows == [{"id_no": GOOD[0], "name": "顾磊", "reason": "transferred"}]
    assert found.lines == [2]


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    listed = row(1, "公民身份号码", "姓名", "减少原因") + row(2, *GOOD)
    assert len(read(sheet(listed, "A1:XFD1048576")).rows) == 1
    assert len(read(sheet(listed, "A1")).rows) == 1


def test_a_formula_is_never_computed_and_a_figure_is_no_number() -> None:
    content = workbook(
        PROCESS,
        [
            ("=1+1", "顾磊", "其他"),
            (610099198506127722, "顾磊", "其他"),
            (GOOD[0], "=HYPERLINK(1)", "吵架"),
            (GOOD[0], None, "调出本单位"),
            ("61009919850612772x", " 顾磊 ", "transferred"),
        ],
    )
    found = read(content)
    assert [(p.row, p.field, p.rule) for p in found.problems] == [
        (0, "id_no", "cell.formula"),
        (1, "id_no", "cell.number_as_text"),
        (2, "name", "cell.formula"),
        (2, "reason", "cell.choice"),
        (3, "name", "form.missing"),
    ]
    assert found.rows[4] == {
        "id_no": "61009919850612772X",
        "name": "顾磊",
        "reason": "transferred",
    }
    assert all(problem.zh and problem.en for problem in found.problems)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [(6500, 650_000), (6500.5, 650_050), ("6,500.55", 650_055), ("6500元", 650_000), (0, 0)],
)
def test_yuan_is_read_as_it_is_written(typed: object, cents: int) -> None:
    content = workbook("contribution_base_declare", [(GOOD[0], "顾磊", typed)])
    assert read(content, "contribution_base_declare").rows[0]["wage_cents"] == cents


@pytest.mark.parametrize("typed", ["六千", "6500.555", "1e400", "NaN", "2026-11-02", -1, 10**16])
def test_what_is_no_amount_is_told(typed: object) -> None:
    content = workbook("contribution_base_declare", [(GOOD[0], "顾磊", typed)])
    (problem,) = read(content, "contribution_base_declare").problems
    assert problem.field == "wage_cents"


def test_the_child_holds_nothing_worth_taking() -> None:
    """It runs without our environment, and its program imports nothing of the application."""
    text = Path(sheet_child.__file__).read_text("utf-8")
    assert not [
        room
        for room in ("api", "authz", "database", "engine", "register")
        if f"from {room}" in text or f"import {room}" in text
    ]
    assert "RLIMIT_AS" in text

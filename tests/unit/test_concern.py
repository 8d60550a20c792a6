"""Whom a business concerns: asked several times in a command, answered for each number and person anew."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from database import keys
from database.keys import Keyring
from engine import subjects
from engine.applications import Applicant
from engine.handling import NOBODY
from engine.subjects import Concern

OWN, RELATIVE, OTHER = "610102198001011234", "610102195501011235", "610102199001011236"


def applicant(id_no: str) -> Applicant:
    return Applicant(kind="person", id_no=id_no, name="测试")


def test_the_same_numbers_are_matched_once_a_command_for_each_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring = Keyring(bytes(32))
    matched: list[Collection[str]] = []
    matching = ring.matching

    def counted(purpose: str, indexes: Collection[str], values: Collection[str]) -> set[str]:
        matched.append(values)
        return matching(purpose, indexes, values)

    monkeypatch.setattr(ring, "matching", counted)
    monkeypatch.setattr(keys, "current", lambda: ring)
    relatives = frozenset({ring.blind_index("id_no", RELATIVE)})
    him = replace(NOBODY, id_no_index=ring.blind_index("id_no", OWN), relatives=relatives)
    her = replace(NOBODY, id_no_index=ring.blind_index("id_no", OTHER))
    own, relatives_case = Concern(own_case=True), Concern(relatives_case=True)

    command = Session()
    for _ in range(2):
        assert subjects.asked_for(command, him, applicant(OWN)) == own
        assert subjects.asked_for(command, him, applicant(RELATIVE)) == relatives_case
        assert not subjects.asked_for(command, him, applicant(OTHER))
        assert subjects.asked_for(command, her, applicant(OTHER)) == own
        assert not subjects.asked_for(command, her, applicant(OWN))
    assert len(matched) == 5
    subjects.asked_for(Session(), him, applicant(OWN))
    assert len(matched) == 6

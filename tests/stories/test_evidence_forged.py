"""Evidence says what was done to it: altered in one place, or forged around a genuine seal."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api import cli
from api.settings import Settings
from database import suites
from database.clock import FixedClock
from oversight import check_evidence, evidence
from tests import evidence_file, forged_evidence
from tests.evidence_file import a_case, alone, given, members, seal, witnessed
from tests.people import Hall

Record = dict[str, Any]


@pytest.fixture(params=suites.NAMES)
def hall_of_suite(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock
) -> Iterator[Hall]:
    with evidence_file.hall_of_suite(settings, clock, request.param) as hall:
        yield hall


def _flip(said: str) -> str:
    return ("1" if said[0] == "0" else "0") + said[1:]


def _swap_keys(record: Record) -> None:
    one, other = list(record["keys"])[:2]
    record["keys"][one], record["keys"][other] = record["keys"][other], record["keys"][one]


ALTERED: dict[str, tuple[Callable[[Record], Any], str]] = {
    "an opinion": (lambda r: r["sign_offs"][2]["opinion"].__setitem__(1, "不同意"), "opinion"),
    "a decision": (
        lambda r: r["sign_offs"][1]["record"].update(decision="approve"),
        "sign-off 2: the record",
    ),
    "a signature": (
        lambda r: r["sign_offs"][3].update(signature=_flip(r["sign_offs"][3]["signature"])),
        "sign-off 4: the signature",
    ),
    "a sign-off dropped": (lambda r: r["sign_offs"].pop(), "other sign-offs"),
    "two swapped": (lambda r: r["sign_offs"].insert(2, r["sign_offs"].pop(3)), "does not follow"),
    "a field": (
        lambda r: r["contents"][1]["opened"]["form.amount_cents"].__setitem__(1, 1),
        "form.amount_cents",
    ),
    "a commitment": (
        lambda r: r["contents"][1]["commitments"].update({"form.amount_cents": "0" * 64}),
        "form is not what",
    ),
    "the posting": (lambda r: r["contents"][1]["posting"][1].update(lines=[]), "posting is not"),
    "the materials": (lambda r: r["contents"][1]["materials"].pop(), "materials is not"),
    "a journal entry": (
        lambda r: r["journal"][2]["record"].update(staff_no="T102"),
        "journal entry 3: is not",
    ),
    "the journal's end": (lambda r: r["journal"].pop(), "not those of the case's first"),
    "a key": (_swap_keys, "the key is not the one"),
    "whose key": (
        lambda r: next(iter(r["keys"].values())).update(staff_no="T999"),
        "another person's key",
    ),
    "when it was retired": (
        lambda r: next(iter(r["keys"].values())).update(retired_at="2000-01-01T00:00:00Z"),
        "not in use",
    ),
    "the status": (lambda r: r["case"].update(status="in_progress"), "status"),
    "the level": (lambda r: r["case"].update(risk_level=2, route=""), "completed on|risk_level"),
    "the definition": (lambda r: r["case"].update(definition="0" * 64), "definition"),
    "the seal's root": (lambda r: r["seal"].update(root="0" * 64), "the seal is not"),
    "a proof": (lambda r: r["inclusion"][0].update(place=999), "not under the seal"),
    "a proof dropped": (lambda r: r["inclusion"].pop(4), "not those of the case's first"),
    "a key's entry": (
        lambda r: next(iter(r["keys"].values()))["entry"]["record"].update(staff_no="T102"),
        "its entry in the journal is not|tells otherwise",
    ),
    "a key's proof": (
        lambda r: next(iter(r["keys"].values()))["inclusion"].update(place=0),
        "is not under the seal",
    ),
    "when it came": (lambda r: r["case"].update(received_at="2026-01-01T00:00:00Z"), "received_at"),
    "when it is due": (lambda r: r["case"].update(due_on="2027-01-01"), "due_on"),
    "a version less": (lambda r: r["contents"].pop(0), "not complete|other contents"),
    "another case's journal": (
        lambda r: r["journal"][0]["record"].update(stream="another"),
        "belongs to another",
    ),
    "all else": (lambda r: r["case"].update(agency_code="990102"), "not as the office signed"),
    "a part missing": (lambda r: r.pop("keys"), "not complete"),
}


@pytest.mark.slow
@pytest.mark.parametrize("hall_of_suite", suites.NAMES, indirect=True)
def test_whatever_is_altered_is_named(hall_of_suite: Hall) -> None:
    case_no = a_case(hall_of_suite)
    seal(hall_of_suite)
    inside = members(given(hall_of_suite, case_no, whole=True))
    unnoticed = []
    for name, (alter, says) in ALTERED.items():
        record = json.loads(inside["record.json"])
        alter(record)
        found = list(
            check_evidence.findings({**inside, "record.json": json.dumps(record).encode()})
        )
        if not any(word in finding for finding in found for word in says.split("|")):
            unnoticed.append((name, found))
    assert unnoticed == []
    diagram = next(name for name in inside if name.endswith("process.bpmn"))
    for name in (diagram, "risk_levels.yaml"):
        assert list(check_evidence.findings({**inside, name: inside[name] + b" "}))


@pytest.mark.slow
def test_whatever_is_forged_is_named(
    hall_of_suite: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By somebody who has the genuine seal and fresh keys for all: with a witness, and without."""
    hall = hall_of_suite
    case_no = a_case(hall)
    seal(hall)
    witness, file = witnessed(hall, tmp_path), tmp_path / "forged.zip"
    inside = members(given(hall, case_no, whole=True))
    (tmp_path / "check_evidence.py").write_bytes(inside["check_evidence.py"])
    ours = ("--witness", str(witness))
    for name, (forge, says, says_young, says_alone) in forged_evidence.FORGED.items():
        file.write_bytes(evidence.packed(forge(dict(inside))))
        for said, expected in (
            (ours, says), ((*ours, "--allow-unsealed"), says_young), ((), says_alone)
        ):  # fmt: skip
            code = cli.main(["check-evidence", str(file), *said])
            told = capsys.readouterr().out
            assert expected in told, (name, said, told)
            assert code == int(not told.startswith("everything holds")), name
            assert (code == 0) == (expected == forged_evidence.UNSHOWN), name
        assert alone(tmp_path, file, *said) == (code, told), name

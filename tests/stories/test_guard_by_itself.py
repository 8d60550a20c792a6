"""The guard by itself, over a completed case with one thing wrong: whatever is wrong, it says so."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import make_transient

from authz.keys import signers, signing_keys
from authz.keys.signing_keys import PublicKey
from database import digest
from database.connection import Sessions
from engine import contents, posting, signoffs
from engine.office import Office
from engine.posting import PostingRefused
from engine.record import Case, CaseContent
from engine.rules import risk
from engine.signoffs import SignOff
from tests.people import Hall


def sessions_of(hall: Hall) -> Sessions:
    found: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    return found


def office_of(hall: Hall) -> Office:
    found: Office = hall.client.app.state.office  # type: ignore[attr-defined]
    return found


@dataclasses.dataclass
class Given:
    """What the guard is given: a case that passes, to be spoiled."""

    case: Case
    content: CaseContent
    rows: list[SignOff]
    table: Any
    keys: dict[str, PublicKey]

    def guard(self) -> None:
        """Ask the guard."""
        posting.guard(
            self.case, self.content, self.rows, self.table, self.keys, agency_kind="county"
        )

    def sign_again(self, index: int, **values: Any) -> None:
        """Give a sign-off other values, a digest that fits them and a signature of its signer's."""
        row = self.rows[index]
        for name, value in values.items():
            setattr(row, name, value)
        key, public = signers.new_key()
        self.keys[key.key_id] = dataclasses.replace(
            self.keys[row.key_id],
            key_id=key.key_id,
            public=public,
            staff_no=row.signer,
            person_id=row.signer_person,
        )
        row.key_id = key.key_id
        row.opinion_commitment = digest.commitment(row.opinion_salt, row.opinion)
        row.resolution_commitment = digest.commitment(row.resolution_salt, row.resolution)
        row.digest = signoffs.record_digest(vars(row))
        row.signature = key.sign(signoffs.covered(vars(row))).hex()

    def cover_again(self) -> None:
        """Make content and sign-offs agree on whatever the content says now."""
        content = self.content
        content.posting_digest = contents.posting_digest(
            content.posting_salt, content.posting, content.facts
        )
        for index in range(len(self.rows)):
            self.sign_again(index, posting_digest=content.posting_digest)


def given(hall: Hall, number: str) -> Given:
    with sessions_of(hall).reading() as session:
        case = session.execute(select(Case).where(Case.case_no == number)).scalar_one()
        content = session.get_one(CaseContent, (case.case_id, case.cycle))
        rows = signoffs.effective(session, case.case_id, case.cycle)
        # The sign-offs are nobody's but ours already.
        for row in (case, content):
            make_transient(row)
        keys = signing_keys.public_keys(session, {row.key_id for row in rows})
    return Given(case, content, rows, office_of(hall).risk, keys)


def with_a_strangers_key(it: Given) -> None:
    """Somebody with the right to write rows, and a key that is registered for nobody."""
    it.sign_again(2, opinion="同意")
    del it.keys[it.rows[2].key_id]


def with_a_colleagues_key(it: Given) -> None:
    it.sign_again(2, signer="D101")
    taken = it.keys[it.rows[2].key_id]
    it.keys[taken.key_id] = dataclasses.replace(taken, staff_no="R101")


def with_a_retired_key(it: Given) -> None:
    it.sign_again(2)
    signed = it.keys[it.rows[2].key_id]
    it.keys[signed.key_id] = dataclasses.replace(signed, retired_at=it.rows[2].signed_at)


def lower_by_facts(it: Given) -> None:
    """Facts that would demand less, without what covers them."""
    it.content.facts = {"amount_cents": 1}


def raise_by_facts(it: Given) -> None:
    """Facts that demand the city, covered by everybody, on a case that stands at the county."""
    it.content.facts = {**it.content.facts, "amount_cents": 10**9}
    it.cover_again()


def forge_opinion(it: Given) -> None:
    it.rows[1].opinion = "别的意见"


def forge_form(it: Given) -> None:
    it.content.form = {**it.content.form, "amount_cents": 1}


def forge_posting(it: Given) -> None:
    it.content.posting = {**it.content.posting, "lines": []}


def add_field(it: Given) -> None:
    it.content.form = {**it.content.form, "another": 1}


SPOILED: dict[str, tuple[Callable[[Given], object], str]] = {
    "nobody signed": (lambda it: it.rows.clear(), "needs"),
    "one is missing": (lambda it: it.rows.pop(2), "needs"),
    "out of order": (lambda it: it.rows.insert(1, it.rows.pop(2)), "needs"),
    "twice the same": (lambda it: it.rows.insert(1, it.rows[1]), "needs"),
    "one person, two steps": (
        lambda it: it.sign_again(3, signer_person=it.rows[1].signer_person),
        "one person",
    ),
    "who accepted also reviewed": (
        lambda it: setattr(it.case, "accepted_person", it.rows[1].signer_person),
        "accepted",
    ),
    "a return among them": (lambda it: it.sign_again(2, decision="return"), "approve"),
    "a refusal among them": (lambda it: it.sign_again(3, decision="refuse"), "approve"),
    "the deputy escalates": (lambda it: it.sign_again(2, decision="escalate"), "escalate"),
    "altered after it was signed": (lambda it: setattr(it.rows[2], "signer", "D201"), "altered"),
    "another opinion": (forge_opinion, "altered"),
    "signed by nobody": (lambda it: setattr(it.rows[2], "signature", "00" * 64), "not signed"),
    "another's signature": (
        lambda it: setattr(it.rows[2], "signature", it.rows[1].signature),
        "not signed",
    ),
    "no signature at all": (lambda it: setattr(it.rows[2], "signature", "none"), "not signed"),
    "a stranger's key": (with_a_strangers_key, "no registered key"),
    "a colleague's key": (with_a_colleagues_key, "another person's key"),
    "a retired key": (with_a_retired_key, "not in use"),
    "over another form": (lambda it: it.sign_again(1, form_digest="0" * 64), "other content"),
    "over other materials": (
        lambda it: it.sign_again(1, materials_digest="0" * 64),
        "other content",
    ),
    "over another posting": (lambda it: it.sign_again(1, posting_digest="0" * 64), "other content"),
    "over another definition": (lambda it: it.sign_again(1, definition="0" * 64), "other content"),
    "of another case": (lambda it: it.sign_again(1, case_no="1"), "other content"),
    "of an earlier cycle": (lambda it: it.sign_again(1, cycle=9), "other content"),
    "under another risk table": (lambda it: it.sign_again(1, risk_table="0" * 64), "level"),
    "in another post": (lambda it: it.sign_again(2, post="reviewer"), "in the post"),
    "the guide handles": (lambda it: it.sign_again(0, post="guide"), "in the post"),
    "given at level 3": (lambda it: it.sign_again(0, risk_level=3), "level"),
    "given on another route": (lambda it: it.sign_again(0, route="city_approval"), "route"),
    "the form changed": (forge_form, "digests"),
    "the form has a field more": (add_field, "digests"),
    "the posting changed": (forge_posting, "digests"),
    "the facts changed": (lower_by_facts, "digests"),
    "the facts demand more": (raise_by_facts, "below"),
    "the level was lowered": (lambda it: setattr(it.case, "risk_level", 3), "below"),
    "there is no such route": (lambda it: setattr(it.case, "route", ""), "below|route"),
    "the city's route": (lambda it: setattr(it.case, "route", "city"), "route"),
    "the city must approve": (lambda it: setattr(it.case, "route", "city_approval"), "needs"),
    "a meeting must decide": (
        lambda it: setattr(it.case, "meeting_required", True),
        "resolution",
    ),
    "materials are missing": (lambda it: setattr(it.content, "missing", ["id_card"]), "materials"),
    "the content of another cycle": (lambda it: setattr(it.content, "cycle", 9), "content"),
}


def test_the_guard_sees_everything_that_is_wrong(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    for name in ("R101", "D101", "Z101"):
        getattr(hall, name).sign(number)
    given(hall, number).guard()

    passed = []
    for name, (spoil, why) in SPOILED.items():
        it = given(hall, number)
        spoil(it)
        try:
            it.guard()
        except PostingRefused as refused:
            if number in str(refused) and any(word in str(refused) for word in why.split("|")):
                continue
            passed.append(f"{name}: {refused}")
        else:
            passed.append(name)
    assert passed == []


def test_a_meetings_case_needs_its_resolution(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("benefit_adjustment", 1, "city_meeting"))["case_no"]
    for name in ("R101", "D101", "Z101"):
        getattr(hall, name).sign(number)
    minutes = {"minutes_no": "处务会议〔2026〕12号", "date": "2026-11-02"}
    hall.H001.sign(number, resolution={**minutes, "attendees": ["华振国"], "decision": "同意"})
    it = given(hall, number)
    it.guard()

    it.sign_again(4, resolution=None)

    with pytest.raises(PostingRefused, match="resolution"):
        it.guard()


def test_an_escalation_is_the_directors_and_covers_what_went_before(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    for name in ("R101", "D101"):
        getattr(hall, name).sign(number)
    hall.Z101.sign(number, "escalate")
    hall.P001.sign(number)
    it = given(hall, number)
    it.guard()
    assert risk.steps(it.table, 1, "city_approval") == tuple(row.step for row in it.rows)

    it.sign_again(3, decision="approve")

    with pytest.raises(PostingRefused, match="another route"):
        it.guard()

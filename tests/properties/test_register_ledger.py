"""Any sequence of postings keeps the ledger balanced; what is unbalanced leaves no trace."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from database.connection import Sessions
from register import balances, opening, reading
from register.entries import Line, Posting, Side
from register.ledger import LedgerLine, RegisterPosting
from register.soundness import PostingUnsound
from register.writing import AccountOverdrawn
from tests.unit import register_office
from tests.unit.register_office import COUNTY, ID_NO, OTHER_ID_NO

CODES = ("personal_account:principal", "personal_account:interest", "adjustments", "pooled_fund")
Draft = list[tuple[str, Side, int, int]]

drafts: st.SearchStrategy[Draft] = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(("debit", "credit")),
        st.integers(1, 10**9),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=6,
)


def lines_of(draft: Draft, persons: list[str]) -> list[Line]:
    return [
        Line(code, side, cents, persons[who] if code.startswith("personal") else None)
        for code, side, cents, who in draft
    ]


def balanced(lines: list[Line]) -> list[Line]:
    """The lines with one more, on the adjustments account, that balances them."""
    short = sum(line.amount_cents if line.side == "debit" else -line.amount_cents for line in lines)
    if short == 0:
        return lines
    return [*lines, Line("adjustments", "credit" if short > 0 else "debit", abs(short))]


class Model:
    """What the ledger must say: each sub-account of each person, and how many postings there are."""

    def __init__(self, persons: list[str]) -> None:
        self.persons = persons
        self.sums = {(who, code): 0 for who in persons for code in CODES[:2]}
        for who in persons:
            self.sums[who, CODES[0]], self.sums[who, CODES[1]] = 5_000_000, 300_000
        self.postings = len(persons)

    def apply(self, lines: list[Line]) -> bool:
        """Take the lines over, unless an account would fall below zero."""
        after = dict(self.sums)
        for line in lines:
            if line.subject_id is not None:
                signed = line.amount_cents if line.side == "credit" else -line.amount_cents
                after[line.subject_id, line.account] += signed
        touched = {line.subject_id for line in lines}
        if any(cents < 0 for (who, _), cents in after.items() if who in touched):
            return False
        self.sums, self.postings = after, self.postings + 1
        return True


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sessions, Model]]:
    """One ledger for all sequences: each goes on where the one before it stopped."""
    with register_office.opened(tmp_path_factory.mktemp("ledger")) as sessions:
        with sessions.command() as session:
            persons = [
                opening.open_person(session, register_office.person(number), agency=COUNTY)
                for number in (ID_NO, OTHER_ID_NO)
            ]
        yield sessions, Model(persons)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(drafts, st.booleans()), max_size=8))
def test_any_sequence_of_postings_conserves(
    ledger: tuple[Sessions, Model], steps: list[tuple[Draft, bool]]
) -> None:
    sessions, model = ledger
    for draft, whole in steps:
        lines = lines_of(draft, model.persons)
        attempt(sessions, model, balanced(lines) if whole else lines)
        check(sessions, model)


def attempt(sessions: Sessions, model: Model, lines: list[Line]) -> None:
    """Write the lines, expecting what the model says of them."""
    case_no = f"CASE-{model.postings}"
    sound = balanced(lines) == lines
    refused: type[Exception] | None = PostingUnsound
    if sound:
        refused = None if model.apply(lines) else AccountOverdrawn
    if refused is None:
        with sessions.command() as session:
            register_office.write(session, Posting(lines=lines), case_no)
    else:
        with pytest.raises(refused), sessions.command() as session:
            register_office.write(session, Posting(lines=lines), case_no)


def check(sessions: Sessions, model: Model) -> None:
    """Debit equals credit, balances are the model's, and there is one header a posting."""
    with sessions.reading() as session:
        sides = dict(
            session.execute(
                select(LedgerLine.side, func.sum(LedgerLine.amount_cents)).group_by(LedgerLine.side)
            ).all()
        )
        assert sides["debit"] == sides["credit"]
        assert reading.unbalanced(session) == []
        for who in model.persons:
            found = balances.parts(balances.of_person(session, who))
            assert found == {
                "principal": model.sums[who, CODES[0]],
                "interest": model.sums[who, CODES[1]],
            }
        headers = select(func.count()).select_from(RegisterPosting)
        assert session.execute(headers).scalar_one() == model.postings

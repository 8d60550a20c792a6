"""May sign, may accept, may see: production, a plain slow reference and Cedar agree on random situations."""

from collections import Counter
from pathlib import Path

import pytest

from tests import authority_situations, cedar_authority, plain_authority, stored_authority
from tests.campaign import Campaign

# Setting up an office takes longer than asking it, so each is asked much.
QUESTIONS = 250
# What each answer to each kind of question must at least have been, of a thousand questions.
LEAST = 1


@pytest.mark.campaign(test=50_000, long=5_000_000)
def test_nobody_disagrees_who_may(tmp_path: Path, campaign: Campaign) -> None:
    answered: Counter[tuple[str, bool]] = Counter()
    with stored_authority.opened(tmp_path) as sessions:
        for number in range(campaign.budget // QUESTIONS):
            told = authority_situations.situation(campaign.choices)
            asked = authority_situations.questions(campaign.choices, told, QUESTIONS)
            stored_authority.put(sessions, told)
            persons = {one.account: one.person for one in told.holders}
            by_cedar = cedar_authority.may(told, asked)
            with sessions.reading() as session:
                for question, cedars in zip(asked, by_cedar, strict=True):
                    ours = stored_authority.may(session, question, persons[question.account])
                    plain = plain_authority.may(told, question)
                    assert ours == plain == cedars, (number, question, told)
                    answered[question.act, ours] += 1
    for (act, allowed), count in answered.items():
        campaign.counts[f"{act} {'allowed' if allowed else 'refused'}"] = count
    kinds = ("see", "accept", *authority_situations.STEPS, authority_situations.OWN_STEP)
    seldom = campaign.budget * LEAST // 1_000
    met = {(act, said): answered[act, said] for act in kinds for said in (True, False)}
    assert {kind: count for kind, count in met.items() if count < seldom} == {}

"""Refusals name the first reason and who could act; separation of duties, sections, the agency tree."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authz import decisions, duties
from authz.acts import Act
from authz.offices import accounts
from authz.personnel import appointments
from authz.personnel.appointments import Term
from database.refusals import Forbidden
from tests.unit import authz_office
from tests.unit.authz_office import BENEFITS, CITY, COUNTY, OTHER_COUNTY, PROVINCE, AuthorityOffice

HANDLE = Act(
    "handle",
    agency=COUNTY,
    process="retirement_approval",
    handling="limited",
    category="benefit",
    level=1,
    route="county",
    amount_cents=500,
)
REVIEW = replace(HANDLE, step="review")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AuthorityOffice]:
    with authz_office.opened(tmp_path) as made:
        yield made


def refusal(office: AuthorityOffice, staff_no: str, act: Act) -> Forbidden:
    with office.sessions.reading() as session:
        actor = office.actor(session, staff_no)
        with pytest.raises(Forbidden) as refused:
            decisions.require(session, actor, act)
        asked = decisions.why_not(session, actor, act)
        assert asked is not None
        assert (asked.rule, asked.detail) == (refused.value.rule, refused.value.detail)
        return refused.value


def allowed(office: AuthorityOffice, staff_no: str, act: Act) -> bool:
    with office.sessions.reading() as session:
        actor = office.actor(session, staff_no)
        permit = decisions.may(session, actor, act)
        assert (permit is None) == (decisions.why_not(session, actor, act) is not None)
        return permit is not None


def person(office: AuthorityOffice, staff_no: str) -> int:
    with office.sessions.reading() as session:
        return office.actor(session, staff_no).person_id


def test_no_post_for_the_step(office: AuthorityOffice) -> None:
    refused = refusal(office, "A101", REVIEW)
    assert refused.rule == "post.missing"
    assert "Reviewer" in refused.detail
    assert refused.who_can == [
        {
            "post": "reviewer",
            "agency": COUNTY,
            "staff": [
                {"staff_no": "R101", "name": "姓R101"},
                {"staff_no": "R102", "name": "姓R102"},
            ],
        }
    ]


def test_a_step_nobody_knows_is_refused(office: AuthorityOffice) -> None:
    refused = refusal(office, "T101", replace(HANDLE, step="conjure"))
    assert (refused.rule, refused.who_can) == ("post.missing", [])


def test_another_section_comes_before_another_agency(office: AuthorityOffice) -> None:
    accept = Act("accept", agency=CITY, category="benefit")
    assert allowed(office, "T001", accept)
    assert (
        refusal(office, "T001", replace(accept, category="registration")).rule == "section.foreign"
    )
    assert refusal(office, "T001", replace(accept, category="")).rule == "section.foreign"
    abroad = replace(accept, agency=COUNTY, category="registration")
    assert refusal(office, "T001", abroad).rule == "section.foreign"
    assert refusal(office, "T001", replace(accept, agency=COUNTY)).rule == "agency.foreign"


def test_a_city_teller_without_a_section_serves_nothing(office: AuthorityOffice) -> None:
    office.hire("T009", "teller", CITY)
    refused = refusal(office, "T009", Act("accept", agency=CITY, category="benefit"))
    assert refused.rule == "section.foreign"
    assert [place["staff"] for place in refused.who_can] == [
        [{"staff_no": "T001", "name": "姓T001"}]
    ]


def test_another_agency(office: AuthorityOffice) -> None:
    assert refusal(office, "T201", replace(HANDLE, handling="instant")).rule == "agency.foreign"


def test_limited_business_takes_a_grant_else_the_handler(office: AuthorityOffice) -> None:
    refused = refusal(office, "T101", HANDLE)
    assert refused.rule == "grant.missing"
    assert refused.who_can == [
        {"post": "teller", "agency": COUNTY, "staff": []},
        {"post": "handler", "agency": COUNTY, "staff": [{"staff_no": "B101", "name": "姓B101"}]},
    ]
    assert allowed(office, "B101", HANDLE)


def test_grant_reasons_come_before_duties_and_route(office: AuthorityOffice) -> None:
    act = replace(HANDLE, signed=(("review", person(office, "T101")),), own_case=True)
    assert refusal(office, "T101", act).rule == "grant.missing"
    office.grant()
    refused = refusal(office, "T101", act)
    assert refused.rule == "duties.already_signed"
    assert refused.facts == {"signed": "review"}
    assert refusal(office, "T101", replace(act, signed=())).rule == "duties.own_case"
    assert allowed(office, "T101", replace(act, signed=(), own_case=False))


def test_a_route_that_the_post_does_not_sign(office: AuthorityOffice) -> None:
    refused = refusal(office, "D101", replace(HANDLE, step="endorse", level=2, route=""))
    assert refused.rule == "route.not_for_post"
    assert refused.who_can == []
    escalate = replace(HANDLE, step="escalate")
    assert allowed(office, "Z101", escalate)
    moved = replace(escalate, route="city_approval")
    assert refusal(office, "Z101", moved).rule == "route.not_for_post"
    own = replace(moved, own_case=True)
    assert refusal(office, "Z101", own).rule == "duties.own_case"


def test_who_can_leaves_out_who_signed_and_who_asks(office: AuthorityOffice) -> None:
    act = replace(REVIEW, signed=(("handle", person(office, "R101")),))
    refused = refusal(office, "R101", act)
    assert refused.rule == "duties.already_signed"
    assert refused.who_can[0]["staff"] == [{"staff_no": "R102", "name": "姓R102"}]
    with office.sessions.reading() as session:
        assert decisions.who_can(session, act) == refused.who_can


def test_two_accounts_of_one_person_are_one_signer(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        second = accounts.open_account(
            session,
            staff_no="R101b",
            person_id=office.actor(session, "R101").person_id,
            agency=COUNTY,
            password_hash="-",
        )
        appointments.appoint(session, second, "director", agency=COUNTY)
        office.ids["R101b"] = second
    conclude = replace(HANDLE, step="conclude", signed=(("review", person(office, "R101")),))
    assert refusal(office, "R101b", conclude).rule == "duties.already_signed"
    assert allowed(office, "Z101", conclude)


def test_the_same_step_again_is_free(office: AuthorityOffice) -> None:
    me = person(office, "R101")
    assert allowed(office, "R101", replace(REVIEW, signed=(("review", me),)))
    assert allowed(office, "B101", replace(HANDLE, signed=(("accept", person(office, "B101")),)))
    director = (("conclude", person(office, "Z101")),)
    assert allowed(office, "Z101", replace(HANDLE, step="escalate", signed=director))


def test_withdrawing_signs_nothing(office: AuthorityOffice) -> None:
    handled = (("handle", person(office, "T101")),)
    assert allowed(office, "T101", replace(HANDLE, step="withdraw", signed=handled))


def test_steps_of_a_process_belong_to_their_lane(office: AuthorityOffice) -> None:
    check = replace(HANDLE, step="check_eligibility", lane="reviewer")
    assert allowed(office, "R101", check)
    assert refusal(office, "T101", check).rule == "post.missing"
    signed = replace(check, signed=(("check_again", person(office, "R101")),))
    assert refusal(office, "R101", signed).rule == "duties.already_signed"
    # A lane never lends a step of the shared chain to another post.
    assert (
        refusal(office, "R101", replace(HANDLE, step="conclude", lane="reviewer")).rule
        == "post.missing"
    )


def test_seeing_goes_down_the_tree_only(office: AuthorityOffice) -> None:
    sees = {
        "T101": {COUNTY},
        "A101": {COUNTY},
        "A001": {CITY, COUNTY, OTHER_COUNTY},
        "P001": {CITY, COUNTY, OTHER_COUNTY},
        "A000": {PROVINCE, CITY, COUNTY, OTHER_COUNTY},
        "G101": set(),
        "admin": set(),
    }
    with office.sessions.reading() as session:
        for staff_no, seen in sees.items():
            actor = office.actor(session, staff_no)
            for agency in (PROVINCE, CITY, COUNTY, OTHER_COUNTY, "unknown"):
                assert decisions.sees(session, actor, agency) == (agency in seen), (
                    staff_no,
                    agency,
                )


def test_posts_count_between_their_dates_and_until_revoked(office: AuthorityOffice) -> None:
    account = office.hire("N101", "guide", COUNTY)
    with office.sessions.command() as session:
        holding = appointments.appoint(
            session,
            account,
            "reviewer",
            agency=COUNTY,
            term=Term(date(2026, 11, 24), date(2026, 11, 25)),
        )
    seen = []
    for _ in range(4):
        seen.append(allowed(office, "N101", REVIEW))
        office.clock.moment += timedelta(days=1)
    assert seen == [False, True, True, False]
    office.clock.moment -= timedelta(days=3)
    assert allowed(office, "N101", REVIEW)
    with office.sessions.command() as session:
        appointments.dismiss(session, holding)
    assert not allowed(office, "N101", REVIEW)


def test_a_closed_account_may_nothing(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        actor = office.actor(session, "R101")
        accounts.close(session, office.ids["R101"])
        assert decisions.may(session, actor, REVIEW) is None
        refused = decisions.why_not(session, actor, REVIEW)
        assert refused is not None
        assert refused.rule == "account.inactive"
        assert accounts.posts_of(session, actor.account_id) == ()


def test_a_concurrent_post_elsewhere_keeps_its_section(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        appointments.appoint(session, office.ids["R101"], "reviewer", agency=CITY, section=BENEFITS)
    review = replace(REVIEW, agency=CITY, route="city")
    assert allowed(office, "R101", review)
    assert not allowed(office, "R101", replace(review, category="registration"))
    assert allowed(office, "R101", replace(REVIEW, category="registration"))


def test_threads_share_an_enforcer_without_mixing_requests(office: AuthorityOffice) -> None:
    office.grant(amount_limit_cents=500)

    def ask(number: int) -> bool:
        act = replace(HANDLE, amount_cents=500 + number % 2)
        with office.sessions.reading() as session:
            actor = office.actor(session, "T101")
            return all(
                (decisions.may(session, actor, act) is not None) == (number % 2 == 0)
                for _ in range(50)
            )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(32)))


signed_steps = st.lists(
    st.tuples(
        st.sampled_from(["accept", "handle", "review", "endorse", "conclude", "own_step"]),
        st.integers(1, 4),
    ),
    max_size=6,
)


@settings(max_examples=300)
@given(signed_steps, st.sampled_from(["handle", "review", "conclude", "escalate", "correct"]))
def test_free_to_sign_is_what_the_words_say(signed: list[tuple[str, int]], step: str) -> None:
    same = [{"accept", "handle", "correct"}, {"conclude", "escalate"}]
    for person_id in range(1, 5):
        others = [
            done
            for done, signer in signed
            if signer == person_id
            and done != step
            and not any(done in steps and step in steps for steps in same)
        ]
        assert duties.free_to_sign(signed, step, person_id) == (not others)

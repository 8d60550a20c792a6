"""Random situations, decided by a plain slow reference and by production: they never disagree."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.rules import RULES
from tests.unit import authz_office
from tests.unit.authz_office import (
    BENEFITS,
    CITY,
    COUNTY,
    ENROLMENT,
    OTHER_COUNTY,
    PROVINCE,
    STAFF,
    TODAY,
    AuthorityOffice,
)
from tests.unit.test_authz_matrix import DOWN_THE_TREE, READERS, ROUTES, STEPS, expected

SUPERIORS = {PROVINCE: "", CITY: PROVINCE, COUNTY: CITY, OTHER_COUNTY: CITY, "999999": ""}
SERVED = {BENEFITS: "benefit", ENROLMENT: "registration"}
BOUND_TO_SECTION = {"accept", "handle", "review", "correct", "withdraw", "message", "add_scan"} | {
    "hand_out",
    "hand_over",
    "take_over",
    "answer_reviewer",
}
# Who asks superiors within his section, and who of all asks about cases below his own office.
ASK_IN_SECTION, ASK_BELOW = {"teller", "handler", "reviewer"}, {"city_approver"}
SIGNS = {"accept": "handle", "correct": "handle", "escalate": "conclude"}
# (agency, for whom, process or class, from day, to day, limit) around today
GRANTS: list[tuple[str, dict[str, str], dict[str, str], int, int | None, int | None]] = [
    (COUNTY, {"post": "teller"}, {"process": "small"}, 0, None, 1000),
    (COUNTY, {"staff_no": "T102"}, {"handling": "limited"}, 0, 0, None),
    (COUNTY, {"post": "teller"}, {"process": "later"}, 1, None, None),
    (CITY, {"post": "teller"}, {"handling": "limited"}, -5, None, 500),
]


def covered(staff_no: str, act: Act) -> bool:
    """Whether some grant covers the act for this teller."""
    return any(
        agency == act.agency
        and who.get("staff_no", staff_no) == staff_no
        and what.get("process", act.process) == act.process
        and since <= 0
        and (until is None or until >= 0)
        and (limit is None or act.amount_cents <= limit)
        for agency, who, what, since, until, limit in GRANTS
    )


def reference(staff_no: str, act: Act, person: int) -> bool:
    """What production must say of a member of the small office's staff."""
    post, home, section = STAFF[staff_no]
    here = act.agency == home
    if act.step in DOWN_THE_TREE and (act.step != "ask" or post in ASK_BELOW):
        place = act.agency
        while place and place != home:
            place = SUPERIORS[place]
        here = place == home
    elif act.step not in READERS or act.step in {"accept", "correct"}:
        for done, signer in act.signed:
            if signer == person and SIGNS.get(done, done) != SIGNS.get(act.step, act.step):
                return False
    if not here or act.own_case:
        return False
    bound = act.step in BOUND_TO_SECTION or (act.step == "ask" and post in ASK_IN_SECTION)
    if bound and section and SERVED[section] != act.category:
        return False
    granted = act.step == "handle" and covered(staff_no, act)
    return expected(post, act.level, act.route, act.step, granted=granted)


levels = st.sampled_from([(level, route) for level, routes in ROUTES.items() for route in routes])
signatures = st.tuples(
    st.sampled_from(["accept", "handle", "review", "endorse", "conclude", "own_step"]),
    st.integers(1, len(STAFF)),
)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """An act that a case could ask about, or nearly."""
    level, route = draw(levels)
    return Act(
        draw(st.sampled_from(STEPS)),
        agency=draw(st.sampled_from(sorted(SUPERIORS))),
        process=draw(st.sampled_from(["small", "later", "other"])),
        handling="limited" if level == 1 else "instant",
        category=draw(st.sampled_from(["benefit", "registration", "account"])),
        level=level,
        route=route,
        amount_cents=draw(st.sampled_from([0, 500, 501, 1000, 1001])),
        signed=tuple(draw(st.lists(signatures, max_size=4))),
        own_case=draw(st.sampled_from([False, False, False, True])),
    )


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[AuthorityOffice, dict[str, Actor]]]:
    with authz_office.opened(tmp_path_factory.mktemp("office")) as made:
        for agency, who, what, since, until, limit in GRANTS:
            dated = {
                "valid_from": TODAY + timedelta(days=since),
                "valid_to": None if until is None else TODAY + timedelta(days=until),
            }
            entry = {"agency": agency, "amount_limit_cents": limit, **dated, **who, **what}
            made.grant("S000", **entry)
        with made.sessions.reading() as session:
            staff = {staff_no: made.actor(session, staff_no) for staff_no in STAFF}
        yield made, staff


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(act=acts())
def test_production_agrees_with_the_reference(
    office: tuple[AuthorityOffice, dict[str, Actor]], act: Act
) -> None:
    made, staff = office
    with made.sessions.reading() as session:
        for staff_no, actor in staff.items():
            permit = decisions.may(session, actor, act)
            assert (permit is not None) == reference(staff_no, act, actor.person_id), staff_no


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(act=acts(), staff_no=st.sampled_from(sorted(STAFF)))
def test_every_refusal_has_a_listed_rule_and_names_only_who_may(
    office: tuple[AuthorityOffice, dict[str, Actor]], act: Act, staff_no: str
) -> None:
    made, staff = office
    with made.sessions.reading() as session:
        refused = decisions.why_not(session, staff[staff_no], act)
        if refused is None:
            return
        assert refused.rule in RULES
        named = {one["staff_no"] for place in refused.who_can for one in place["staff"]}
        able = {
            other
            for other, actor in staff.items()
            if other != staff_no and reference(other, replace(act, own_case=False), actor.person_id)
        }
        assert named == able


def test_a_refusal_leaves_no_values_in_the_log(
    office: tuple[AuthorityOffice, dict[str, Actor]], caplog: pytest.LogCaptureFixture
) -> None:
    made, staff = office
    with caplog.at_level(logging.DEBUG), made.sessions.reading() as session:
        act = Act("review", agency=COUNTY, level=1, route="county", signed=(("handle", 4),))
        assert decisions.may(session, staff["R101"], act) is None
        assert decisions.may(session, staff["T101"], act) is None
    assert not [record for record in caplog.records if record.name.startswith("casbin")]

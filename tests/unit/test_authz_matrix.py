"""The full matrix post × level × route × step, against a plain slow table written out here."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from authz import decisions
from authz.acts import Act
from authz.offices.posts import POSTS
from tests.unit import authz_office
from tests.unit.authz_office import CITY, COUNTY, STAFF, AuthorityOffice

CHAIN_STEPS = (
    "handle",
    "review",
    "review_widened",
    "endorse",
    "conclude",
    "escalate",
    "city_approve",
    "city_conclude",
)
ROUTES = {1: ("county", "city_approval", "city_meeting", "city"), 2: ("",), 3: ("",)}
BUSINESS = {
    "teller",
    "handler",
    "reviewer",
    "deputy_director",
    "director",
    "city_approver",
    "city_head",
}
ADMINISTRATORS = {"administrator", "security_administrator", "audit_administrator"}
SEERS = BUSINESS | {"auditor", "supervisor", "internal_control"}
READERS = {
    "read_register": BUSINESS | {"auditor"},
    "read_seals": {"auditor", "internal_control", "audit_administrator"},
    "evidence": {"auditor", "audit_administrator"},
    "audit": {"auditor", "audit_administrator"},
    "inspect": {"auditor"},
    "rectify": {"supervisor"},
    "read_grants": SEERS,
    "see": SEERS | {"audit_administrator"},
    "history": SEERS | {"audit_administrator"},
    "verify": SEERS | {"audit_administrator"},
    "grant": {"supervisor"},
    "revoke": {"supervisor"},
    "stand_in": {"supervisor"},
    "keep_leave": {"supervisor"},
    "name_signer": {"supervisor", "city_head"},
    "open_account": {"administrator"},
    "appoint": {"supervisor"},
    "qualify": {"supervisor"},
    "read_relatives": {"supervisor", "internal_control", "auditor"},
    "read_staff": {"supervisor", "internal_control", "auditor", *ADMINISTRATORS},
    "accept": {"teller"},
    "correct": {"teller", "handler"},
    "withdraw": {"teller", "handler"},
    "message": {"teller", "handler"},
    "add_scan": {"teller", "handler"},
    "hand_out": {"teller", "handler"},
    "permit_notice": {"supervisor"},
    "read_notices": {"supervisor", "internal_control", "auditor"},
    "apply_reset": {"administrator"},
    "apply_factor_reset": {"security_administrator"},
    "demand_factor": {"security_administrator", "internal_control"},
    "confirm_key": {"security_administrator"},
    "bind_identity": {"security_administrator"},
    "read_identities": {"security_administrator", "audit_administrator", "internal_control"},
    "end_sessions": {"security_administrator"},
    "confirm_reset": {"internal_control"},
    "read_jobs": {"administrator", "internal_control", "supervisor"},
    "read_payables": {"finance", "auditor"},
    "release_payables": {"finance"},
    "import_results": {"finance"},
    "read_clocks": {
        "supervisor",
        "deputy_director",
        "director",
        "city_approver",
        "city_head",
        "internal_control",
        "auditor",
    },
    "stop_clock": {"deputy_director", "director", "city_approver", "city_head"},
    "extend": {"director", "city_head"},
    "read_staffing": {"supervisor", "director", "city_head", "internal_control", "auditor"},
    "keep_archive": {"archivist"},
    "read_archive": {"archivist", "deputy_director", "director", "city_head"}
    | {"supervisor", "internal_control", "auditor"},
    "appraise_disposal": {"archivist", "deputy_director", "supervisor", "internal_control"},
    "approve_disposal": {"director", "city_head"},
    "witness_disposal": {"deputy_director", "supervisor", "internal_control", "auditor"},
    "enter_meeting": {"handler", "reviewer"},
    "close_meeting": {"city_head"},
    "reserve_papers": {"supervisor"},
    "approve_green": {"supervisor"},
    "permit_exports": {"internal_control"},
    "ask_erasure": {"archivist", "internal_control"},
    "approve_erasure": {"director", "city_head"},
    "read_green": {"director", "supervisor", "internal_control", "auditor"},
    "change_rule": {"supervisor"},
    "hand_over": {"teller", "handler"},
    "take_over": {"teller", "handler"},
    "order_owner": {"supervisor"},
    "ask": BUSINESS - {"city_head"},
    "answer_reviewer": {"reviewer"},
    "answer_deputy_director": {"deputy_director"},
    "answer_director": {"director"},
    "answer_city_approver": {"city_approver"},
    "answer_city_head": {"city_head"},
    "record_contact": {"guide", "teller", "handler", "supervisor"},
    "read_contacts": {
        "guide", "teller", "handler", "director", "city_head", "supervisor", "internal_control",
        "auditor",
    },
    "read_feedback": {"supervisor", "internal_control", "auditor"},
    "read_undelivered": {"administrator", "supervisor", "internal_control"},
    "send_again": {"administrator"},
    "share_queue": {"supervisor"},
    "read_board": {"deputy_director", "director", "city_head", "supervisor", "internal_control"}
    | {"auditor"},
    "keep_windows": {"supervisor"},
    "open_window": {"teller"},
    "read_windows": {"guide", "teller", "deputy_director", "director", "city_head", "supervisor"}
    | {"internal_control", "auditor"},
    "read_papers": {"teller", "handler", "supervisor", "internal_control", "auditor"},
    "read_meetings": {
        "handler", "reviewer", "city_approver", "city_head", "supervisor", "internal_control",
        "auditor",
    },
}  # fmt: skip
STEPS = (*CHAIN_STEPS, *READERS)
DOWN_THE_TREE = {
    "see", "history", "verify", "read_register", "read_seals", "evidence", "read_grants", "grant", "revoke",
    "stand_in", "keep_leave", "name_signer", "open_account", "appoint", "qualify", "read_relatives",
    "read_staff", "apply_reset", "apply_factor_reset", "demand_factor", "confirm_key", "bind_identity",
    "read_identities", "end_sessions", "confirm_reset", "audit", "inspect", "rectify", "read_payables",
    "read_staffing", "read_clocks", "stop_clock", "extend",
    "permit_notice", "read_notices", "read_archive", "read_meetings",
    "read_papers", "approve_green", "read_green", "permit_exports", "order_owner", "read_contacts",
    "ask", "answer_city_approver", "answer_city_head", "read_feedback", "read_undelivered", "send_again",
    "read_board", "ask_erasure", "approve_erasure", "keep_windows", "read_windows",
}  # fmt: skip
WRITING = (*CHAIN_STEPS, "accept", "correct", "withdraw", "message", "add_scan", "hand_out")
CHAINS = {
    "county": {
        "review": "reviewer",
        "endorse": "deputy_director",
        "conclude": "director",
        "escalate": "director",
    },
    "city_approval": {
        "review": "reviewer",
        "endorse": "deputy_director",
        "conclude": "director",
        "city_approve": "city_approver",
    },
    "city_meeting": {
        "review": "reviewer",
        "endorse": "deputy_director",
        "conclude": "director",
        "city_conclude": "city_head",
    },
    "city": {
        "review": "reviewer",
        "city_approve": "city_approver",
        "city_conclude": "city_head",
    },
}


def expected(post: str, level: int, route: str, step: str, *, granted: bool) -> bool:
    """Whether a post may do a step at its own agency, in words nobody could make faster."""
    if step in READERS:
        return post in READERS[step]
    if step == "handle":
        if post == "handler":
            return True
        return post == "teller" and (level > 1 or granted)
    if level == 3:
        return False
    if level == 2:
        wider = step == "review_widened" and post in ("reviewer", "deputy_director")
        return wider or (step == "review" and post == "reviewer")
    return CHAINS[route].get(step) == post


def cases() -> list[tuple[int, str, str]]:
    """Every (level, route, step)."""
    return [
        (level, route, step)
        for level, routes in ROUTES.items()
        for route in routes
        for step in STEPS
    ]


@pytest.fixture(scope="module", params=[False, True], ids=["no_grant", "granted"])
def office(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[AuthorityOffice, bool]]:
    folder: Path = tmp_path_factory.mktemp("office")
    with authz_office.opened(folder) as made:
        for post in POSTS:
            for agency in (COUNTY, CITY):
                section = authz_office.BENEFITS if agency == CITY else None
                made.hire(f"{post}@{agency}", post, agency, section)
        if request.param:
            for agency in (COUNTY, CITY):
                made.grant(by="S000", agency=agency)
        yield made, request.param


def test_every_post_level_route_and_step(office: tuple[AuthorityOffice, bool]) -> None:
    made, granted = office
    wrong = []
    with made.sessions.reading() as session:
        for post, agency in product(POSTS, (COUNTY, CITY)):
            actor = made.actor(session, f"{post}@{agency}")
            for level, route, step in cases():
                act = Act(
                    step,
                    agency=agency,
                    process="retirement_approval",
                    handling="limited" if level == 1 else "instant",
                    category="benefit",
                    level=level,
                    route=route,
                )
                allowed = decisions.may(session, actor, act) is not None
                if allowed != expected(post, level, route, step, granted=granted):
                    wrong.append((post, level, route, step, agency, allowed))
    assert wrong == []


def test_all_demo_staff_at_foreign_agencies_are_refused(
    office: tuple[AuthorityOffice, bool],
) -> None:
    made, _ = office
    with made.sessions.reading() as session:
        for staff_no, (_, home, _) in STAFF.items():
            for agency, step in product((COUNTY, authz_office.OTHER_COUNTY, CITY), STEPS):
                if agency == home or step in DOWN_THE_TREE:
                    continue
                for route in ROUTES[1]:
                    act = _limited(step, agency, route)
                    assert decisions.may(session, made.actor(session, staff_no), act) is None


def _limited(step: str, agency: str, route: str) -> Act:
    return Act(step, agency=agency, handling="limited", category="benefit", level=1, route=route)


def test_permit_names_entry_post_and_epoch(office: tuple[AuthorityOffice, bool]) -> None:
    made, granted = office
    with made.sessions.reading() as session:
        teller = made.actor(session, "T101")
        instant = decisions.require(session, teller, _instant("handle"))
        assert (instant.grant, instant.post) == ("post:teller:handle-instant", "teller")
        assert instant.epoch > 0
        if granted:
            limited = decisions.require(session, teller, _limited("handle", COUNTY, "county"))
            assert (limited.grant, limited.post) == ("grant:1", "teller")


def _instant(step: str) -> Act:
    return Act(step, agency=COUNTY, handling="instant", category="account", level=3)

"""Where the desk leads people of each post: every place that it offers them is open to them."""

import re

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from authz.offices import accounts, people, posts
from authz.offices.accounts import Account
from authz.personnel import appointments
from authz.qualifying import training
from authz.signing_in import passwords
from database import clock
from tests import staff_commands
from tests.people import PASSWORD
from tests.stories.test_desk_doors import HTML, OWN, token_in
from web import navigation

COUNTY, CITY = "990101", "990100"
OF_THE_CITY = {"city_approver", "city_head"}
# The first page of each demo account, by its name or the letter that says its post.
FIRST = {
    **dict.fromkeys("BRDZPH", "/queue"),
    "T": "/desk",
    "G": "/guides",
    "A": "/audit",
    "S": "/cases",
    "C": "/cases",
    "F": "/payables",
    "V": "/archive",
    "admin": "/staff",
    "secadmin": "/staff",
    "auditadmin": "/audit",
}


@pytest.fixture
def browser(client: TestClient) -> TestClient:
    client.follow_redirects = False
    return client


def sign_in(client: TestClient, staff_no: str) -> str:
    """Sign in at the page; the address it leads to."""
    token = token_in(client.get("/sign-in", headers=HTML).text)
    form = {"staff_no": staff_no, "password": PASSWORD, "csrf": token}
    answer = client.post("/sign-in", data=form, headers={**HTML, **OWN})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def open_place(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, (path, answer.text)
    return answer.text


def test_every_place_offered_to_a_post_is_open_to_it(browser: TestClient) -> None:
    """Each post alone, at the kind of office that has it: nobody else's rights open a door."""
    office = browser.app.state.sessions  # type: ignore[attr-defined]
    with office.command() as session:
        for number, post in enumerate(posts.POSTS):
            # Nobody holds posts of two families: each post has a person of its own.
            person_id = people.find_or_add(session, id_no=staff_commands.new_id_no(), name="王五")
            agency = CITY if post in OF_THE_CITY else COUNTY
            account_id = accounts.open_account(
                session,
                staff_no=f"N{number}",
                person_id=person_id,
                agency=agency,
                password_hash=passwords.hash_password(PASSWORD),
                demo=True,
            )
            appointments.appoint(session, account_id, post, agency=agency)
            training.enter_first(session, [person_id], clock.today(session), "岗前培训")
    assert len(posts.POSTS) == len(posts.ENGLISH)

    for number, post in enumerate(posts.POSTS):
        browser.cookies.clear()
        first = sign_in(browser, f"N{number}")
        begun = browser.get("/", headers=HTML)

        assert begun.headers["location"] == first, post
        offered = {entry.path for entry in navigation.entries(browser.app, [post])}  # type: ignore[arg-type]
        open_place(browser, first)
        page = open_place(browser, navigation.MINE)
        shown = set(re.findall(r'href="(/[^"]*)"', page)) & {e.path for e in navigation.ENTRIES}
        assert shown >= offered, post
        for path in offered:
            open_place(browser, path)


@pytest.mark.parametrize("post", ["finance", "archivist"])
def test_who_has_no_rights_over_cases_is_not_led_to_them(browser: TestClient, post: str) -> None:
    offered = {entry.path for entry in navigation.entries(browser.app, [post])}  # type: ignore[arg-type]

    assert "/cases" not in offered
    first = navigation.beginning(browser.app, [post])  # type: ignore[arg-type]
    assert first == ("/payables" if post == "finance" else "/archive")


def test_every_demo_account_begins_at_an_open_page(browser: TestClient) -> None:
    office = browser.app.state.sessions  # type: ignore[attr-defined]
    with office.reading() as session:
        everybody = list(session.execute(select(Account.staff_no).where(Account.demo)).scalars())
    assert len(everybody) >= 27

    for staff_no in everybody:
        browser.cookies.clear()
        first = sign_in(browser, staff_no)
        open_place(browser, first)
        assert first == (FIRST.get(staff_no) or FIRST[staff_no[0]]), staff_no

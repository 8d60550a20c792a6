"""The doors of the desk: every page's headers, every form's token, and one effect a form.

Written over all routes of the desk, so that a new page can't forget them.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from api.dependencies import Commanding
from database.refusals import Invalid
from engine import journal
from tests.people import PASSWORD
from web import commands, headers, mounting, pages
from web.forms import Sent, sent_form

HTML = {"accept": "text/html"}
OWN = {"origin": "http://127.0.0.1:8000"}
PUBLIC = {
    "/sign-in",
    "/sign-in/outside",
    "/sign-in/outside/return",
    "/sign-in/second-factor",
    "/language",
    "/static/{name:path}",
}
TRIED = "/tried/{wish}"
router = APIRouter(include_in_schema=False)


@router.post(TRIED)
def try_it(
    wish: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """A command as pages have them: it leaves one entry in the journal, or is refused."""
    with commands.command(request, caller, sent) as command:
        if wish == "refused":
            errors = [{"field": "mobile", "message": "Too short.", "rule": "form.string_too_short"}]
            raise Invalid("Some fields don't fit.", errors=errors)
        journal.append_office(command.session, command.actor.agency, "tried", actor=command.actor)
        return pages.done(command, request, "/me")


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A browser's client of an office that has the command above; it follows no redirect."""
    client.app.include_router(router)  # type: ignore[attr-defined]
    client.follow_redirects = False
    return client


def routes() -> Iterator[tuple[str, str]]:
    """Every method and path of the desk."""
    for part in mounting.PARTS:
        for route in part.router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route.path


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" content="(\w+)"', page)
    assert found, page
    return found.group(1)


def sign_in(client: TestClient, staff_no: str = "T101") -> str:
    """Sign in at the page; the token of this person's forms."""
    token = token_in(client.get("/sign-in", headers=HTML).text)
    form = {"staff_no": staff_no, "password": PASSWORD, "csrf": token}
    answer = client.post("/sign-in", data=form, headers={**HTML, **OWN})
    assert answer.status_code == 303, answer.text
    return token_in(client.get("/me", headers=HTML).text)


def tried(client: TestClient) -> int:
    """How often the command above had its effect."""
    with client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        table = journal.JournalEntry
        return session.query(table).filter(table.action == "tried").count()  # type: ignore[no-any-return]


def test_every_page_has_the_strict_headers(client: TestClient) -> None:
    sign_in(client)
    for method, path in routes():
        if method != "GET" or path.startswith("/static/"):
            continue
        answer = client.get(re.sub(r"{[^}]*}", "x", path), headers=HTML)
        if answer.headers.get("content-type", "").startswith("text/html"):
            for name, value in headers.PAGE.items():
                assert answer.headers[name] == value, (path, name)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in headers.POLICY


def test_nothing_but_the_public_without_signing_in(client: TestClient) -> None:
    for method, path in routes():
        if path in PUBLIC | mounting.PUBLIC:
            continue
        address = re.sub(r"{[^}]*}", "x", path)
        answer = client.request(method, address, headers={**HTML, **OWN})
        if method == "GET":
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in"), path
        else:
            assert answer.status_code == 401, (method, path)


def test_a_form_without_our_token_does_nothing(client: TestClient) -> None:
    sign_in(client)
    for method, path in [*routes(), ("POST", TRIED)]:
        if method == "GET" or path in PUBLIC:
            continue
        address = re.sub(r"{[^}]*}", "x", path)
        for token in ("", "0" * 64):
            form = {"key": "k", "csrf": token}
            answer = client.request(
                method, address, data=form, headers={"accept": "application/json", **OWN}
            )
            assert (answer.status_code, answer.json()["rule"]) == (403, "session.form_token"), path
    assert tried(client) == 0


@pytest.mark.parametrize(
    "foreign",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_another_sites_page_is_refused(client: TestClient, foreign: dict[str, str]) -> None:
    token = sign_in(client)

    answer = client.post("/tried/x", data={"csrf": token, "key": "k"}, headers=foreign)
    by_api = client.post("/api/cases", json={}, headers={**foreign, "Idempotency-Key": "k"})
    signing_in = client.post("/sign-in", data={"csrf": token}, headers={**HTML, **foreign})

    assert answer.json()["rule"] == "session.cross_site"
    assert by_api.json()["rule"] == "session.cross_site"
    assert (signing_in.status_code, tried(client)) == (403, 0)


def test_another_persons_token_is_worth_nothing(client: TestClient) -> None:
    token = sign_in(client, "T101")
    sign_in(client, "R101")

    answer = client.post("/tried/x", data={"csrf": token, "key": "k"}, headers=OWN)

    assert (answer.json()["rule"], tried(client)) == ("session.form_token", 0)


def test_a_form_stays_good_when_its_person_signs_in_again(client: TestClient) -> None:
    token = sign_in(client)
    sign_in(client)

    answer = client.post("/tried/x", data={"csrf": token, "key": "k"}, headers=OWN)

    assert (answer.status_code, tried(client)) == (303, 1)


def test_the_same_form_twice_has_one_effect_and_leads_to_one_page(client: TestClient) -> None:
    form = {"csrf": sign_in(client), "key": "one", "said": "this"}

    answers = [client.post("/tried/x", data=form, headers={**HTML, **OWN}) for _ in range(2)]
    by_htmx = client.post("/tried/x", data=form, headers={**OWN, "HX-Request": "true"})
    other = client.post("/tried/x", data={**form, "said": "that"}, headers={**HTML, **OWN})

    assert [(a.status_code, a.headers["location"]) for a in answers] == [(303, "/me")] * 2
    assert (by_htmx.status_code, by_htmx.headers["hx-redirect"]) == (200, "/me")
    assert other.status_code == 409
    assert "本页此前已提交过另一内容" in other.text
    assert tried(client) == 1


def test_a_refusal_is_an_alert_above_the_form(client: TestClient) -> None:
    form = {"csrf": sign_in(client), "key": "one"}

    answer = client.post("/tried/refused", data=form, headers={**OWN, "HX-Request": "true"})
    whole = client.post("/tried/refused", data=form, headers={**OWN, **HTML})

    assert answer.status_code == whole.status_code == 422
    assert (answer.headers["hx-retarget"], answer.headers["hx-reswap"]) == ("#alerts", "innerHTML")
    assert 'href="#f-mobile"' in answer.text
    assert "此项必填，或字数不足。" in answer.text
    assert "<html" not in answer.text
    assert "填写内容有误" in whole.text
    assert tried(client) == 0


def test_an_ended_session_loses_no_typed_text(client: TestClient) -> None:
    form = {"csrf": sign_in(client), "key": "one"}
    client.cookies.delete("tongban_session")
    asked: dict[str, Any] = {**OWN, "HX-Request": "true", "HX-Current-URL": "http://x/me?a=1"}

    answer = client.post("/tried/x", data=form, headers=asked)

    assert answer.status_code == 401
    assert answer.headers["hx-retarget"] == "#alerts"
    assert 'href="/sign-in?next=/me%3Fa%3D1"' in answer.text
    assert 'target="_blank"' in answer.text


def test_what_came_with_the_address_leads_nowhere_else(client: TestClient) -> None:
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/api/demo"):
        token = token_in(client.get("/sign-in", headers=HTML).text)
        form = {"staff_no": "T101", "password": PASSWORD, "csrf": token, "next": elsewhere}
        answer = client.post("/sign-in", data=form, headers={**HTML, **OWN})
        assert answer.headers["location"].startswith("/"), elsewhere
        assert "evil" not in answer.headers["location"], elsewhere
        assert "/api" not in answer.headers["location"], elsewhere


def test_what_is_typed_comes_back_as_text(client: TestClient) -> None:
    answer = client.get("/sign-in?staff_no=%22%3E%3Cb%3E&next=/%22%3E%3Cb%3E", headers=HTML)

    assert "<b>&" not in answer.text
    assert 'value="&#34;&gt;&lt;b&gt;"' in answer.text


def test_the_cookies_are_out_of_reach(client: TestClient) -> None:
    token = token_in(client.get("/sign-in", headers=HTML).text)
    form = {"staff_no": "T101", "password": PASSWORD, "csrf": token}
    answer = client.post("/sign-in", data=form, headers={**HTML, **OWN})

    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()


def test_assets_are_kept_for_good_and_found_by_their_content(client: TestClient) -> None:
    page = client.get("/sign-in", headers=HTML).text
    found = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    assert found

    for address in set(found):
        answer = client.get(address, headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
    assert client.get("/static/desk.css").status_code == 404
    assert client.get("/static/../assets.py").status_code == 404


def test_the_api_still_answers_json(client: TestClient) -> None:
    for path in ("/api/nothing", "/api/cases"):
        answer = client.get(path, headers=HTML)
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/nothing").json()["rule"] == "route.not_found"

"""Signing in by another party: with a real provider from the link to a signature, and every lie refused."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk
from starlette.testclient import TestClient

from api import credentials
from api.outside import provider as providers
from database.clock import FixedClock
from tests import identity_provider
from tests.identity_provider import BEGIN, CLIENT, HTML, RETURN, Crooked, begin
from tests.lying_provider import LIES
from tests.people import PASSWORD, Hall, Person
from tests.second_factors import enrolled

BINDING = {"staff_no": "Z101", "subject": "zhou", "basis": "统一身份目录〔2026〕1号"}


@pytest.fixture(scope="session")
def real_issuer() -> Iterator[str]:
    """One for all tests of a run: it keeps nothing of them."""
    with identity_provider.real() as issuer:
        yield issuer


@pytest.fixture
def crooked(clock: FixedClock) -> Iterator[Crooked]:
    """An issuer that does what the test says."""
    with identity_provider.crooked(clock) as about:
        yield about


def rule_of(answer: Any, status: int = 401) -> str:
    """By which rule the sign-in page refuses: by its Chinese text, as somebody reads it there."""
    assert answer.status_code == status, answer.text
    found = re.search(r'role="alert".*?<b>(.*?)</b>', answer.text, re.DOTALL)
    assert found, answer.text
    return found.group(1)


def token_of(answer: Any) -> dict[str, str]:
    """The headers by which whoever came back acts."""
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.cookies[credentials.COOKIE]}"}


def as_person(client: TestClient, answer: Any, staff_no: str = "Z101") -> Person:
    """Whoever came back, as the others of a story."""
    person = Person.__new__(Person)
    person.client, person.staff_no, person.headers = client, staff_no, token_of(answer)
    client.cookies.clear()
    return person


def test_from_the_link_to_a_signature(
    hall: Hall, client: TestClient, clock: FixedClock, real_issuer: str
) -> None:
    # The real one's tokens are of now.
    clock.moment = datetime.now(UTC)
    assert "统一认证登录" not in client.get("/sign-in", headers=HTML).text
    assert hall.secadmin.post("/api/identities", BINDING, status=404)["rule"] == (
        "outside.not_configured"
    )
    identity_provider.use(client, real_issuer)
    assert "统一认证登录" in client.get("/sign-in", headers=HTML).text
    client.cookies.clear()
    address = begin(client, "?next=/queue")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [identity_provider.DESK + RETURN]

    # Nobody is let in by a name that is the same: only by an entry.
    unknown = client.get(f"{RETURN}?{identity_provider.vouch(address, 'Z101')}", headers=HTML)
    assert "尚未绑定" in rule_of(unknown)
    bound = hall.secadmin.post("/api/identities", BINDING, status=201)
    own = {**BINDING, "staff_no": "secadmin", "subject": "other"}
    assert hall.secadmin.post("/api/identities", own, status=403)["rule"] == "identity.to_self"
    again = {**BINDING, "staff_no": "T101"}
    assert hall.secadmin.post("/api/identities", again, status=409)["rule"] == "identity.bound"
    assert hall.admin.post("/api/identities", BINDING, status=403)["rule"] == "post.missing"
    (line,) = hall.auditadmin.get("/api/identities")["items"]
    assert (line["staff_no"], line["subject"], line["bound_by"]) == ("Z101", "zhou", "secadmin")

    client.cookies.clear()
    query = identity_provider.vouch(begin(client, "?next=/queue"), "zhou")
    answer = client.get(f"{RETURN}?{query}", headers=HTML)
    assert 'content="0;url=/queue"' in answer.text
    director = as_person(client, answer)
    assert client.get(f"{RETURN}?{query}", headers=HTML).status_code == 401

    # He reads and claims; what he signs takes his own password, once in this session.
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(number)
    hall.D101.sign(number)
    assert director.sign(number, status=403)["rule"] == "signing.no_key"
    path = "/api/session/signing-key"
    wrong = director.post(path, {"password": "not-his-password"}, status=401)
    assert wrong["rule"] == "password.old_wrong"
    assert director.post(path, {"password": PASSWORD}) == {"signs": True}
    assert director.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []

    # The end of the binding is the end of what it opened.
    shown = hall.secadmin.get("/api/accounts/Z101/sessions")["items"]
    assert [one["outside"] for one in shown] == [True]
    end = f"/api/identities/{bound['identity_id']}/end"
    assert hall.secadmin.post(end, {"reason": "调离"}) == {"identity_id": bound["identity_id"]}
    assert hall.secadmin.post(end, {"reason": "调离"}, status=404)["rule"] == "identity.not_found"
    assert director.get("/api/sessions", 401)["rule"] == "session.missing"
    query = identity_provider.vouch(begin(client), "zhou")
    assert "尚未绑定" in rule_of(client.get(f"{RETURN}?{query}", headers=HTML))
    hall.secadmin.post("/api/identities", again, status=201)


def test_signing_out_leads_on_to_the_issuer(
    hall: Hall, client: TestClient, clock: FixedClock, real_issuer: str
) -> None:
    clock.moment = datetime.now(UTC)
    identity_provider.use(client, real_issuer)
    hall.secadmin.post("/api/identities", BINDING, status=201)
    client.cookies.clear()
    query = identity_provider.vouch(begin(client), "zhou")
    client.get(f"{RETURN}?{query}", headers=HTML)
    page = client.get("/queue", headers=HTML).text
    (csrf,) = set(re.findall(r'name="csrf" value="(\w+)"', page))
    left = client.post("/sign-out", data={"csrf": csrf}, headers=HTML)
    assert f"{real_issuer}/oauth2/end_session?client_id={CLIENT}" in left.text
    assert credentials.COOKIE not in client.cookies
    assert client.get("/queue", headers=HTML, follow_redirects=False).status_code == 303


def test_the_word_of_another_is_a_first_factor(
    hall: Hall, client: TestClient, clock: FixedClock, crooked: Crooked
) -> None:
    identity_provider.use(client, crooked.issuer, second_factor=frozenset({"amr:hwk"}))
    hall.secadmin.post("/api/identities", BINDING, status=201)
    said = {"agency": "990101", "post": "director", "demanded": True, "basis": "等保整改"}
    hall.secadmin.post("/api/factor-demands", said, status=201)
    client.cookies.clear()
    answer = crooked.come_back(client)
    assert 'content="0;url=/me/security"' in answer.text
    director = as_person(client, answer)
    assert director.get("/api/cases", 403)["rule"] == "factor.missing"
    shown, _ = enrolled(director, clock)
    director.get("/api/cases")

    clock.moment += timedelta(seconds=60)
    answer = crooked.come_back(client)
    assert 'content="0;url=/sign-in/second-factor"' in answer.text
    assert credentials.COOKIE not in answer.cookies
    page = client.get("/sign-in/second-factor", headers=HTML).text
    (csrf,) = set(re.findall(r'name="csrf" value="(\w+)"', page))
    sent = client.post(
        "/sign-in/second-factor",
        data={"csrf": csrf, "code": shown.code()},
        headers=HTML,
        follow_redirects=False,
    )
    assert sent.status_code == 303
    assert sent.cookies[credentials.COOKIE]
    # What the office trusts as two factors is enough by itself.
    client.cookies.clear()
    crooked.claims = {"amr": ["pwd", "hwk"]}
    as_person(client, crooked.come_back(client)).get("/api/cases")
    entries = hall.A101.get("/api/audit/journal?staff_no=Z101")["items"]
    told = [one["detail"] for one in entries if one["action"] == "signed_in"]
    assert {one.get("factor") for one in told} >= {"totp", "outside"}
    assert all(one["identity"] for one in told)


def test_every_lie_is_refused(
    hall: Hall, client: TestClient, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One office for all of them: nothing of what was refused stays."""
    monkeypatch.setattr(providers, "LEAST_SECONDS", 0.0)
    with identity_provider.crooked(clock) as first:
        identity_provider.use(client, first.issuer)
        hall.secadmin.post("/api/identities", BINDING, status=201)
        client.cookies.clear()
        assert first.come_back(client).status_code == 200
        port, key = first.port, first.key
        for name, (lie, told, status) in LIES.items():
            client.cookies.clear()
            fresh = Crooked(clock, port, key)
            vars(first).update(vars(fresh))
            identity_provider.use(client, first.issuer)
            first.nonce = ""
            lie(first)
            answer = first.come_back(client)
            assert told in rule_of(answer, status), name
            assert credentials.COOKIE not in client.cookies, name


def test_what_was_not_begun_here_goes_no_further(
    hall: Hall, client: TestClient, clock: FixedClock, crooked: Crooked
) -> None:
    identity_provider.use(client, crooked.issuer)
    hall.secadmin.post("/api/identities", BINDING, status=201)
    client.cookies.clear()
    # Login CSRF: a code of the attacker's own sign-in, in a browser that began none, or another.
    assert "不是在此发起" in rule_of(client.get(f"{RETURN}?code=c&state=s", headers=HTML))
    assert "不是在此发起" in rule_of(crooked.come_back(client, state="another"))
    client.cookies.set("tongban_outside", "forged", path=BEGIN)
    assert "不是在此发起" in rule_of(client.get(f"{RETURN}?code=c&state=s", headers=HTML))
    assert crooked.forms == []
    # A replayed return asks the issuer nothing, even with the cookie that began it.
    client.cookies.clear()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    kept = client.cookies["tongban_outside"]
    for _ in range(2):
        client.cookies.set("tongban_outside", kept, path=BEGIN)
        client.get(RETURN, params={"code": "c", "state": state}, headers=HTML)
    assert len(crooked.forms) == 1
    (form,) = crooked.forms
    assert form["redirect_uri"] == [identity_provider.DESK + RETURN]
    # Too late, denied there, from another issuer.
    client.cookies.clear()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    clock.moment += timedelta(minutes=11)
    late = client.get(RETURN, params={"code": "c", "state": state}, headers=HTML)
    assert "不是在此发起" in rule_of(late)
    assert "未通过" in rule_of(crooked.come_back(client, error="access_denied"))
    assert "不是来自" in rule_of(crooked.come_back(client, iss="https://elsewhere.example"))
    crooked.configuration = {"authorization_response_iss_parameter_supported": True}
    identity_provider.use(client, crooked.issuer)
    assert "不是来自" in rule_of(crooked.come_back(client))
    assert crooked.come_back(client, iss=crooked.issuer).status_code == 200
    # Another site's page begins none, and leads nobody away from here afterwards.
    foreign = client.get(BEGIN, headers={**HTML, "sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    for after in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        client.cookies.clear()
        sent = parse_qs(urlsplit(begin(client, f"?next={after}")).query)
        crooked.nonce = sent["nonce"][0]
        back = {"code": "c", "state": sent["state"][0], "iss": crooked.issuer}
        answer = client.get(RETURN, params=back, headers=HTML)
        assert answer.status_code == 200
        assert "evil.example" not in answer.text


def test_an_issuer_that_is_not_there_or_somebody_else(client: TestClient, crooked: Crooked) -> None:
    for wrong in (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://10.1.2.3/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ):
        crooked.configuration = wrong
        identity_provider.use(client, crooked.issuer)
        assert "无法连接" in rule_of(client.get(BEGIN, headers=HTML), 503), wrong
    identity_provider.use(client, "http://127.0.0.1:9")
    assert "无法连接" in rule_of(client.get(BEGIN, headers=HTML), 503)
    # The password still leads in.
    assert Person(client, "Z101").session["staff_no"] == "Z101"


def test_keys_turn(
    hall: Hall, client: TestClient, crooked: Crooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity_provider.use(client, crooked.issuer)
    hall.secadmin.post("/api/identities", BINDING, status=201)
    client.cookies.clear()
    assert crooked.come_back(client).status_code == 200
    crooked.key = jwk.ECKey.generate_key("P-256", {"kid": "two"})
    # Within ten seconds of the last look nobody is asked again.
    assert "签名不符" in rule_of(crooked.come_back(client))
    monkeypatch.setattr(providers, "LEAST_SECONDS", 0.0)
    assert crooked.come_back(client).status_code == 200
    assert crooked.asked.count("/keys") == 2

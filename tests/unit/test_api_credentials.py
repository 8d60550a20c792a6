"""Where a request comes from: its token, another site's page, another machine."""

from collections.abc import Mapping

import pytest
from starlette.requests import Request

from api import credentials
from api.credentials import CrossSite, NotOnThisMachine


def request(headers: Mapping[str, str] | None = None, peer: str | None = "127.0.0.1") -> Request:
    given = {"host": "desk.example:8000", **(headers or {})}
    return Request(
        {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/api/cases",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": (peer, 1) if peer else None,
        }
    )


def test_token_comes_from_header_or_cookie() -> None:
    assert credentials.token(request({"authorization": "Bearer abc"})) == "abc"
    assert credentials.token(request({"authorization": "bearer  abc"})) == "abc"
    assert credentials.token(request({"cookie": "tongban_session=xyz"})) == "xyz"
    assert credentials.token(request()) is None


def test_a_header_of_another_scheme_does_not_fall_back_to_the_cookie() -> None:
    sent = {"authorization": "Basic abc", "cookie": "tongban_session=xyz"}

    assert credentials.token(request(sent)) is None


def test_a_token_of_absurd_length_is_none() -> None:
    assert credentials.token(request({"authorization": "Bearer " + "a" * 201})) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://desk.example:8000"},
        {"origin": "https://desk.example:8000"},
        {"authorization": "Bearer abc"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
def test_own_page_may_act_by_cookie(headers: dict[str, str]) -> None:
    credentials.require_same_origin(request({"cookie": "tongban_session=xyz", **headers}))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://desk.example"},
        {"origin": "http://desk.example:8000.evil.example"},
        {"sec-fetch-site": "cross-site", "origin": "http://desk.example:8000"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_page_may_not(headers: dict[str, str]) -> None:
    with pytest.raises(CrossSite):
        credentials.require_same_origin(request({"cookie": "tongban_session=xyz", **headers}))


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_this_machine(peer: str) -> None:
    credentials.require_loopback(request(peer=peer))


@pytest.mark.parametrize("peer", ["10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "testclient", None])
def test_any_other_peer_is_not(peer: str | None) -> None:
    with pytest.raises(NotOnThisMachine):
        credentials.require_loopback(request(peer=peer))


@pytest.mark.parametrize("name", credentials.FORWARDED)
def test_a_proxy_on_this_machine_is_not(name: str) -> None:
    with pytest.raises(NotOnThisMachine):
        credentials.require_loopback(request({name: "127.0.0.1"}))

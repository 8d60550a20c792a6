"""What an identity service, or whoever stands between, may say that is not so, and by what it is refused."""

import base64
import json
from collections.abc import Callable
from typing import Any

from joserfc import jwk, jwt

from tests.identity_provider import CLIENT, Crooked

Lie = Callable[[Crooked], None]


def _set(**said: Any) -> Lie:
    def lie(about: Crooked) -> None:
        for name, value in said.items():
            setattr(about, name, value)

    return lie


def _unsigned(about: Crooked) -> None:
    parts = about.signed().split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    about.token = f"{header}.{parts[1]}."


def _by_the_public_key(about: Crooked) -> None:
    """HS256 under what everybody can read."""
    secret = jwk.OctKey.import_key(json.dumps(about.key.as_dict(private=False)))
    header = {"alg": "HS256", "kid": "one"}
    about.token = jwt.encode(header, {"iss": about.issuer}, secret, algorithms=["HS256"])


def _by_another_key(about: Crooked) -> None:
    about.published = [jwk.ECKey.generate_key("P-256", {"kid": "one"}).as_dict(private=False)]


LIES: dict[str, tuple[Lie, str, int]] = {
    "unsigned": (_unsigned, "签名不符", 401),
    "signed by the public key": (_by_the_public_key, "签名不符", 401),
    "signed by another key": (_by_another_key, "签名不符", 401),
    "an unknown key": (_set(header={"kid": "two"}), "签名不符", 401),
    "no token": (_set(token="x"), "签名不符", 401),
    "for somebody else": (_set(claims={"aud": "other"}), "不是发给本系统", 401),
    "for two, by the other": (
        _set(claims={"aud": [CLIENT, "other"], "azp": "other"}),
        "不是发给本系统",
        401,
    ),
    "expired": (_set(claims={"exp": 1_000_000_000}), "已过期", 401),
    "from the future": (_set(claims={"iat": 9_999_999_999}), "已过期", 401),
    "never over": (_set(claims={"exp": "soon"}), "与请求不符", 401),
    "another issuer's": (_set(claims={"iss": "https://elsewhere.example"}), "不是来自", 401),
    "another sign-in's": (_set(claims={"nonce": "replayed"}), "与请求不符", 401),
    "nobody's": (_set(claims={"sub": None}), "与请求不符", 401),
    "a used code": (_set(answer=(400, b'{"error": "invalid_grant"}', {})), "未通过", 401),
    "a redirect": (_set(answer=(302, b"{}", {"location": "http://127.0.0.1:9/"})), "无法连接", 503),
    "too much": (_set(answer=(200, b'"' + b"x" * 300_000 + b'"', {})), "无法连接", 503),
    "no JSON": (_set(answer=(200, b"<html>", {})), "无法连接", 503),
    "a defect": (_set(answer=(500, b"{}", {})), "无法连接", 503),
}

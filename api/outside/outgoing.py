"""A question to another party over HTTP: bounded in time and size, following nobody, over TLS.

The office asks only what its settings lead to: no address of these comes with a request.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from api.outside.issuer import is_secure
from api.outside.refusals import Unreachable

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS, WHOLE_NANOSECONDS = 3, 5, 10 * 10**9
MAX_BYTES = 262_144
_PART_BYTES = 16_384
_AGENT = {"accept": "application/json", "user-agent": "tongban"}


def ask(
    address: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Ask for JSON (by POST where there is a ``form``); status and object. Raises Unreachable.

    A redirect is no answer, nor is anything but an object; proxies and passwords of the environment
    (``.netrc``) don't count.
    """
    # Most offices ask nobody, and need not hold it.
    import requests  # noqa: PLC0415

    if not is_secure(address):
        raise Unreachable
    until = time.monotonic_ns() + WHOLE_NANOSECONDS
    try:
        with requests.Session() as opened:
            opened.trust_env = False
            with opened.request(
                "GET" if form is None else "POST",
                address,
                data=form,
                headers={**_AGENT, **(headers or {})},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer.status_code, _object(answer, until)
    except (requests.RequestException, ValueError, OSError) as failed:
        raise Unreachable from failed


def _object(answer: "requests.Response", until: int) -> dict[str, Any]:
    content = b""
    for part in answer.iter_content(_PART_BYTES):
        content += part
        if len(content) > MAX_BYTES or time.monotonic_ns() > until:
            raise Unreachable
    said = orjson.loads(content)
    if not isinstance(said, dict) or answer.is_redirect:
        raise Unreachable
    return said

"""Codes by time against RFC 6238's own examples, and passwords that are on a list."""

import base64
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.factors import codes_by_time
from authz.signing_in.guessed_passwords import GuessedPassword, require_uncommon

# RFC 6238 appendix B, SHA-1, the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
EXAMPLES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
MOMENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), EXAMPLES.items())
def test_the_rfc_s_examples(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)

    assert codes_by_time.step_of(SECRET, code, moment, 0) == seconds // 30


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_code_counts_within_one_step_and_once(off: int, last: int) -> None:
    now = int(MOMENT.timestamp()) // 30
    code = _code(MOMENT + timedelta(seconds=30 * off))

    found = codes_by_time.step_of(SECRET, code, MOMENT, now + last)

    assert found == (now + off if abs(off) <= 1 and off > last else None)


@given(st.text(max_size=8))
def test_what_is_no_code_is_none(text: str) -> None:
    if text.replace(" ", "") not in {_code(MOMENT + timedelta(seconds=s)) for s in (-30, 0, 30)}:
        assert codes_by_time.step_of(SECRET, text, MOMENT, 0) is None


def _code(moment: datetime) -> str:
    """As the RFC writes it down."""
    counter = (int(moment.timestamp()) // 30).to_bytes(8, "big")
    digest = hmac.digest(b"12345678901234567890", counter, "sha1")
    at = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


NAMES = ("T103", "张磊", "榆关县社会保险经办中心", "990101")


@pytest.mark.parametrize(
    "password",
    [
        "password1", "PASSWORD1", "iloveyou", "1qaz2wsx", "88888888", "ababababab", "Shebao2026!",
        "社会保险2026", "yanglaobaoxian", "T103-2026", "zhanglei1995", "zl19950125", "张磊123456", "990101",
        "yuguanxianshehuibaoxianjingbanzhongxin",
    ],
)  # fmt: skip
def test_what_anybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(GuessedPassword):
        require_uncommon(password, NAMES)


@pytest.mark.parametrize(
    "password",
    ["tongban-demo", "another-tongban", "correct horse battery", "红烧牛肉面加两个蛋", "x9#kL2pq"],
)
def test_any_other_make_up_is_taken(password: str) -> None:
    require_uncommon(password, NAMES)

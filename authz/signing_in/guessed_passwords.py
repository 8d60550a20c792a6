"""Passwords that anybody tries first: a list of those most often found in leaks, and words of the place.

The list is that of the package zxcvbn, the 30,000 most frequent of published leaks (NIST SP 800-63B §3.1.1.2,
OWASP ASVS 5 6.2.4, 6.2.12). The words of the place are the product's and the trade's (``LOCAL``) and whatever
the account and its agency are called (6.1.2, 6.2.11). How a password is made up is nobody's business else.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from authz import apart, pinyin
from database.refusals import Invalid

# What a guesser of this trade tries: the product, the trade's words, and how a keyboard runs.
LOCAL = frozenset(
    {
        "tongban", "tongbangui", "zonghegui", "guiyuan", "shebao", "shehuibaoxian", "yanglao",
        "yanglaobaoxian", "jingban", "yibao", "renshe", "rensheju", "shebaoju", "shebaozhongxin", "canbao",
        "tuixiu", "mima",
        "admin", "administrator", "root", "system", "teller", "welcome", "woaini", "zhongguo", "shaanxi",
        "社保", "养老", "养老保险", "社会保险", "经办", "柜员", "综合柜员", "通办", "密码", "人社",
    }
)  # fmt: skip
_PROGRAM = "authz.signing_in.guessed_passwords"
# One or two characters, again and again.
_FEW = 2


class GuessedPassword(Invalid):
    """This password is among the first that anybody tries: choose one that is on no list."""

    rule = "password.guessed"


def require_uncommon(password: str, names: Iterable[str] = ()) -> None:
    """Raise GuessedPassword for a password of the lists, or one made of ``names`` and figures alone.

    Case doesn't count, nor do figures and signs around a word: ``Shebao2026!`` is ``shebao``.
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    local = LOCAL | _variants(names)
    if plain in _listed() or len(set(plain)) <= _FEW or any(_is(word, plain) for word in local):
        raise GuessedPassword


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    return frozenset(apart.asked(_PROGRAM))


def _answer() -> None:
    # With its other lists 13 MB.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    apart.answer(FREQUENCY_LISTS["passwords"])


def _is(word: str, password: str) -> bool:
    """Whether a password is this word, with nothing but figures and signs around it."""
    return word in password and not any(one.isalpha() for one in password.replace(word, ""))


def _variants(names: Iterable[str]) -> set[str]:
    """Names as they may be typed: themselves, their pinyin, and the initials of that."""
    plain = {unicodedata.normalize("NFKC", name).casefold().strip() for name in names}
    return {
        typed for name, spelled in pinyin.of(plain - {""}).items() for typed in (name, *spelled)
    }


if __name__ == "__main__":
    _answer()

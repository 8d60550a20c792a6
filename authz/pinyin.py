"""How Chinese is typed on a Latin keyboard: pinyin without tones, in full and by initials.

As a program it reads the dictionaries, 55 MB (``authz.apart``).
"""

from collections.abc import Collection

from authz import apart

_PROGRAM = "authz.pinyin"


def of(texts: Collection[str]) -> dict[str, tuple[str, str]]:
    """The pinyin of each text, and the initials of that; what isn't Chinese stays in both as it is."""
    found = {text: (text, text) for text in texts}
    chinese = [text for text in found if not text.isascii()]
    if chinese:
        found |= zip(chinese, map(tuple, apart.asked(_PROGRAM, chinese)), strict=True)
    return found


def _answer() -> None:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    styles = (Style.NORMAL, Style.FIRST_LETTER)
    apart.answer(
        [["".join(lazy_pinyin(text, style=s)) for s in styles] for text in apart.question()]
    )


if __name__ == "__main__":
    _answer()

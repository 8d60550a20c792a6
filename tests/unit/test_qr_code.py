"""QR codes: read back by a decoder of the standard's own steps, and the largest that is drawn."""

import itertools
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engine.paperwork import qr_code, qr_matrix
from engine.paperwork.qr_matrix import Matrix

# Drawn by another implementation and read by a third from a picture: byte mode, level M, version 1.
GOLDEN = "TB-R1 23456789"
TEXTS = [
    "1",
    "99010120261103100000412-R1 ABCDEFGH2345",
    "https://rs.example.cn/document-check#99010120261103100000412-R1/ABCDEFGH2345",
    "回执单",
    *("x" * length for length in (14, 15, 62, 63, 106, 107, 122, 123, 180, 181, 213)),
]


def read(found: Matrix) -> str:
    """The text of a symbol without errors: the mask off, the zigzag, the blocks put in order again."""
    side = len(found)
    version = (side - 17) // 4
    total, ec_length, count = qr_code._CAPACITY[version]
    said = sum(found[8][n] << 14 - place for place, n in enumerate((0, 1, 2, 3, 4, 5)))
    mask = (said ^ 0x5412) >> 10 & 7
    bits = "".join(
        "1" if found[y][x] != turned else "0"
        for (x, y), turned in zip(
            qr_matrix._zigzag(version), qr_matrix._turned(version, mask), strict=True
        )
    )
    placed = [int(bits[at : at + 8], 2) for at in range(0, 8 * (total + ec_length * count), 8)]
    short, longer = divmod(total, count)
    lengths = [short + (place >= count - longer) for place in range(count)]
    blocks: list[list[int]] = [[] for _ in lengths]
    order = [
        block
        for n, block in itertools.product(range(max(lengths)), range(count))
        if n < lengths[block]
    ]
    for which, codeword in zip(order, placed, strict=False):
        blocks[which].append(codeword)
    for place, block in enumerate(blocks):
        corrections = bytes(placed[total + place + n * count] for n in range(ec_length))
        generator = qr_code._generator(ec_length)
        assert qr_code._remainder(bytes(block), generator) == corrections
    data = "".join(f"{one:08b}" for one in itertools.chain.from_iterable(blocks))
    assert data[:4] == "0100"
    width = 16 if version >= 10 else 8
    length = int(data[4 : 4 + width], 2)
    at = 4 + width
    return bytes(int(data[n : n + 8], 2) for n in range(at, at + 8 * length, 8)).decode()


def _golden() -> list[list[str]]:
    masks = (Path(__file__).parents[1] / "golden" / "qr_masks.txt").read_text()
    return [one.splitlines() for one in masks.strip().split("\n\n")]


@pytest.mark.parametrize("text", TEXTS)
def test_a_code_says_what_it_was_given(text: str) -> None:
    assert read(qr_code.modules(text)) == text


def test_a_code_is_drawn_as_others_draw_it() -> None:
    """But for the mask, whose choice is free: every mask's symbol of one text is known."""
    drawn = ["".join("#" if dark else "." for dark in row) for row in qr_code.modules(GOLDEN)]

    assert drawn in _golden()


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(qr_code.TooLong):
        qr_code.modules("x" * 214)


def test_the_picture_has_a_quiet_zone_and_no_scripts() -> None:
    picture = ET.fromstring(qr_code.svg("1"))  # noqa: S314 - of our own making

    assert picture.attrib["viewBox"] == "0 0 29 29"
    assert [child.tag for child in picture] == ["{http://www.w3.org/2000/svg}path"]

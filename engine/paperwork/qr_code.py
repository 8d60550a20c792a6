"""QR codes (ISO/IEC 18004) of short texts as SVG: byte mode, error correction M, versions 1 to 10.

Papers carry their number and verification code in one. Drawn here because Typst has none of its own without
fetching packages, and papers must print on a machine without a network.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

from engine.paperwork import qr_matrix
from engine.paperwork.qr_matrix import Matrix

# By version: data codewords in all, error-correction codewords a block, blocks (level M).
_CAPACITY = {
    1: (16, 10, 1),
    2: (28, 16, 1),
    3: (44, 26, 1),
    4: (64, 18, 2),
    5: (86, 24, 2),
    6: (108, 16, 4),
    7: (124, 18, 4),
    8: (154, 22, 4),
    9: (182, 22, 5),
    10: (216, 26, 5),
}
_LONG_COUNT_FROM = 10
_PADS = (0xEC, 0x11)
_BYTE_MODE = 0b0100
QUIET = 4


class TooLong(ValueError):  # noqa: N818 - says what is wrong with a text, no fault of the machine
    """The text does not fit the largest code drawn here."""


def svg(text: str) -> str:
    """The code as an SVG of one path, with its quiet zone. Raises TooLong."""
    drawn = modules(text)
    side = len(drawn) + 2 * QUIET
    runs = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for x, y, length in _runs(drawn)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path d="{runs}"/></svg>'
    )


def modules(text: str) -> Matrix:
    """Rows of modules, true for dark, without the quiet zone. Raises TooLong."""
    said = text.encode()
    version = next((one for one in _CAPACITY if _fits(said, one)), None)
    if version is None:
        raise TooLong(f"{len(said)} bytes are more than a code of version 10 takes")
    return qr_matrix.drawn(version, _interleaved(_data(said, version), version))


def _fits(said: bytes, version: int) -> bool:
    count_bits = 16 if version >= _LONG_COUNT_FROM else 8
    return 4 + count_bits + 8 * len(said) <= 8 * _CAPACITY[version][0]


def _data(said: bytes, version: int) -> bytes:
    """The data codewords: mode, count, bytes, terminator, padding."""
    total = 8 * _CAPACITY[version][0]
    count_bits = 16 if version >= _LONG_COUNT_FROM else 8
    bits = f"{_BYTE_MODE:04b}{len(said):0{count_bits}b}" + "".join(f"{one:08b}" for one in said)
    bits += "0" * min(4, total - len(bits))
    bits += "0" * (-len(bits) % 8)
    filled = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    lacking = total // 8 - len(filled)
    return filled + bytes(_PADS[n % 2] for n in range(lacking))


def _interleaved(data: bytes, version: int) -> bytes:
    """Data and error-correction codewords in the order they are placed."""
    total, ec_length, count = _CAPACITY[version]
    short, longer = divmod(total, count)
    blocks, at = [], 0
    for place in range(count):
        length = short + (1 if place >= count - longer else 0)
        blocks.append(data[at : at + length])
        at += length
    corrections = [_remainder(block, _generator(ec_length)) for block in blocks]
    columns = max(map(len, blocks))
    placed = [block[n] for n, block in product(range(columns), blocks) if n < len(block)]
    return bytes(placed + [one[n] for n, one in product(range(ec_length), corrections)])


@cache
def _multiplied(one: int, other: int) -> int:
    """The product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    found = 0
    for bit in range(7, -1, -1):
        found = (found << 1) ^ ((found >> 7) * 0x11D)
        found ^= ((other >> bit) & 1) * one
    return found


@cache
def _generator(degree: int) -> bytes:
    """The Reed-Solomon generator polynomial of a degree, its leading 1 left out."""
    found = bytearray(degree - 1) + b"\1"
    root = 1
    for _ in range(degree):
        for place in range(degree):
            found[place] = _multiplied(found[place], root)
            if place + 1 < degree:
                found[place] ^= found[place + 1]
        root = _multiplied(root, 2)
    return bytes(found)


def _remainder(block: bytes, generator: bytes) -> bytes:
    found = bytearray(len(generator))
    for one in block:
        factor = one ^ found.pop(0)
        found.append(0)
        for place, coefficient in enumerate(generator):
            found[place] ^= _multiplied(coefficient, factor)
    return bytes(found)


def _runs(drawn: Matrix) -> Iterator[tuple[int, int, int]]:
    """Stretches of dark modules: column, row, length."""
    for y, row in enumerate(drawn):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            begin = x
            while x < len(row) and row[x]:
                x += 1
            yield begin, y, x - begin

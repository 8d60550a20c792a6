"""Where the codewords of a QR code go: fixed patterns, the zigzag of data, masks and what they cost."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise, product

Matrix = list[list[bool]]

# Centres of the alignment patterns by version.
_ALIGNED: dict[int, tuple[int, ...]] = {
    1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38),
    8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50),
}  # fmt: skip
_VERSION_FROM = 7
_MASKS: Sequence[Callable[[int, int], bool]] = (
    lambda x, y: (x + y) % 2 == 0,
    lambda _x, y: y % 2 == 0,
    lambda x, _y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)
# Level M is 00 in the format bits.
_LEVEL = 0b00
_FORMAT_GENERATOR, _FORMAT_MASK, _VERSION_GENERATOR = 0x537, 0x5412, 0x1F25
# What looks like a finder pattern, with its light side before or behind.
_FINDER_LIKE = ("10111010000", "00001011101")
_LONG_RUN = re.compile("0{5,}|1{5,}")
_TIMING = 6


def drawn(version: int, codewords: bytes) -> Matrix:
    """The symbol with the mask that costs least."""
    fixed = _fixed(version)
    tried = (_masked(version, fixed, codewords, mask) for mask in range(len(_MASKS)))
    return min(tried, key=_cost)


def _masked(
    version: int, fixed: dict[tuple[int, int], bool], codewords: bytes, mask: int
) -> Matrix:
    side = 17 + 4 * version
    found = [[False] * side for _ in range(side)]
    for (x, y), dark in (*fixed.items(), *_format(side, mask).items()):
        found[y][x] = dark
    places = _zigzag(version)
    bits = f"{int.from_bytes(codewords):0{8 * len(codewords)}b}".ljust(len(places), "0")
    for (x, y), bit, turned in zip(places, bits, _turned(version, mask), strict=True):
        found[y][x] = (bit == "1") != turned
    return found


@cache
def _turned(version: int, mask: int) -> list[bool]:
    """Which of the modules that hold data a mask turns over, in their order."""
    return [_MASKS[mask](x, y) for x, y in _zigzag(version)]


@cache
def _zigzag(version: int) -> list[tuple[int, int]]:
    """The modules that hold data, in their order."""
    side = 17 + 4 * version
    taken = _fixed(version).keys() | _format(side, 0).keys()
    columns = [x for x in range(side - 1, 0, -2) if x > _TIMING] + [5, 3, 1]
    found = []
    for turn, right in enumerate(columns):
        rows = range(side) if turn % 2 else range(side - 1, -1, -1)
        found += [(x, y) for y in rows for x in (right, right - 1) if (x, y) not in taken]
    return found


@cache
def _fixed(version: int) -> dict[tuple[int, int], bool]:
    """Finder, timing and alignment patterns, the dark module, and the version's bits."""
    side = 17 + 4 * version
    timing = {place: n % 2 == 0 for n in range(side) for place in ((n, _TIMING), (_TIMING, n))}
    corners = ((3, 3), (side - 4, 3), (3, side - 4))
    finders = {
        place: away not in (2, 4)
        for corner in corners
        for place, away in _rings(corner, 4)
        if min(place) >= 0 and max(place) < side
    }
    # Where a finder pattern stands there is no alignment pattern.
    finding = {(_TIMING, _TIMING), (_TIMING, side - 7), (side - 7, _TIMING)}
    aligned = {
        place: away != 1
        for centre in product(_ALIGNED[version], _ALIGNED[version])
        if centre not in finding
        for place, away in _rings(centre, 2)
    }
    return {**timing, **finders, **aligned, (8, side - 8): True, **_version(version, side)}


def _rings(centre: tuple[int, int], reach: int) -> Iterator[tuple[tuple[int, int], int]]:
    """The modules around a centre, with how far away each is."""
    for dx, dy in product(range(-reach, reach + 1), repeat=2):
        yield (centre[0] + dx, centre[1] + dy), max(abs(dx), abs(dy))


def _version(version: int, side: int) -> dict[tuple[int, int], bool]:
    """The version's own bits, twice; small symbols say it by their size."""
    if version < _VERSION_FROM:
        return {}
    bits = version << 12 | _checked(version, _VERSION_GENERATOR, 12)
    return {
        place: bits >> n & 1 == 1
        for n in range(18)
        for place in ((side - 11 + n % 3, n // 3), (n // 3, side - 11 + n % 3))
    }


def _format(side: int, mask: int) -> dict[tuple[int, int], bool]:
    """Level and mask, twice, beside the finder patterns."""
    said = _LEVEL << 3 | mask
    bits = (said << 10 | _checked(said, _FORMAT_GENERATOR, 10)) ^ _FORMAT_MASK
    upright = [(8, n) for n in range(6)] + [(8, 7), (8, 8), (7, 8)]
    first = [*upright, *((14 - n, 8) for n in range(9, 15))]
    second = [(side - 1 - n, 8) for n in range(8)] + [(8, side - 15 + n) for n in range(8, 15)]
    return {
        place: bits >> n & 1 == 1 for places in (first, second) for n, place in enumerate(places)
    }


def _checked(said: int, generator: int, degree: int) -> int:
    """The remainder of a BCH code."""
    left = said
    for _ in range(degree):
        left = left << 1 ^ (left >> (degree - 1)) * generator
    return left


def _blocks(upper: str, lower: str) -> int:
    """How many 2 x 2 blocks of one colour two rows make: where both keep their colour, and it is the same."""
    width = len(upper) - 1
    above, below = int(upper, 2), int(lower, 2)
    differs = (above ^ above >> 1) | (below ^ below >> 1) | (above ^ below)
    return width - (differs & (1 << width) - 1).bit_count()


def _cost(found: Matrix) -> int:
    """How hard a symbol is to read: long runs, blocks, what looks like a finder, an uneven share of dark."""
    rows = ["".join("1" if one else "0" for one in row) for row in found]
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    lines = rows + columns
    runs = sum(len(run) - 2 for line in lines for run in _LONG_RUN.findall(line))
    finders = sum(line.count(like) for line in lines for like in _FINDER_LIKE)
    blocks = sum(_blocks(upper, lower) for upper, lower in pairwise(rows))
    dark = sum(row.count("1") for row in rows) * 100 / len(rows) ** 2
    return runs + 3 * blocks + 40 * finders + 10 * int(abs(dark - 50) / 5)

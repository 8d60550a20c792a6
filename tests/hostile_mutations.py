"""Good files spoiled at random: pieces cut, doubled, moved, and hostile ones put in."""

import random

PIECES = (
    b"",
    b"\0",
    b"\xff",
    b"<",
    b">",
    b"&",
    b'"',
    b"'",
    b"]",
    b"}",
    b"[",
    b"{",
    b":",
    b",",
    b"-1",
    b"999999999999",
    b"null",
    b"true",
    b"&x;",
    b"<!DOCTYPE d>",
    b"<scriptTask id='s'/>",
    b"<extensionElements/>",
    b"<script>__import__('os')</script>",
    b"__import__('os').system('true')",
    b"!!python/name:os.system ",
    b"*a",
    b"&a ",
    b"\n",
    b"\t",
    b"approval",
    b"completed",
    "受".encode(),
)


def mutated(content: bytes, choices: random.Random) -> bytes:
    """The content with one or two spots changed."""
    for _ in range(choices.randint(1, 2)):
        here = choices.randrange(len(content) + 1)
        there = min(len(content), here + choices.choice((0, 1, 2, 5, 40, 400)))
        kind = choices.randrange(6)
        if kind == 0:
            content = content[:here] + choices.choice(PIECES) + content[there:]
        elif kind == 1:
            content = content[:here] + content[here:there] * 2 + content[there:]
        elif kind == 2:
            content = content[:here] + content[there:]
        else:
            content = _renamed(content, choices)
    return content


def _renamed(content: bytes, choices: random.Random) -> bytes:
    """One quoted value in the place of another."""
    parts = content.split(b'"')
    quoted = range(1, len(parts) - 1, 2)
    if len(quoted) > 1:
        parts[choices.choice(quoted)] = parts[choices.choice(quoted)]
    return b'"'.join(parts)

"""What becomes of files: something in them changed, as disks, editors and other programs do."""

from __future__ import annotations

import random

WORDS = (
    (b"1", b"-1"),
    (b"0", b"1e999"),
    (b"600", b"99999999999999999999"),
    (b'"', b""),
    (b"{", b"[" * 2000),
    (b"true", b"null"),
    (b"uint8", b"int64"),
    (b":1", b':"1"'),
    (b"event", b"\\ud800"),
    (b"|u1", b"<u8"),
    (b"F32", b"F64"),
    (b"= ", b"= -"),
    (b"]", b"].x"),
    (b"data", b"LIST"),
)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Something changed in one of eight ways."""
    place = rng.randrange(len(content) + 1)
    length = rng.choice([1, 2, 8, 64, 500])
    some = bytes(rng.randrange(256) for _ in range(length))
    ways = (
        lambda: content[:place],
        lambda: content[:place] + some + content[place:],
        lambda: content[:place] + content[place + length :],
        lambda: content[:place] + some + content[place + length :],
        lambda: content[:place] + b"\0" * length + content[place + length :],
        lambda: content[:place] + content[place : place + length] * 3 + content[place:],
        lambda: content + some,
        lambda: content.replace(*rng.choice(WORDS), 1),
    )
    return rng.choice(ways)()

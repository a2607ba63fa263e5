"""Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers").

A draw depends only on the seed and the sample index, never on what was drawn before.
"""

from __future__ import annotations

MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
ROUNDS = 10
SEED_LIMIT = 2**64
"""Seeds, which are keys, are 0…SEED_LIMIT - 1."""
WORD = 0xFFFFFFFF


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four random 32-bit words of a 128-bit counter and a 64-bit key, as tuples of 32-bit words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        product_0, product_1 = MULTIPLIER_0 * c0, MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (product_1 >> 32) ^ c1 ^ k0,
            product_1 & WORD,
            (product_0 >> 32) ^ c3 ^ k1,
            product_0 & WORD,
        )
        k0, k1 = (k0 + WEYL_0) & WORD, (k1 + WEYL_1) & WORD
    return c0, c1, c2, c3


def words(seed: int, index: int) -> tuple[int, int, int, int]:
    """The four random 32-bit words of the sample at ``index`` of the stream with ``seed``.

    ``seed`` 0…2^64 - 1 is the key; ``index`` ≥ 0 is the counter's low half.
    """
    return philox((index & WORD, index >> 32 & WORD, 0, 0), (seed & WORD, seed >> 32 & WORD))


def uniform(seed: int, index: int) -> float:
    """The draw in [0, 1) for the sample at ``index`` of the stream with ``seed``: 24 bits of word 0."""
    return (words(seed, index)[0] >> 8) * 2.0**-24

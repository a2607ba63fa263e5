from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.stream.dsp.decoder import Decoder
from engine.wavenet import mulaw
from engine.wavenet.emphasis import UNFILTERED, Emphasis

C = 0.85
FILTER = Emphasis(C, (1.0 - C) ** -0.5)


def test_mu_law_codes_become_amplitudes() -> None:
    codes = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(Decoder(np.uint8, UNFILTERED, 16_000).process(codes), mulaw.decode(codes))


def test_16_bit_codes_become_amplitudes() -> None:
    codes = np.array([-32768, -1, 0, 1, 32767], np.int16)
    expected = np.array([-1.0, -1 / 32768, 0.0, 1 / 32768, 32767 / 32768], np.float32)
    np.testing.assert_array_equal(Decoder(np.int16, UNFILTERED, 16_000).process(codes), expected)


@pytest.mark.parametrize("block", [1, 37, 1000])
def test_pre_emphasis_is_undone_over_any_number_of_blocks(block: int) -> None:
    codes = np.random.default_rng(0).integers(-9_000, 9_000, 1000).astype(np.int16)
    decoder, last, expected = Decoder(np.int16, FILTER, 16_000), 0.0, []
    for code in codes.tolist():
        last = code / 32768 * (1.0 - C) ** 0.5 + C * last
        expected.append(last)
    found = [decoder.process(codes[at : at + block]) for at in range(0, 1000, block)]
    np.testing.assert_allclose(np.concatenate(found), expected, atol=1e-6)


@pytest.mark.parametrize(("kind", "loudest"), [(np.uint8, 255), (np.int16, 32767)])
def test_what_adds_up_to_more_than_full_scale_is_clipped(kind: type[np.integer[Any]], loudest: int) -> None:
    assert Decoder(kind, FILTER, 16_000).process(np.full(200, loudest, kind)).max() == 1.0


def test_a_gain_alone_is_undone_too() -> None:
    codes = np.array([-16384, 0, 8192], np.int16)
    found = Decoder(np.int16, Emphasis(0.0, 2.0), 16_000).process(codes)
    np.testing.assert_array_equal(found, np.array([-0.25, 0.0, 0.125], np.float32))


def test_the_sound_before_the_latest_sample_is_known() -> None:
    decoder = Decoder(np.int16, FILTER, 16_000)
    decoder.process(np.array([16384, -8192], np.int16))
    assert decoder.before == pytest.approx(0.5 * (1.0 - C) ** 0.5)

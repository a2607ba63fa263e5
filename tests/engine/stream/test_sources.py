from __future__ import annotations

import numpy as np
import pytest

from engine.stream.sources import Playback, block_size


@pytest.mark.parametrize(("rate", "samples"), [(16_000, 128), (48_000, 128), (8_000, 64), (10, 1)])
def test_a_block_lasts_8_ms_or_128_samples_at_most(rate: int, samples: int) -> None:
    assert block_size(rate) == samples


def test_samples_that_exist_are_played_once_to_their_end() -> None:
    samples = np.linspace(-1.0, 1.0, 100)
    playback = Playback(samples.astype(np.float32), 22_050)
    assert (playback.generated, playback.ready, playback.sample_rate) == (100, 100, 22_050)
    parts = [playback.read(60), playback.read(60), playback.read(60)]
    assert [len(part) for part in parts] == [60, 40, 0]
    np.testing.assert_allclose(np.concatenate(parts), samples, rtol=1e-6)
    assert (playback.generated, playback.ready) == (100, 0)

from __future__ import annotations

import numpy as np

from engine.stream.dsp.volume import Volume

RATE = 16_000


def test_what_passes_is_scaled() -> None:
    samples = np.linspace(-1, 1, 100, dtype=np.float32)
    np.testing.assert_array_equal(Volume(RATE, 0.25).process(samples, 0.25), samples * np.float32(0.25))


def test_a_change_is_spread_over_a_block() -> None:
    volume = Volume(RATE, 1.0)
    np.testing.assert_allclose(
        volume.process(np.ones(5, np.float32), 0.0), [1.0, 0.75, 0.5, 0.25, 0.0], atol=1e-7
    )
    assert not volume.process(np.ones(5, np.float32), 0.0).any()


def test_a_block_of_one_sample_has_the_new_volume() -> None:
    assert Volume(RATE, 1.0).process(np.ones(1, np.float32), 0.5).tolist() == [0.5]

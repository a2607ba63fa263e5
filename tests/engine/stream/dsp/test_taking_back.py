"""Stages that took samples back go on as if these had never come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.stream.dsp.decoder import Decoder
from engine.stream.dsp.envelope import Envelope
from engine.stream.dsp.fades import FadeIn
from engine.stream.dsp.limiter import Limiter
from engine.stream.dsp.meter import Meter
from engine.stream.dsp.volume import Volume
from engine.wavenet.emphasis import Emphasis

RATE = 16_000
FILTER = Emphasis(0.85, 0.15**-0.5)


class Story:
    """Sound that comes in blocks, of which some is taken back and comes otherwise."""

    def __init__(self) -> None:
        rng = np.random.default_rng(3)
        self.steps: list[tuple[NDArray[np.float32], int]] = []
        kept = np.empty(0, np.float32)
        for _ in range(80):
            block = rng.uniform(-0.9, 0.9, int(rng.integers(1, 400))).astype(np.float32)
            kept = np.concatenate([kept, block])
            back = int(min(len(kept), rng.integers(0, 1500))) if rng.random() < 0.4 else 0
            kept = kept[: len(kept) - back]
            self.steps.append((block, back))
        self.kept = kept

    def through(self, stage: Any, process: Callable[[NDArray[np.float32]], NDArray[Any]]) -> NDArray[Any]:
        """What came out and was not taken back."""
        out = np.empty(0, np.float32)
        for block, back in self.steps:
            out = np.concatenate([out, process(block)])
            stage.take_back(back)
            out = out[: len(out) - back]
        return out


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


def test_a_limiter(story: Story) -> None:
    limiter = Limiter(RATE)
    np.testing.assert_allclose(
        story.through(limiter, limiter.process), Limiter(RATE).process(story.kept), atol=1e-7
    )


def test_a_fade(story: Story) -> None:
    fade, straight = FadeIn(RATE), FadeIn(RATE)
    fade.restart()
    straight.restart()
    np.testing.assert_array_equal(story.through(fade, fade.process), straight.process(story.kept))


def test_a_volume(story: Story) -> None:
    volume = Volume(RATE, 0.5)
    found = story.through(volume, lambda block: volume.process(block, 0.5))
    np.testing.assert_array_equal(found, story.kept * np.float32(0.5))


def test_a_meter(story: Story) -> None:
    meter, straight = Meter(RATE), Meter(RATE)
    for block, back in story.steps:
        meter.push(block)
        meter.take_back(back)
    straight.push(story.kept)
    assert meter.reading() == straight.reading()
    assert meter.latest == story.kept[-1]


def test_an_envelope(story: Story) -> None:
    envelope, straight = Envelope(RATE), Envelope(RATE)
    sent = 0
    for block, back in story.steps:
        envelope.push(block, 7, sent)
        envelope.take_back(back)
        sent += len(block) - back
    straight.push(story.kept, 7, 0)
    for found, expected in zip(envelope.snapshot(), straight.snapshot(), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind", [np.uint8, np.int16])
def test_a_decoder(story: Story, kind: type[np.integer[Any]]) -> None:
    def codes(block: NDArray[np.float32]) -> NDArray[Any]:
        return (block * 100 + 128).astype(np.uint8) if kind is np.uint8 else (block * 30_000).astype(np.int16)

    decoder, straight = Decoder(kind, FILTER, RATE), Decoder(kind, FILTER, RATE)
    found = story.through(decoder, lambda block: decoder.process(codes(block)))
    np.testing.assert_array_equal(found, straight.process(codes(story.kept)))

"""How long a stream's conditions have not turned: so far it can be taken back and go on in one piece."""

from __future__ import annotations

import numpy as np

from engine.generation.backends import select_kernel
from engine.generation.conditions import StreamConditions
from engine.generation.generator import Generator
from engine.wavenet.conditions import Feedback
from engine.wavenet.config import GenerationParams, ModelConfig
from tests.models import TINY, random_model
from tests.tracks import Turning


class Track(Turning):
    """Feedback at half its gain up to sample 100, silence from sample 300 on."""

    ends_at, rests_from = 100, 300

    def samples(self, start: int, n: int) -> Feedback | None:
        if start >= self.ends_at:
            return None
        return Feedback(np.full(n, 16_384, np.int32), np.zeros(n, np.int32))


def stream() -> Generator:
    kernel = select_kernel(random_model(ModelConfig(**TINY)), "cpu")
    return Generator(kernel, GenerationParams(), 1, StreamConditions(feedback=Track()), rewindable=True)


def test_it_counts_from_the_last_turn_of_the_feedback() -> None:
    generator, found = stream(), []
    for _ in range(8):
        found.append(generator.steady)
        generator.step(50)
    assert found == [0, 50, 0, 50, 100, 150, 0, 50]


def test_what_compiled_code_is_given_ends_where_the_feedback_turns() -> None:
    generator, lengths = stream(), []
    for _ in range(4):
        native = generator.native(130)
        lengths.append(None if native is None else len(native.codes))
        generator.step(100)
    assert lengths == [100, 130, 100, None]

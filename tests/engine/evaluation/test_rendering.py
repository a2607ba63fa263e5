from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.classifier import Classifier
from engine.evaluation.free_runs import judge_preset
from engine.evaluation.rendering import play, shown_label
from engine.generation.generator import Generator
from engine.kernels.cpu import CpuKernel
from engine.library.presets import Preset
from engine.training.freerun import character
from engine.wavenet.config import ModelConfig
from tests.engine.evaluation.signals import RATE, buzz, whistle
from tests.models import TINY, random_model


@pytest.fixture(scope="module")
def kernel() -> CpuKernel:
    return CpuKernel(random_model(ModelConfig(**TINY)))


def preset(**fields: object) -> Preset:
    return Preset(id="p", name="P", category="genre", model="m", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"tags": {"fast": 2.0, "piano": 1.0, "jazz": 1.0}}, "piano"),
        ({"tags": {"piano": 0.5, "jazz": 1.0}}, "jazz"),
        ({"tags": {"piano": 0.0}}, None),
        ({"tags": {"fast": 1.0}}, None),
        ({"speaker": "slt", "tags": {"piano": 1.0}}, "slt"),
        ({"speaker": "rms"}, None),
        ({"speaker": "3"}, "speaker3"),
        ({"speaker": "4"}, None),
        ({"tags": {"piano": 0.5, "7": 1.0}}, "tag7"),
    ],
)
def test_a_preset_shows_its_speaker_or_its_weightiest_genre(
    fields: dict[str, object], label: str | None
) -> None:
    assert shown_label(preset(**fields), ["jazz", "piano", "slt", "speaker3", "tag7"]) == label


def test_every_take_is_what_its_seed_alone_gives(kernel: CpuKernel) -> None:
    params = preset(tags={"piano": 1.0}).params()
    drawn: list[int] = []
    takes = play(kernel, params, range(20), 700, progress=drawn.append)
    assert sum(drawn) == 20 * 700
    for seed in (0, 8, 19):
        np.testing.assert_array_equal(takes[seed], Generator(kernel, params, seed).step(700).codes)


def test_a_preset_is_judged_by_what_its_runs_sound_like(kernel: CpuKernel) -> None:
    rng = np.random.default_rng(3)
    noise = [0.2 * rng.standard_normal(RATE).astype(np.float32) for _ in range(4)]
    clips = [
        *(("noise", clip) for clip in noise),
        *(("buzz", buzz(rng, 1.0)) for _ in range(4)),
        *(("whistle", whistle(rng, 1.0)) for _ in range(4)),
    ]
    tune = character(np.zeros(2048, np.uint8), None)
    # A model of random weights makes noise, and is meant to make another thing.
    judged = judge_preset(preset(), "buzz", kernel, Classifier(clips, RATE), tune, range(3), 0.5)
    assert judged.right == 0.0
    assert judged.taken_for == {"noise": 3}
    assert sum(judged.verdicts.values()) == judged.clips == 3

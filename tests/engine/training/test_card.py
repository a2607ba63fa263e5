from __future__ import annotations

from typing import Any

import pytest

from engine.corpus.music import recipe as music
from engine.corpus.speech import tools
from engine.corpus.speech.natural import downloads
from engine.training.card import minutes_by_device, render_card, synthesised
from engine.wavenet.config import ContextConfig, LocalConfig, ModelConfig
from engine.wavenet.model_file import Header

CHARACTER = {
    "level_db": -20.04,
    "variation_db": 6.0,
    "centroid": 0.1,
    "flatness": 0.02,
    "flux": 0.5,
    "stuck": 0.0,
    "entropy": 3.25,
}


SYNTHESISED = {
    "kind": "speech",
    "seed": 7,
    "sources": [
        {"name": "festival", "version": "2.5", "licence": "CMU"},
        {"name": "flite1-dev", "version": "2.2", "licence": "CMU"},
    ],
    "sha256": "feed",
    "samples": 16_000 * 3600,
}
FIGURES = {
    "clips": 60,
    "clip_seconds": 3.0,
    "bits_per_sample": 2.9,
    "bits_per_sample_active": 3.1,
    "right_condition_better": 0.95,
    "free_runs": [{"of": "ann", "verdict": "alive", **CHARACTER, "corpus": CHARACTER}],
}


def header(config: ModelConfig, corpus: dict[str, Any]) -> Header:
    training = {"minutes": 90.2, "threads": 2, "steps": 5000, "samples": 48_000_000}
    return Header(
        format=1,
        name="duo",
        config=config,
        weights=930_000,
        hash="abc123",
        licence="MIT",
        card={"corpus": corpus, "training": training},
    )


def test_the_card_tells_where_a_model_was_trained_for_how_long() -> None:
    old = {"minutes": 541.2, "threads": 1}
    assert minutes_by_device(old) == {"1 CPU core": 541.2}
    both = header(ModelConfig(tags=("calm",)), SYNTHESISED)
    both.card["training"]["minutes_on"] = {"2 CPU cores": 541.2, "NVIDIA H100": 7.4}
    text = "541 minutes on 2 CPU cores and 7 minutes on NVIDIA H100, 5,000 steps"
    assert text in render_card(both, FIGURES)


def test_the_card_of_a_model_that_is_told_says_so_and_how_its_corpus_was_made() -> None:
    told = LocalConfig(channels=24, hop=80, features="speech")
    corpus = {**SYNTHESISED, "sources": downloads.sources(), "made": "made by hand"}
    card = render_card(header(ModelConfig(speakers=("ann", "bob"), local=told), corpus), FIGURES)
    assert "Says what it is told, frame by frame" in card
    assert "1.00 h of synthesised speech, made by hand (SHA-256 of its samples `feed`)." in card
    assert "| kokoro-js | 1.2.1 | Apache-2.0" in card
    assert "Babbles" not in card


def test_the_card_tells_data_training_and_figures() -> None:
    card = render_card(header(ModelConfig(speakers=("ann", "bob")), SYNTHESISED), FIGURES)
    for fact in (
        "# duo",
        "Babbles speech in several voices",
        "standard: 30 layers, 930,000 weights",
        "| sample rate | 16,000 Hz, 256 mu-law levels |",
        "1.00 h of synthesised speech, made by `./studio corpus speech` with seed 7",
        "| flite1-dev | 2.2 | CMU |",
        "90 minutes on 2 CPU cores",
        "48.0 million samples (50 minutes of audio)",
        "| bits per sample | 2.900 |",
        "whose own speaker score better than a wrong one's | 95.0% |",
        "| ann | alive | -20.0 (-20.0) |",
        "`abc123`",
    ):
        assert fact in card, fact


@pytest.mark.parametrize("name", ["CSTR VCTK Corpus", "festival"])
def test_recordings_are_not_called_synthesised(name: str) -> None:
    source = {"name": name, "version": "0.92", "licence": "CC-BY-4.0"}
    corpus = {**SYNTHESISED, "sources": [source]}
    card = render_card(header(ModelConfig(speakers=("ann", "bob"), tags=("calm",)), corpus), FIGURES)
    assert "1.00 h of speech recordings, split with seed 7 (SHA-256 of its samples `feed`)." in card
    assert f"| {name} | 0.92 | CC-BY-4.0 |" in card
    assert "Learnt speech from recordings; knows 2 speakers and 1 tag." in card
    for claim in ("synthesised", "No recording", "./studio corpus", "Babbles", "four recorded people"):
        assert claim not in card, claim


def test_what_we_synthesise_is_known_by_its_sources() -> None:
    assert synthesised({"kind": "music", "sources": music.sources()})
    assert synthesised({"kind": "speech", "sources": [{"name": name} for name in tools.LICENCES]})
    assert synthesised({"kind": "speech", "sources": downloads.sources()})


def test_other_outputs_and_context_stacks_are_told() -> None:
    context = ContextConfig(pooling=160, dilations=(1, 2, 4), channels=8)
    config = ModelConfig(input="scalar", output="logistics", components=5, contexts=(context,))
    card = render_card(header(config, SYNTHESISED), {**FIGURES, "right_condition_better": None})
    assert "| sample rate | 16,000 Hz, 16 bits, 5 logistics |" in card
    assert "| context stack | 3 layers, 160 samples a step, hears 0.08 s |" in card  # 8 steps of 10 ms
    assert "better than a wrong one's" not in card
    plain = header(ModelConfig(output="gaussian"), SYNTHESISED)
    assert "16,000 Hz, 16 bits, a Gaussian |" in render_card(plain, FIGURES)

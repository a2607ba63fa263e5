from __future__ import annotations

from engine.checkpoint import Header
from engine.config import ModelConfig
from engine.training.card import render_card

CHARACTER = {
    "level_db": -20.04,
    "variation_db": 6.0,
    "centroid": 0.1,
    "flatness": 0.02,
    "flux": 0.5,
    "stuck": 0.0,
    "entropy": 3.25,
}


def test_the_card_tells_data_training_and_figures() -> None:
    header = Header(
        format=1,
        name="duo",
        config=ModelConfig(speakers=("ann", "bob")),
        weights=930_000,
        hash="abc123",
        licence="MIT",
        card={
            "corpus": {
                "kind": "speech",
                "seed": 7,
                "sources": [{"name": "flite", "version": "2.2", "licence": "CMU"}],
                "sha256": "feed",
                "samples": 16_000 * 3600,
            },
            "training": {"minutes": 90.2, "threads": 2, "steps": 5000, "samples": 48_000_000},
        },
    )
    figures = {
        "clips": 60,
        "clip_seconds": 3.0,
        "bits_per_sample": 2.9,
        "bits_per_sample_active": 3.1,
        "right_condition_better": 0.95,
        "free_runs": [{"of": "ann", "verdict": "alive", **CHARACTER, "corpus": CHARACTER}],
    }
    card = render_card(header, figures)
    for fact in (
        "# duo",
        "standard: 30 layers, 930,000 weights",
        "1.00 h of synthesised speech",
        "| flite | 2.2 | CMU |",
        "90 minutes on 2 CPU core(s)",
        "48.0 million samples (50 minutes of audio)",
        "| bits per sample | 2.900 |",
        "whose own speaker score better than a wrong one's | 95.0% |",
        "| ann | alive | -20.0 (-20.0) |",
        "`abc123`",
    ):
        assert fact in card, fact

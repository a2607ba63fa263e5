"""What ``studio judge`` prints: a table for presets, for drift, and for pieces played from their scores."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.cli.output import print_table

if TYPE_CHECKING:
    from engine.evaluation.classifier import Classifier
    from engine.evaluation.drift import Drift
    from engine.evaluation.free_runs import PresetJudgement
    from engine.evaluation.score_following import Following
    from engine.evaluation.scores import PieceJudgement


def print_presets(classifier: Classifier, accuracy: dict[str, float], judged: list[PresetJudgement]) -> None:
    """A row a preset, and what all of them come to."""
    rows = [("PRESET", "SHOWS", "NAMED RIGHT", "SECOND", "TIMBRE", "RECORDINGS", "TAKEN FOR", "VERDICTS")]
    for one in judged:
        rows.append(
            (
                one.preset,
                one.label,
                f"{one.right:.0%}",
                f"{one.second:.0%}",
                f"{one.timbre:.0%}",
                f"{accuracy[one.label]:.0%}" if one.label in accuracy else "none",
                _counted(one.taken_for),
                _counted(one.verdicts),
            )
        )
    print_table(rows)
    print(
        f"\nnamed right: {share_of(one.right for one in judged):.1%} of the free runs "
        f"({share_of(one.second for one in judged):.1%} by the second classifier, "
        f"{share_of(one.timbre for one in judged):.1%} by timbre alone), "
        f"{share_of(accuracy.values()):.1%} of unseen recordings, "
        f"{1 / len(classifier.labels):.1%} by chance; "
        f"alive: {share_of(one.alive for one in judged):.1%}"
    )


def print_drift(judged: list[list[Drift]]) -> None:
    """A row a minute; ``judged`` has each preset's."""
    from engine.evaluation.drift import drifts

    rows = [("PRESET", "SEED", "LEVEL, dB", "LIMIT", "CENTROID", "LIMIT", "WINDOWS", "TOO FAR")]
    for one in (run for runs in judged for run in runs):
        dead = {window.verdict for window in one.windows} - {"alive"}
        rows.append(
            (
                one.preset,
                str(one.seed),
                f"{one.level_db:+.1f}",
                f"±{one.limits.level_db:.1f}",
                f"×{one.centroid:.2f}",
                f"×{one.limits.centroid:.2f}",
                ", ".join(sorted(dead)) or "alive",
                "yes" if one.too_far else "no",
            )
        )
    print()
    print_table(rows)
    print(f"\ndrifting over a minute: {sum(map(drifts, judged))} of {len(judged)} presets")


def print_following(judged: list[PieceJudgement], means: dict[str, Following]) -> None:
    """A row a piece, its recording beside it, and what chance gives."""
    heads = ("CHROMA", "RECORDING", "ONSETS FOUND", "RECORDING", "PRECISION", "RECORDING", "NAMED")
    rows: list[tuple[str, ...]] = [("PIECE", *heads)]
    for one in judged:
        rows.append((one.piece, *_beside(one.model, one.recording), one.named))
    kept = share_of(one.named == one.label for one in judged)
    rows.append(("mean", *_beside(means["model"], means["recording"]), f"{kept:.0%} right"))
    wrong = means["wrong"]
    rows.append(
        (
            "wrong score",
            f"{wrong.chroma:.2f}",
            "",
            f"{wrong.recall:.0%}",
            "",
            f"{wrong.precision:.0%}",
            "",
            "",
        )
    )
    print()
    print_table(rows)


def _beside(model: Following, recording: Following) -> tuple[str, ...]:
    return (
        f"{model.chroma:.2f}",
        f"{recording.chroma:.2f}",
        f"{model.recall:.0%}",
        f"{recording.recall:.0%}",
        f"{model.precision:.0%}",
        f"{recording.precision:.0%}",
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "nothing else"


def share_of(values: Iterable[float]) -> float:
    """The mean of shares or of flags."""
    known = list(values)
    return sum(known) / len(known)


def plain(value: Any) -> Any:
    """For JSON, which knows no NaN: null in its place."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

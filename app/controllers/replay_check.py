"""Whether a take's settings would give the very same samples with what is installed now."""

from __future__ import annotations

from engine.library.takes import Take
from engine.stream.messages import Ready


def may_differ(take: Take, now: Ready) -> str:
    """Why a replay of ``take`` with what is loaded ``now`` may differ; empty where it cannot."""
    why = []
    if take.model_hash != now.model_hash:
        why.append(f"model {take.model} has changed since")
    if take.engine != now.engine:
        why.append(f"it was made by engine {take.engine}, not {now.engine}")
    elif take.kernel_version != now.kernel_version:
        why.append(
            f"it was made by version {take.kernel_version} of engine {take.engine}, not {now.kernel_version}"
        )
    if not why:
        return ""
    return f"A replay may differ: {' and '.join(why)}. The take itself stays as it is."

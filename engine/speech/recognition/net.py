"""The recogniser in NumPy: how likely each class is in each frame of a recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.speech.recognition.shape import RecogniserShape
from engine.speech.recognition.sound import AMPLIFIED
from engine.wavenet.mulaw import DECODED

BLOCK_FRAMES = 64
"""Of the sound that goes through all layers at once."""

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]


def _quietly(share: float) -> None:
    """Hear how much is done, and do nothing."""


def pooled_layers(
    weights: Weights,
    shape: RecogniserShape,
    codes: NDArray[np.uint8],
    progress: Callable[[float], None] = _quietly,
) -> Floats:
    """Each layer's gated outputs, their mean over each whole frame of ``codes`` [n]: [F, layers · channels].

    ``progress`` hears the share done, and may raise to stop.
    """
    hop, channels, layers = shape.hop, shape.channels, len(shape.dilations)
    frames = len(codes) // hop
    out = np.empty((frames, layers, channels), np.float32)
    before = np.zeros(shape.input_taps - 1, np.float32)
    past = [np.zeros((dilation, channels), np.float32) for dilation in shape.dilations]
    dilated = weights["dilated"].copy()
    dilated[:, :channels] *= 2.0  # tanh(a) = 2 σ(2a) - 1
    bias = weights["bias"].copy()
    bias[:, :channels] *= 2.0
    for first in range(0, frames, BLOCK_FRAMES):
        end = min(first + BLOCK_FRAMES, frames)
        sound = np.concatenate([before, DECODED[codes[first * hop : end * hop]] * np.float32(AMPLIFIED)])
        before = sound[len(sound) - shape.input_taps + 1 :]
        x = sliding_window_view(sound, shape.input_taps) @ weights["bank"].T
        for layer, dilation in enumerate(shape.dilations):
            whole = np.concatenate([past[layer], x])
            a = x @ dilated[layer, :, channels:].T
            a += whole[: len(x)] @ dilated[layer, :, :channels].T
            a += bias[layer]
            past[layer] = whole[len(whole) - dilation :]
            squashed = _logistic(a)
            z = (2.0 * squashed[:, :channels] - 1.0) * squashed[:, channels:]
            out[first:end, layer] = z.reshape(-1, hop, channels).mean(axis=1)
            if layer + 1 < layers:
                x = x + z @ weights["residual"][layer].T + weights["residual_bias"][layer]
        progress(end / frames)
    return out.reshape(frames, layers * channels)


def log_chances(weights: Weights, shape: RecogniserShape, pooled: Floats) -> Floats:
    """Logs of the chances of each frame's classes, [F, classes], by ``pooled`` [F, layers · channels]."""
    h = np.maximum(pooled @ weights["inputs.weight"].T + weights["inputs.bias"], 0.0)
    beside = shape.taps // 2
    for index in range(shape.convolutions):
        kernel = weights[f"convolutions.{index}.weight"]
        padded = np.pad(h, ((beside, beside), (0, 0)))
        y = np.broadcast_to(weights[f"convolutions.{index}.bias"], h.shape).copy()
        for tap in range(shape.taps):
            y += padded[tap : tap + len(h)] @ kernel[:, :, tap].T
        h = h + np.maximum(y, 0.0)
    logits = h @ weights["classes.weight"].T + weights["classes.bias"]
    logits -= logits.max(axis=1, keepdims=True)
    result: Floats = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return result


def _logistic(x: Floats) -> Floats:
    """1 / (1 + e^-x), in place; e^88 is still a number."""
    np.clip(x, -87.0, 87.0, out=x)
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1.0
    return np.reciprocal(x, out=x)

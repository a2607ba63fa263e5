"""A model as the compiled loop reads it: named tuples of flat arrays and of numbers."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.matrices import Floats, Integers, pad
from engine.kernels.scratch import words_for
from engine.wavenet.codes import Codes
from engine.wavenet.config import ContextConfig, ModelConfig
from engine.wavenet.mulaw import LEVELS

SKIP_LAYERS = {"int8": 8, "int16": 1, "float32": 8}
"""Layers whose skip connections are one product: few sums to convert, yet a scale for each few layers.

16-bit weights of more inputs would have to be cut to what an int32 sum of their products can hold.
"""
SOFTMAX, LOGISTICS, GAUSSIAN = 0, 1, 2
OUTPUTS = {"softmax": SOFTMAX, "logistics": LOGISTICS, "gaussian": GAUSSIAN}
BLOCK = 16
"""Samples ahead for which the past's share is computed; the result does not depend on it."""
NONE, LAST, ALL = 0, 1, 2
"""Which samples' outputs a run is asked for."""


class StackSize(NamedTuple):
    """Counts and padded widths of a stack of layers; all int but the last."""

    layers: int
    taps: int
    residual_pad: int
    gate_pad: int
    z_pad: int
    """2 gate_pad: filter and gate."""
    skip_pad: int
    skip_layers: int
    """Layers whose skip connections are one product."""
    streams: int
    """In lockstep."""
    residual_scale: float


class Ends(NamedTuple):
    """What stands before and behind the main stack's layers."""

    head_pad: int
    outputs: int
    outputs_pad: int
    local: int
    local_pad: int
    scalar_input: bool
    kind: int
    """SOFTMAX, LOGISTICS or GAUSSIAN."""
    components: int
    log_scale_min: float


class Stack(NamedTuple):
    """A stack's weights. Flat arrays; a scale is what one unit of a sum of products stands for."""

    current: NDArray[Any]
    """[layers] of W_cur, W_res: what every layer waits for, in the order it is read."""
    skip: NDArray[Any]
    """W_skip of ``StackSize.skip_layers`` layers at a time, their gated outputs side by side."""
    past: NDArray[Any]
    """[layers, taps before the current, oldest first] of W_prev."""
    current_scale: Floats
    """[layers, 2 gate_pad]."""
    past_scale: Floats
    """[layers, taps - 1, 2 gate_pad]."""
    residual_scale: Floats
    """[layers, residual_pad]."""
    residual_bias: Floats
    """[layers, residual_pad]."""
    skip_scale: Floats
    """[layers / skip_layers, rounded up, skip_pad], times the config's factor on the skip sum."""
    dilations: Integers
    offsets: Integers
    """[layers + 1]: ``state.ring_offsets``, without spare rows."""
    activation: NDArray[Any]
    """Empty; of the type in which activations enter products."""


class EndWeights(NamedTuple):
    """The weights before and behind the main stack; arrays as in ``Stack``."""

    head: NDArray[Any]
    """The head's two matrices."""
    head_scale: Floats
    head_bias: Floats
    output_scale: Floats
    output_bias: Floats
    local: NDArray[Any]
    """[layers · 2 gate_pad, local_pad] of V_l; empty without a local condition."""
    local_scale: Floats
    embedding: Floats
    """[256, residual_pad]; or, for a scalar input, its weight and bias [2, residual_pad]."""
    inputs: Floats
    """What a code, plus ``input_origin``, is to the model: an embedding's row or a number in ±1."""
    input_origin: int
    linear: Integers
    """[256]: ``codes.LINEAR``."""
    nearest: NDArray[np.uint8]
    """[65536]: ``codes.NEAREST``."""


class Biases(NamedTuple):
    """What does not change from sample to sample in the model's sums."""

    gate: Floats
    """[layers, 2 gate_pad]."""
    skip: Floats
    """[skip_pad]."""


class Packed(NamedTuple):
    """All weights of a model but its context stacks'."""

    stack: Stack
    ends: EndWeights


class Layers(NamedTuple):
    """A stack of layers, ready to run."""

    stack: Stack
    size: StackSize
    biases: Biases


class Context(NamedTuple):
    """A context stack, in float32: it steps too seldom to cost much."""

    layers: Layers
    input: Floats
    """[residual_pad, pooling padded]."""
    input_scale: Floats
    input_bias: Floats


class StreamArrays(NamedTuple):
    """Streams in lockstep, as in ``RingState``; a run changes all but the seeds. Flat arrays."""

    rows: NDArray[Any]
    """[sum of rows, streams, residual_pad]: ``Rings.rows``."""
    units: Floats
    """[sum of rows, streams]: ``Rings.units``."""
    seeds: NDArray[np.uint64]
    """[streams]."""
    fed_back: Integers
    """[streams, spare + 1]: a ring of the codes that were fed back to each last."""
    spare: int
    """Rows of each ring beyond those that its layer looks back."""


class LocalArrays(NamedTuple):
    """The local condition of n samples, as in ``LocalRows``."""

    given: bool
    """Whether there is one."""
    rows: Floats
    """[m, local_pad]."""
    row_of: Integers
    """[n]."""
    mix: Floats
    """[n]."""


class FeedbackArrays(NamedTuple):
    """How n samples are fed back, as in ``Feedback``."""

    given: bool
    """Whether not each is fed back as it is."""
    gain: NDArray[np.int32]
    """[n]."""
    offset: NDArray[np.int32]
    """[n]."""


class Draws(NamedTuple):
    """How n samples are drawn: see ``distributions.Sampling``."""

    temperature: Floats
    """[n]."""
    top_k: int
    top_p: float


class Samples(NamedTuple):
    """What a run makes."""

    n: int
    """Of a row of codes."""
    codes: Codes
    """[streams, n]: drawn, or given."""
    given: bool
    wanted: int
    """NONE, LAST or ALL: of which samples …"""
    outputs: Floats
    """… the outputs are, flat: [streams, outputs] of the last, or [streams, n, outputs] of all."""


class Arguments(NamedTuple):
    """What ``step.run`` is given; arrays are C-contiguous."""

    stack: Stack
    weights: EndWeights
    ends: Ends
    size: StackSize
    biases: Biases
    streams: StreamArrays
    position: int
    """The streams'."""
    local: LocalArrays
    feedback: FeedbackArrays
    draws: Draws
    samples: Samples
    scratch: NDArray[np.int64]
    """[scratch_words]: memory for the call to work in."""


class ContextArguments(NamedTuple):
    """What ``step.step_context`` is given."""

    context: Context
    streams: StreamArrays
    """Of the stack's rings."""
    pending: Floats
    """[pooling padded]: in."""
    pooling: int
    """Padded."""
    row: Floats
    """[skip_pad]: out."""
    scratch: NDArray[np.int64]


def activation_type(precision: str) -> Any:
    """The numpy type in which activations enter products with weights of a ``precision``."""
    return np.float32 if precision == "float32" else np.int16


def stack_size(config: ModelConfig | ContextConfig, precision: str) -> StackSize:
    """The padded widths of a stack whose weights are of a ``precision``, for one stream."""
    if isinstance(config, ModelConfig):
        skip, scale = config.skip_channels, config.residual_scale
    else:
        skip, scale = config.channels, 1.0
    return StackSize(
        len(config.dilations),
        config.kernel_size,
        pad(config.residual_channels),
        pad(config.gate_channels),
        2 * pad(config.gate_channels),
        pad(skip),
        SKIP_LAYERS[precision],
        1,
        scale,
    )


def stack_words(size: StackSize, widest: int) -> int:
    """64-bit words that do for ``layers.new_work``: a word for each number of it. ``widest``: a row of q."""
    n = size.streams
    return words_for(
        *(size.layers, n * size.residual_pad, n * widest, n, n, n * size.skip_layers * size.gate_pad),
        *(n * size.skip_pad, BLOCK * n * size.layers * size.z_pad, size.layers),
    )


@cache
def scratch_words(size: StackSize, ends: Ends) -> int:
    """64-bit words that do for the scratch of a whole model's call."""
    z = size.layers * size.z_pad
    rows, start = (BLOCK + 1, BLOCK * z) if ends.local else (0, 0)
    widest = max(size.residual_pad, size.skip_pad, ends.head_pad)
    head = size.streams * ends.head_pad, size.streams * ends.outputs_pad, LEVELS, LEVELS, ends.components
    local = rows * ends.local_pad, rows, rows * z, 1, 1
    return stack_words(size, widest) + words_for(start, *head, *local)


def ends(config: ModelConfig) -> Ends:
    """The padded widths of what is not a layer."""
    return Ends(
        pad(config.head_channels),
        config.outputs,
        pad(config.outputs),
        config.local_channels,
        pad(config.local_channels),
        config.input == "scalar",
        OUTPUTS[config.output],
        config.components,
        config.log_scale_min,
    )

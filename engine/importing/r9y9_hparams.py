"""The hyper-parameters of r9y9/wavenet_vocoder, and the model shape that they describe."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from engine.errors import StudioError, reason, shortened
from engine.files.documents import NestedError, parse_json
from engine.files.reading import read_whole
from engine.wavenet.config import LocalConfig, ModelConfig, explain
from engine.wavenet.mulaw import LEVELS

Positive = Annotated[int, Gt(0), Le(65_536)]
Width = Annotated[int, Gt(0), Le(4096)]
MAX_PER_STACK = 24
"""Layers, whose dilations double from each to the next."""
NESTED = "the hparams are nested too deeply; give the flat JSON preset of the training run"
MOST_BYTES = 1 << 20
SHOWN = 180
"""Letters of an explanation, or of a value, that an error repeats."""
PRE_EMPHASIS = 0.85
"""The coefficient of its function ``preemphasis``, which no field sets."""
FOREIGN = ConfigDict(extra="ignore", allow_inf_nan=False, strict=True)


@dataclass(frozen=True, config=FOREIGN)
class UpsampleParams:
    """Of its upsampling network; the defaults are the network's own."""

    upsample_scales: Annotated[list[Positive], MinLen(1), MaxLen(16)] = field(
        default_factory=lambda: [4, 4, 4, 4]
    )
    upsample_activation: str = "none"
    mode: str = "nearest"
    freq_axis_kernel_size: Positive = 1


@dataclass(frozen=True, config=FOREIGN)
class Hparams:
    """What shapes a model; other fields are about its training and are not read.

    A field that the file leaves out has the default of the program's own table.
    """

    name: Literal["wavenet_vocoder"] = "wavenet_vocoder"
    input_type: Literal["raw", "mulaw", "mulaw-quantize"] = "raw"
    quantize_channels: Positive = 65536
    preprocess: str | None = ""
    postprocess: str | None = ""
    global_gain_scale: float = 1.0
    sample_rate: Annotated[int, Gt(0), Le(384_000)] = 22050
    hop_size: Positive | None = 256
    """Samples a frame; null leaves it to frame_shift_ms."""
    frame_shift_ms: Annotated[float, Gt(0.0), Le(10_000.0)] | None = None
    output_distribution: Literal["Logistic", "Normal"] = "Logistic"
    log_scale_min: Annotated[float, Ge(-100.0), Le(10.0)] = -16.0
    out_channels: Positive = 30
    layers: Annotated[int, Gt(0), Le(1000)] = 24
    stacks: Positive = 4
    residual_channels: Width = 128
    gate_channels: Annotated[int, Gt(0), Le(8192)] = 256
    """Filter and gate together: twice ours."""
    skip_out_channels: Width = 128
    kernel_size: Annotated[int, Ge(2), Le(64)] = 3
    cin_channels: Annotated[int, Le(4096)] = 80
    """Features a frame; below 1 there is no local condition."""
    cin_pad: Annotated[int, Ge(0), Le(1000)] = 2
    upsample_conditional_features: bool = True
    upsample_net: Literal["ConvInUpsampleNetwork", "UpsampleNetwork"] = "ConvInUpsampleNetwork"
    upsample_params: UpsampleParams = field(default_factory=UpsampleParams)
    gin_channels: Annotated[int, Le(4096)] = -1
    """Width of the global condition; below 1 there is none."""
    legacy: bool = False
    """Of early versions only: their layers were scaled in another way."""

    @property
    def pre_emphasises(self) -> bool:
        """Whether recordings are filtered before training, and what it plays is filtered back."""
        return self.preprocess == "preemphasis"

    @property
    def gain(self) -> float:
        """What recordings are multiplied by before training."""
        return self.global_gain_scale if self.global_gain_scale > 0.0 else 1.0

    @property
    def frame(self) -> int:
        """Samples a frame, as the program reckons where it repeats frames itself; 0 where it cannot."""
        if self.hop_size is not None:
            return self.hop_size
        return int((self.frame_shift_ms or 0.0) / 1000 * self.sample_rate)

    @property
    def upsamples(self) -> bool:
        """Whether the model has an upsampling network of its own that is used."""
        return self.cin_channels > 0 and self.upsample_conditional_features


def read_hparams(path: Path) -> Hparams:
    """The fields of a JSON preset. Raises StudioError naming the field that is wrong."""
    try:
        fields = parse_json(read_whole(path, MOST_BYTES))
    except NestedError:
        raise StudioError(f"{path}: {NESTED}") from None
    except OSError as error:
        raise StudioError(f"{path}: cannot read the hparams: {reason(error)}") from None
    except ValueError as error:
        raise StudioError(f"{path}: the hparams are not JSON: {shortened(str(error), SHOWN)}") from None
    if not isinstance(fields, dict):
        raise StudioError(f"{path}: the hparams must be a JSON object, as in the program's preset files")
    if "upsample_scales" in fields:
        raise StudioError(
            f"{path}: upsample_scales: belongs into upsample_params; early versions cannot be read"
        )
    known = {name.name for name in dataclasses.fields(Hparams)}
    try:
        text = json.dumps({name: value for name, value in fields.items() if name in known})
        return TypeAdapter(Hparams).validate_json(text)
    except ValidationError as error:
        raise StudioError(f"{path}: {shortened(explain(error), SHOWN)}") from None


def model_config(hparams: Hparams, *, conv_in: bool) -> ModelConfig:
    """The shape of the model, without tags, speakers and vector.

    ``conv_in``: whether its upsampling network begins with a convolution over frames. Raises
    StudioError, naming the field, on what our model has no equal for.
    """
    _check(hparams, conv_in)
    softmax = hparams.input_type == "mulaw-quantize"
    logistic = hparams.output_distribution == "Logistic"
    per_stack = hparams.layers // hparams.stacks
    try:
        return ModelConfig(
            sample_rate=hparams.sample_rate,
            kernel_size=hparams.kernel_size,
            dilations=tuple(2 ** (layer % per_stack) for layer in range(hparams.layers)),
            residual_channels=hparams.residual_channels,
            gate_channels=hparams.gate_channels // 2,
            skip_channels=hparams.skip_out_channels,
            head_channels=hparams.skip_out_channels,
            condition_channels=max(hparams.gin_channels, 0) or ModelConfig.condition_channels,
            residual_scale=math.sqrt(0.5),
            skip_scale=math.sqrt(1.0 / hparams.layers),
            input="embedding" if softmax else "scalar",
            output="softmax" if softmax else "logistics" if logistic else "gaussian",
            components=hparams.out_channels // 3 if logistic and not softmax else 10,
            log_scale_min=hparams.log_scale_min,
            pre_emphasis=PRE_EMPHASIS if hparams.pre_emphasises else 0.0,
            emphasis_gain=hparams.gain if hparams.pre_emphasises or hparams.gain != 1.0 else 0.0,
            local=_local(hparams),
        )
    except ValidationError as error:
        raise StudioError(f"hparams: {explain(error)}") from None


def _local(hparams: Hparams) -> LocalConfig | None:
    """Frames; its own upsampling network, or frames repeated as it does outside of its models."""
    if hparams.cin_channels < 1:
        return None
    if not hparams.upsamples:
        if hparams.frame < 1:
            raise StudioError("hparams: hop_size: neither it nor frame_shift_ms says how long a frame is")
        return LocalConfig(hparams.cin_channels, hparams.frame, "repeat")
    scales = tuple(hparams.upsample_params.upsample_scales)
    return LocalConfig(
        hparams.cin_channels,
        math.prod(scales),
        "stretched",
        scales=scales,
        margin=hparams.cin_pad,
        bands=hparams.upsample_params.freq_axis_kernel_size,
    )


def _check(hparams: Hparams, conv_in: bool) -> None:
    faults = dataclasses.asdict(hparams)
    outputs = hparams.out_channels
    if hparams.legacy:
        _refuse("legacy", "models of early versions cannot be brought in", faults)
    if hparams.input_type == "mulaw":
        _refuse("input_type", "companded scalar input has no equal here; raw and mulaw-quantize have", faults)
    if hparams.layers % hparams.stacks:
        _refuse("stacks", f"must divide the {hparams.layers} layers", faults)
    if hparams.layers // hparams.stacks > MAX_PER_STACK:
        _refuse("stacks", f"at most {MAX_PER_STACK} of the {hparams.layers} layers may be in each", faults)
    if hparams.gate_channels % 2:
        _refuse("gate_channels", "must be even: half for the filter, half for the gate", faults)
    if hparams.input_type == "mulaw-quantize":
        for name in ("quantize_channels", "out_channels"):
            if faults[name] != LEVELS:
                _refuse(name, f"must be {LEVELS} where input_type is mulaw-quantize", faults)
    elif hparams.output_distribution == "Logistic" and outputs % 3:
        _refuse("out_channels", "must be three for each logistic", faults)
    elif hparams.output_distribution == "Normal" and outputs not in (2, 3):
        _refuse("out_channels", "mixtures of Gaussians have no equal here; a single one has 2", faults)
    if hparams.upsamples:
        _check_upsampling(hparams, conv_in)


def _check_upsampling(hparams: Hparams, conv_in: bool) -> None:
    params = hparams.upsample_params
    faults = dataclasses.asdict(params)
    prefix = "upsample_params."
    if params.upsample_activation != "none":
        _refuse("upsample_activation", "only none has an equal here", faults, prefix)
    if params.mode != "nearest":
        _refuse("mode", "only nearest has an equal here", faults, prefix)
    if params.freq_axis_kernel_size % 2 == 0:
        _refuse("freq_axis_kernel_size", "must be odd, else features are lost", faults, prefix)
    hop = math.prod(params.upsample_scales)
    if hparams.hop_size not in (None, hop):
        raise StudioError(f"hparams: hop_size: upsample_scales multiply to {hop} (got {hparams.hop_size})")
    if hparams.cin_pad and not conv_in:
        raise StudioError(
            "hparams: cin_pad: must be 0 for an upsampling network without a first convolution "
            f"(got {hparams.cin_pad})"
        )


def _refuse(name: str, why: str, values: dict[str, Any], prefix: str = "") -> None:
    got = shortened(repr(values[name]), SHOWN)
    raise StudioError(f"hparams: {prefix}{name}: {why} (got {got})")

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.signal import lfilter

from engine.errors import StudioError
from engine.generation.conditions import LocalCondition, StreamConditions
from engine.generation.generator import Generator
from engine.importing.r9y9 import Imported, import_r9y9
from engine.importing.r9y9_hparams import Hparams, model_config
from engine.kernels.reference import ReferenceKernel
from engine.network.model import WaveNet
from engine.wavenet.codes import as_inputs, encode, silence
from engine.wavenet.conditioning import condition_inputs
from engine.wavenet.config import GenerationParams, LocalConfig
from engine.wavenet.emphasis import codes_of, samples_of
from engine.wavenet.model_file import FORMAT, Header, ModelFile, load_model
from tests.engine.cli.conftest import Studio

DATA = Path(__file__).parent / "data"
NAMES = sorted(path.stem for path in DATA.glob("*.pth"))


@dataclass(frozen=True)
class Recording:
    """What the other program's model said of some samples."""

    codes: Any
    outputs: np.ndarray
    frames: np.ndarray | None
    params: GenerationParams


def recording(name: str) -> Recording:
    with np.load(DATA / f"{name}.npz") as stored:
        outputs = stored["outputs"]
        if name.startswith(
            "smoothed"
        ):  # a mixture of one: the first number is the logit of its only component
            outputs = outputs[:, 1:]
        params = GenerationParams(
            speaker="speaker1" if "speaker" in stored else None,
            vector=tuple(stored["vector"].tolist()) if "vector" in stored else (),
        )
        frames = stored.get("frames")
        return Recording(stored["codes"], outputs, frames, params)


def imported(name: str, speakers: tuple[str, ...] | None = None) -> Imported:
    return import_r9y9(DATA / f"{name}.pth", DATA / f"{name}.json", speakers)


def in_memory(found: Imported) -> ModelFile:
    count = sum(value.size for value in found.weights.values())
    header = Header(format=FORMAT, name="imported", config=found.config, weights=count, hash="")
    return ModelFile(header, found.weights)


def stepped(model: ModelFile, known: Recording) -> np.ndarray:
    """What our reference engine says of the samples, one after the other."""
    local = None if known.frames is None else LocalCondition(model, known.frames)
    return Generator(ReferenceKernel(model), known.params, 0, StreamConditions(local)).score(known.codes)


def test_there_are_recordings_of_every_kind() -> None:
    kinds = ["gaussian-k2", "gaussian-k3", "logistics-k2", "logistics-k3", "repeated-k2", "smoothed-k2"]
    assert [*kinds, "softmax-k2", "softmax-k3"] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_engine_gives_the_outputs_that_the_other_program_gave(name: str) -> None:
    known = recording(name)
    np.testing.assert_allclose(stepped(in_memory(imported(name)), known), known.outputs, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_the_training_forward_gives_the_outputs_that_the_other_program_gave(name: str) -> None:
    known, model = recording(name), in_memory(imported(name))
    net = WaveNet(model.config)
    net.load_state_dict({key: torch.from_numpy(value) for key, value in model.weights.items()})
    past = np.concatenate([[silence(model.config)], known.codes[:-1]]).astype(known.codes.dtype)
    inputs = torch.from_numpy(as_inputs(model.config, past))
    with torch.inference_mode():
        outputs = net(
            (inputs.long() if model.config.input == "embedding" else inputs)[None],
            torch.from_numpy(condition_inputs(model.config, known.params))[None],
            None if known.frames is None else torch.from_numpy(known.frames)[None],
        )
    np.testing.assert_allclose(outputs[0].numpy(), known.outputs, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_writes_a_model_that_gives_the_recorded_outputs(
    studio: Studio, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "brought.safetensors"
    result = studio("import", "r9y9", DATA / f"{name}.pth", "--hparams", DATA / f"{name}.json", "-o", path)
    assert result.code == 0
    model, exact = load_model(path), imported(name)
    assert model.config == exact.config
    assert model.header.name == "brought"
    known = recording(name)
    np.testing.assert_allclose(stepped(model, known), known.outputs, atol=1e-4)
    for key, value in exact.weights.items():
        np.testing.assert_array_equal(model.weights[key], value)


def changed(
    tmp_path: Path, name: str, hparams: Mapping[str, Any] | None = None, **weights: Any
) -> tuple[Path, Path]:
    """Checkpoint and preset of a model with other fields and other weights; None takes one out."""
    page = torch.load(DATA / f"{name}.pth", weights_only=True)
    for key, value in weights.items():
        if value is None:
            del page["state_dict"][key]
        else:
            page["state_dict"][key] = value
    fields = json.loads((DATA / f"{name}.json").read_text())
    torch.save(page, tmp_path / "changed.pth")
    (tmp_path / "changed.json").write_text(json.dumps({**fields, **(hparams or {})}))
    return tmp_path / "changed.pth", tmp_path / "changed.json"


@pytest.mark.parametrize("form", ["parametrised", "folded"])
def test_weight_norm_of_either_kind_and_none_give_the_same_weights(tmp_path: Path, form: str) -> None:
    page = torch.load(DATA / "gaussian-k3.pth", weights_only=True)
    state = page["state_dict"]
    for key in [key for key in state if key.endswith("_g")]:
        module = key.removesuffix(".weight_g")
        length, direction = state.pop(key), state.pop(f"{module}.weight_v")
        if form == "parametrised":
            state[f"{module}.parametrizations.weight.original0"] = length
            state[f"{module}.parametrizations.weight.original1"] = direction
        else:  # torch's own fold, as its generation does before it begins
            state[f"{module}.weight"] = torch._weight_norm(direction, length, 0)
    torch.save(page, tmp_path / "other.pth")
    other, plain = import_r9y9(tmp_path / "other.pth", DATA / "gaussian-k3.json"), imported("gaussian-k3")
    assert other.weights.keys() == plain.weights.keys()
    for key, value in plain.weights.items():
        np.testing.assert_allclose(other.weights[key], value, rtol=1e-5, atol=1e-7)


def test_a_state_dict_alone_is_a_checkpoint_too(tmp_path: Path) -> None:
    state = torch.load(DATA / "softmax-k2.pth", weights_only=True)["state_dict"]
    torch.save(state, tmp_path / "bare.pth")
    bare = import_r9y9(tmp_path / "bare.pth", DATA / "softmax-k2.json")
    np.testing.assert_array_equal(
        bare.weights["output.weight"], imported("softmax-k2").weights["output.weight"]
    )


def test_the_card_says_where_the_model_is_from() -> None:
    card = imported("softmax-k2").card
    assert card == {
        "made_by": "r9y9/wavenet_vocoder",
        "checkpoint": "softmax-k2.pth",
        "global_step": 3,
        "global_epoch": 0,
    }


def test_speakers_are_named_in_the_order_of_the_embedding() -> None:
    assert imported("softmax-k2", ("ann", "bob", "cy")).config.speakers == ("ann", "bob", "cy")
    assert imported("softmax-k2").config.speakers == ("speaker0", "speaker1", "speaker2")


def test_a_global_vector_stays_free_or_becomes_named_speakers() -> None:
    free, named = imported("repeated-k2"), imported("repeated-k2", ("ann", "bob"))
    assert (free.config.vector_channels, free.config.speakers) == (2, ())
    assert (named.config.vector_channels, named.config.speakers) == (0, ("ann", "bob"))
    known = recording("repeated-k2")
    by_vector = Recording(known.codes, known.outputs, known.frames, GenerationParams(vector=(0.0, 1.0)))
    by_name = Recording(known.codes, known.outputs, known.frames, GenerationParams(speaker="bob"))
    np.testing.assert_array_equal(stepped(in_memory(free), by_vector), stepped(in_memory(named), by_name))


def test_fields_that_are_left_out_have_the_programs_defaults() -> None:
    config = model_config(Hparams(), conv_in=True)
    assert config.dilations == (1, 2, 4, 8, 16, 32) * 4
    assert config.receptive_field == 505  # as its own receptive_field_size(24, 4, 3) says
    assert (config.residual_channels, config.gate_channels, config.skip_channels) == (128, 128, 128)
    assert (config.input, config.output, config.components) == ("scalar", "logistics", 10)
    assert (config.sample_rate, config.log_scale_min) == (22050, -16.0)
    assert config.local == LocalConfig(80, 256, "stretched", scales=(4, 4, 4, 4), margin=2)


@pytest.mark.parametrize(
    ("fields", "hop"), [({}, 6), ({"hop_size": 1}, 1), ({"hop_size": None, "frame_shift_ms": 12.5}, 100)]
)
def test_without_a_network_frames_are_as_long_as_the_hparams_say(
    tmp_path: Path, fields: dict[str, Any], hop: int
) -> None:
    config = import_r9y9(*changed(tmp_path, "repeated-k2", fields)).config
    assert config.local == LocalConfig(5, hop, "repeat")  # at 8000 Hz


def test_how_recordings_were_treated_is_undone(tmp_path: Path) -> None:
    """Its presets filter by 1 - 0.85 / z (``preemphasis``) and multiply by 0.55 (``global_gain_scale``)."""
    treated = {"preprocess": "preemphasis", "postprocess": "inv_preemphasis", "global_gain_scale": 0.55}
    found = import_r9y9(*changed(tmp_path, "gaussian-k2", treated))
    sound = 0.5 * np.sin(np.arange(4000) * 0.05)
    theirs = 0.55 * lfilter([1.0, -0.85], [1.0], sound)
    codes = codes_of(found.config, sound)
    np.testing.assert_array_equal(codes, encode(found.config, theirs))
    np.testing.assert_allclose(samples_of(found.config, codes), sound, atol=1e-3)
    assert found.notes == ()


def test_a_model_of_untreated_recordings_hears_sound_as_it_is(tmp_path: Path) -> None:
    plain = import_r9y9(*changed(tmp_path, "gaussian-k2", {"global_gain_scale": 0.0}))
    sound = 0.5 * np.sin(np.arange(400) * 0.05)
    np.testing.assert_array_equal(codes_of(plain.config, sound), encode(plain.config, sound))
    assert plain.notes == ()


def test_a_treatment_that_is_not_known_is_noted(tmp_path: Path) -> None:
    (note,) = import_r9y9(*changed(tmp_path, "softmax-k2", {"preprocess": "limiter"})).notes
    assert "'limiter'" in note


@pytest.mark.parametrize(
    ("name", "hparams", "message"),
    [
        ("softmax-k2", {"input_type": "mulaw"}, "input_type: companded scalar input has no equal"),
        ("softmax-k2", {"input_type": "linear"}, "input_type: input should be 'raw', 'mulaw' or"),
        ("softmax-k2", {"quantize_channels": 512}, "quantize_channels: must be 256"),
        ("softmax-k2", {"out_channels": 30}, "out_channels: must be 256"),
        ("softmax-k2", {"stacks": 4}, "stacks: must divide the 2 layers (got 4)"),
        ("softmax-k2", {"gate_channels": 13}, "gate_channels: must be even"),
        ("softmax-k2", {"kernel_size": 1}, "kernel_size: input should be greater than or equal to 2 (got 1)"),
        ("softmax-k2", {"layers": "many"}, "layers: input should be a valid integer (got 'many')"),
        ("softmax-k2", {"name": "tacotron"}, "name: input should be 'wavenet_vocoder' (got 'tacotron')"),
        ("softmax-k2", {"legacy": True}, "legacy: models of early versions"),
        ("softmax-k2", {"upsample_scales": [4, 4]}, "upsample_scales: belongs into upsample_params"),
        ("logistics-k2", {"out_channels": 10}, "out_channels: must be three for each logistic (got 10)"),
        ("gaussian-k2", {"out_channels": 30}, "out_channels: mixtures of Gaussians have no equal"),
        ("gaussian-k2", {"output_distribution": "Laplace"}, "output_distribution: input should be"),
        ("gaussian-k2", {"hop_size": 256}, "hop_size: upsample_scales multiply to 6 (got 256)"),
        ("gaussian-k2", {"upsample_net": "Resize"}, "upsample_net: input should be"),
        ("smoothed-k2", {"cin_pad": 2}, "cin_pad: must be 0"),
        (
            "gaussian-k2",
            {"upsample_params": {"upsample_scales": [3, 2], "upsample_activation": "ReLU"}},
            "upsample_params.upsample_activation: only none has an equal here (got 'ReLU')",
        ),
        (
            "gaussian-k2",
            {"upsample_params": {"upsample_scales": [3, 2], "mode": "bilinear"}},
            "upsample_params.mode: only nearest",
        ),
        (
            "gaussian-k2",
            {"upsample_params": {"upsample_scales": [3, 2], "freq_axis_kernel_size": 2}},
            "upsample_params.freq_axis_kernel_size: must be odd",
        ),
        # Fields and weights that contradict each other
        ("gaussian-k2", {"residual_channels": 9}, "first_conv.weight_v has shape [8, 1, 1], not [9, 1, 1]"),
        ("gaussian-k2", {"cin_pad": 2}, "upsample_net.conv_in.weight has shape [5, 5, 3], not [5, 5, 5]"),
        ("gaussian-k2", {"layers": 6}, "weight conv_layers.4.conv.weight is missing"),
        ("gaussian-k2", {"layers": 2}, "has no place in a model of these hparams"),
        (
            "gaussian-k2",
            {"upsample_conditional_features": False},
            "weight upsample_net.conv_in.weight has no place",
        ),
        ("repeated-k2", {"hop_size": None}, "hop_size: neither it nor frame_shift_ms says"),
        ("gaussian-k2", {"gin_channels": 4}, "weight conv_layers.0.conv1x1g.weight is missing"),
    ],
)
def test_a_field_without_an_equal_is_named_in_one_line(
    tmp_path: Path, name: str, hparams: dict[str, Any], message: str
) -> None:
    with pytest.raises(StudioError) as fault:
        import_r9y9(*changed(tmp_path, name, hparams))
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"first_conv.bias": None}, "weight first_conv.bias is missing"),
        ({"first_conv.weight_g": None}, "weight first_conv.weight is missing"),
        ({"first_conv.bias": torch.zeros(3)}, "weight first_conv.bias has shape [3], not [8]"),
        ({"first_conv.weight_g": torch.ones(8)}, "weight first_conv.weight_g has shape [8], not [8, 1, 1]"),
        ({"first_conv.bias": torch.full((8,), torch.nan)}, "weight first_conv.bias holds NaN or infinity"),
        ({"first_conv.weight_v": torch.zeros(8, 256, 1)}, "first_conv.weight_v has a direction of length 0"),
        ({"upsample_conv.0.bias": torch.zeros(1)}, "weight upsample_conv.0.bias has no place"),
        ({"first_conv.bias": 3}, "first_conv.bias is a int, not a weight"),
    ],
)
def test_a_weight_that_does_not_fit_is_named_in_one_line(
    tmp_path: Path, weights: dict[str, Any], message: str
) -> None:
    with pytest.raises(StudioError) as fault:
        import_r9y9(*changed(tmp_path, "softmax-k2", **weights))
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


class Bomb:
    """Would write a file where it was unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.write_text, (self.path, "executed"))


def test_nothing_in_a_checkpoint_is_executed(tmp_path: Path) -> None:
    torch.save({"state_dict": Bomb(tmp_path / "trace")}, tmp_path / "bomb.pth")
    with pytest.raises(StudioError, match=r"bomb\.pth: not a torch checkpoint of plain tensors"):
        import_r9y9(tmp_path / "bomb.pth", DATA / "softmax-k2.json")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_checkpoint_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pth").write_bytes(content)
    with pytest.raises(StudioError, match=r"x\.pth: not a torch checkpoint") as fault:
        import_r9y9(tmp_path / "x.pth", DATA / "softmax-k2.json")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(("text", "message"), [("[]", "must be a JSON object"), ("{", "are not JSON")])
def test_hparams_that_are_none_are_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(StudioError, match=message):
        import_r9y9(DATA / "softmax-k2.pth", tmp_path / "h.json")

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import StudioError
from engine.importing.r9y9 import Imported, import_r9y9
from engine.wavenet.model_file import load_model
from tests.engine.cli.conftest import Studio

DATA = Path(__file__).parent / "data"
NAME = "gaussian-k3"
State = dict[str, Any]


def page() -> State:
    read: State = torch.load(DATA / f"{NAME}.pth", weights_only=True)
    return read


def state() -> State:
    found: State = page()["state_dict"]
    return found


def prefixed(prefix: str, weights: State) -> State:
    return {prefix + name: value for name, value in weights.items()}


def others() -> State:
    """Weights of the same shapes that are not the right ones."""
    return {name: value + 1.0 for name, value in state().items()}


def brought(tmp_path: Path, content: Any) -> Imported:
    torch.save(content, tmp_path / "wrapped.pth")
    return import_r9y9(tmp_path / "wrapped.pth", DATA / f"{NAME}.json")


def refusal(tmp_path: Path, content: Any) -> str:
    with pytest.raises(StudioError) as fault:
        brought(tmp_path, content)
    message = str(fault.value)
    assert message.startswith(str(tmp_path / "wrapped.pth"))
    assert "\n" not in message
    assert len(message) - len(str(tmp_path)) <= 200
    return message


def test_a_checkpoint_as_the_program_writes_it_needs_no_word(tmp_path: Path) -> None:
    assert brought(tmp_path, page()).taken == ""


AVERAGED = {"n_averaged": torch.tensor(7)}
WRAPPINGS: dict[str, tuple[Callable[[], State], str]] = {
    "several GPUs": (
        lambda: {**page(), "state_dict": prefixed("module.", state())},
        "taken: the weights at state_dict.module.*",
    ),
    "a bare state dict": (state, "taken: the weights at the file's top level"),
    "bare, several GPUs": (lambda: prefixed("module.", state()), "taken: the weights at module.*"),
    "Lightning": (
        lambda: {"epoch": 3, "state_dict": prefixed("model.", state()), "optimizer_states": [{}]},
        "taken: the weights at state_dict.model.*",
    ),
    "compiled": (
        lambda: {"state_dict": prefixed("_orig_mod.module.", state())},
        "taken: the weights at state_dict._orig_mod.module.*",
    ),
    "another key": (
        lambda: {"model": state(), "optimizer": {"state": {0: {"step": 1}}, "param_groups": []}},
        "taken: the weights at model",
    ),
    "two keys": (lambda: {"net": {"weights": state()}}, "taken: the weights at net.weights"),
    "a loss beside the model": (
        lambda: {"state_dict": {**prefixed("model.", state()), "loss.window": torch.ones(3)}},
        "taken: the weights at state_dict.model.*; left out: loss.window",
    ),
    "averages beside the others": (
        lambda: {"state_dict": others(), "ema": {"decay": 0.9999, "shadow": state()}},
        "taken: the averaged weights at ema.shadow; left out: state_dict",
    ),
    "averages under a name of their own": (
        lambda: {
            "state_dict": prefixed("module.", others()),
            "model_ema_state_dict": prefixed("module.", state()),
        },
        "taken: the averaged weights at model_ema_state_dict.module.*; left out: state_dict.module.*",
    ),
    "averages in the same dictionary": (
        lambda: {"state_dict": {**prefixed("model.", others()), **prefixed("ema_model.", state())}},
        "taken: the averaged weights at state_dict.ema_model.*; left out: state_dict.model.*",
    ),
    "torch's averages": (
        lambda: {"state_dict": {**AVERAGED, **prefixed("module.", state())}},
        "taken: the averaged weights at state_dict.module.*",
    ),
    "averages without names": (
        lambda: {"state_dict": state(), "ema": {"shadow_params": [torch.ones(2)]}},
        "taken: the weights at state_dict; left out: ema (averages without names)",
    ),
    "the program's own place beside another": (
        lambda: {"state_dict": state(), "first": others()},
        "taken: the weights at state_dict; left out: first",
    ),
}


@pytest.mark.parametrize("kind", WRAPPINGS)
def test_wrapped_weights_are_the_same_and_it_is_said_which_were_taken(tmp_path: Path, kind: str) -> None:
    content, taken = WRAPPINGS[kind]
    found, plain = brought(tmp_path, content()), import_r9y9(DATA / f"{NAME}.pth", DATA / f"{NAME}.json")
    assert found.taken == taken
    assert found.config == plain.config
    assert found.weights.keys() == plain.weights.keys()
    for key, value in plain.weights.items():
        np.testing.assert_array_equal(found.weights[key], value)


def test_the_step_of_a_wrapped_checkpoint_is_kept(tmp_path: Path) -> None:
    card = brought(tmp_path, {**page(), "state_dict": prefixed("module.", state())}).card
    assert card["global_step"] == page()["global_step"]


def test_the_command_says_what_was_taken(studio: Studio, tmp_path: Path) -> None:
    torch.save({"state_dict": prefixed("module.", state())}, tmp_path / "several.pth")
    output = tmp_path / "brought.safetensors"
    result = studio(
        *("import", "r9y9", tmp_path / "several.pth", "--hparams", DATA / f"{NAME}.json", "-o", output)
    )
    assert result.code == 0
    assert "taken: the weights at state_dict.module.*" in result.err
    assert load_model(output).header.name == "brought"


def test_several_models_without_averages_are_not_chosen_from(tmp_path: Path) -> None:
    message = refusal(tmp_path, {"student": state(), "teacher": others()})
    assert "holds 2 models, student and teacher; save a checkpoint with the one" in message


def test_another_programs_checkpoint_is_told(tmp_path: Path) -> None:
    message = refusal(tmp_path, {"model": {"encoder.weight": torch.ones(2)}, "step": 3})
    assert "no weight in it is named first_conv" in message


def test_a_state_dict_that_is_none_is_told(tmp_path: Path) -> None:
    assert "state_dict is a list, not a dictionary" in refusal(tmp_path, {"state_dict": [1]})


def test_a_weight_that_is_missing_or_too_many_is_told_under_a_prefix_too(tmp_path: Path) -> None:
    short = state()
    del short["first_conv.bias"]
    assert "weight first_conv.bias is missing" in refusal(tmp_path, prefixed("module.", short))
    more = {**state(), "x" * 10_000: torch.ones(1)}
    assert "xxx… has no place in a model" in refusal(tmp_path, prefixed("module.", more))


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    assert "a weight's name is a int, not a text" in refusal(tmp_path, {**state(), 3: torch.ones(1)})


def test_a_dictionary_within_itself_is_searched_once(tmp_path: Path) -> None:
    ring: State = {"state_dict": prefixed("module.", state())}
    ring["self"] = ring
    assert brought(tmp_path, ring).taken == "taken: the weights at state_dict.module.*"


@pytest.mark.parametrize(
    "value",
    [
        torch.ones(8).to_sparse(),
        torch.ones(8, dtype=torch.complex64),
        torch.ones(8, device="meta"),
        torch.ones(1).expand(10**12),
    ],
    ids=["sparse", "complex", "meta", "one number claimed to be many"],
)
def test_a_tensor_that_is_not_plain_numbers_is_told(tmp_path: Path, value: torch.Tensor) -> None:
    message = refusal(tmp_path, {"state_dict": {**state(), "first_conv.bias": value}})
    assert "first_conv.bias" in message


def test_a_table_of_absurdly_many_speakers_is_told(tmp_path: Path) -> None:
    wide = torch.load(DATA / "softmax-k2.pth", weights_only=True)
    wide["state_dict"]["embed_speakers.weight"] = torch.ones(10**12, 0)
    torch.save(wide, tmp_path / "wide.pth")
    with pytest.raises(StudioError, match=r"embed_speakers\.weight has 1000000000000 rows"):
        import_r9y9(tmp_path / "wide.pth", DATA / "softmax-k2.json")

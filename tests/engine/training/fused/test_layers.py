from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.network.initialise import fresh_model
from engine.network.layers import LocalFeatures
from engine.network.model import WaveNet
from engine.training.budget import Budget
from engine.training.fused.build import COMPILERS, Library, library
from engine.training.fused.layers import FusedStack, fits
from engine.training.precision import Speed
from engine.training.run import RunOptions, train
from engine.training.settings import read_recipe
from engine.wavenet.config import ContextConfig, LocalConfig, ModelConfig
from engine.wavenet.model_file import load_model
from tests.engine.training.corpus import toy_corpus, toy_recipe

runs_here = pytest.mark.skipif(
    not torch.cpu.get_capabilities().get("avx512_bf16") or not any(map(shutil.which, COMPILERS)),
    reason="needs a processor with AVX-512 BF16 and a C++ compiler",
)

WIDE = ModelConfig(
    dilations=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    residual_channels=64,
    gate_channels=64,
    skip_channels=64,
    head_channels=64,
    condition_channels=8,
    tags=("low", "high"),
)
SHAPES = {
    "a long crop, in two parts": (WIDE, 1, 9301),
    "shorter than its field": (WIDE, 2, 37),
    "one sample": (WIDE, 3, 1),
    "narrow, scaled, no tags": (
        replace(WIDE, residual_channels=32, skip_channels=34, residual_scale=0.7, skip_scale=0.5, tags=()),
        3,
        517,
    ),
    "odd blocks, three taps": (
        replace(WIDE, kernel_size=3, residual_channels=96, gate_channels=32, dilations=(1, 7, 49)),
        2,
        400,
    ),
    "a condition for every 80 samples": (replace(WIDE, local=LocalConfig(5, 80)), 2, 999),
    "a condition for every 72 samples": (replace(WIDE, local=LocalConfig(5, 72)), 1, 500),  # no whole tiles
}
by_vectors_and_tiles = pytest.mark.parametrize("amx", [False, True], ids=["vectors", "tiles"])
any_shape = pytest.mark.parametrize(("config", "batch", "time"), SHAPES.values(), ids=SHAPES)


@cache
def compiled(amx: bool) -> Library:
    ours = library(lambda: None)
    if amx and not ours.amx:
        pytest.skip("needs a processor with AMX, and a system that lets it be used")
    ours.amx = amx
    return ours


def torchs_own(model: WaveNet) -> Callable[..., Tensor]:
    return lambda x, h, y: model.layers(x, model.skip, h, y)


def fused(model: WaveNet, amx: bool = False) -> Callable[..., Tensor]:
    stack = FusedStack(model, compiled(amx))
    return lambda x, h, y: stack(x, model.skip, h, y)


def model_of(config: ModelConfig) -> WaveNet:
    """With biases and residual outputs that matter: a fresh model's are zero or small."""
    torch.manual_seed(1)
    model = fresh_model(config)
    for parameter in model.parameters():
        if parameter.ndim == 1:
            torch.nn.init.normal_(parameter, 0.0, 0.3)
    for layer in model.layers:
        torch.nn.init.normal_(layer.residual.weight, 0.0, 0.1)  # type: ignore[union-attr, arg-type]
    return model


def given(config: ModelConfig, batch: int, time: int) -> tuple[Tensor, Tensor | None, LocalFeatures | None]:
    """The layers' arguments."""
    torch.manual_seed(2)
    x = torch.randn(batch, time, config.residual_channels, requires_grad=True)
    condition = torch.randn(batch, config.condition_channels) if config.conditioned else None
    if config.local is None:
        return x, condition, None
    frames = -(-time // config.local.hop)
    rows = torch.randn(batch, frames, config.local.channels)
    return x, condition, LocalFeatures(rows, config.local.hop)


def results(
    model: WaveNet, through: Callable[..., Tensor], arguments: tuple[Any, ...]
) -> dict[str, np.ndarray]:
    """The outputs, and the gradients by x and every weight, of some loss."""
    model.zero_grad()
    arguments[0].grad = None
    outputs = through(*arguments).float()
    torch.manual_seed(3)
    (outputs * torch.randn(outputs.shape)).sum().backward()  # type: ignore[no-untyped-call]
    grads = {name: p.grad.numpy().copy() for name, p in model.named_parameters() if p.grad is not None}
    return {"": outputs.detach().numpy(), "x": arguments[0].grad.numpy().copy(), **grads}


def distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


@runs_here
@any_shape
@by_vectors_and_tiles
def test_outputs_and_gradients_are_as_near_to_float32_as_those_of_torch_in_bfloat16(
    config: ModelConfig, batch: int, time: int, amx: bool
) -> None:
    model, arguments = model_of(config), given(config, batch, time)
    exact = results(model, torchs_own(model), arguments)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = results(model, torchs_own(model), arguments)
        ours = results(model, fused(model, amx), arguments)
    last = f"layers.{config.layers - 1}.residual."  # leads nowhere: torch has no gradient, we have zeros
    for name in ("weight", "bias"):
        assert not ours.pop(last + name).any()
    assert ours.keys() == exact.keys() == rounded.keys()
    for name, value in exact.items():
        assert distance(ours[name], value) < 1.5 * distance(rounded[name], value) + 2e-3, name


@runs_here
@by_vectors_and_tiles
def test_how_many_threads_there_are_changes_nothing(amx: bool) -> None:
    model, arguments = model_of(WIDE), given(WIDE, 2, 5000)
    found = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(results(model, fused(model, amx), arguments))
    for other in found[1:]:
        for name, value in found[0].items():
            if not name.startswith("skip."):  # that product is torch's own
                np.testing.assert_array_equal(other[name], value, err_msg=name)


@runs_here
@by_vectors_and_tiles
def test_what_is_not_a_number_is_not_hidden(amx: bool) -> None:
    model, arguments = model_of(WIDE), given(WIDE, 1, 300)
    with torch.no_grad():
        arguments[0][0, 200, 3] = torch.nan
        outputs = fused(model, amx)(*arguments)
    assert not outputs[0, :200].isnan().any()
    assert outputs[0, 200:].isnan().all(dim=-1).any()


@runs_here
def test_two_forward_passes_may_be_made_before_their_backward_passes() -> None:
    model = model_of(WIDE)
    layers = fused(model)
    (x, *rest), (y, *_) = given(WIDE, 1, 300), given(WIDE, 1, 300)
    with torch.no_grad():
        y.mul_(-0.5)
    expected = [torch.autograd.grad(layers(each, *rest).square().sum(), each)[0] for each in (x, y)]
    first, second = layers(x, *rest), layers(y, *rest)
    for each, outputs, gradient in ((x, first, expected[0]), (y, second, expected[1])):
        assert torch.equal(torch.autograd.grad(outputs.square().sum(), each)[0], gradient)


@runs_here
def test_a_second_backward_pass_is_refused() -> None:
    model, (x, *rest) = model_of(WIDE), given(WIDE, 1, 300)
    outputs = fused(model)(x, *rest).sum()
    outputs.backward(retain_graph=True)  # type: ignore[no-untyped-call]
    with pytest.raises(RuntimeError, match="once only"):
        outputs.backward()  # type: ignore[no-untyped-call]


class UncompiledStack:
    """What ``stack.Stack.apply`` says that it does, in float32 and one sample after another."""

    @staticmethod
    def apply(
        layers: Any,
        x: Tensor,
        bias: Tensor,
        hop: int,
        dilated: Tensor,
        residual: Tensor,
        residual_bias: Tensor,
        skip: Tensor,
    ) -> Tensor:
        batch, time, _ = x.shape
        gates = residual.shape[-1]
        total = torch.zeros(batch, time, len(skip))
        for index, dilation in enumerate(layers.dilations):
            taps = dilated[index].chunk(layers.taps, dim=1)
            z = torch.zeros(batch, time, gates)
            for t in range(time):
                a = bias[index, :, t // hop]
                for age, tap in enumerate(reversed(taps)):
                    if t >= age * dilation:
                        a = a + x[:, t - age * dilation] @ tap.T
                z[:, t] = torch.tanh(a[:, :gates]) * torch.sigmoid(a[:, gates:])
            total = total + z @ skip[:, index * gates : (index + 1) * gates].T
            x = (x + z @ residual[index].T + residual_bias[index]) * layers.residual_scale
        return total


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tags": ()},
        {"local": LocalConfig(5, 8)},
        {"kernel_size": 3, "residual_scale": 0.7, "tags": (), "local": LocalConfig(5, 24)},
    ],
)
def test_a_model_with_the_compiled_stack_in_its_layers_place_gives_the_same(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any]
) -> None:
    monkeypatch.setattr("engine.training.fused.layers.Stack", UncompiledStack)
    model = model_of(replace(WIDE, dilations=(1, 2, 4), residual_channels=32, gate_channels=32, **fields))
    stack = FusedStack(model, None)  # type: ignore[arg-type]
    codes = torch.randint(0, 256, (2, 30))
    arguments = (
        codes,
        torch.rand(2, 2) if model.config.tags else None,
        torch.randn(2, 4, 5) if model.config.local else None,
    )
    with torch.inference_mode():
        assert torch.allclose(model.with_layers(stack)(*arguments), model(*arguments), atol=1e-5)
    assert list(stack.state_dict()) == list(model.layers.state_dict())


def test_models_that_the_compiled_layers_do_not_know_are_left_to_torch() -> None:
    context = ContextConfig(pooling=8, dilations=(1, 2), channels=4)
    assert fits(WIDE)
    assert fits(replace(WIDE, local=LocalConfig(5, 80)))
    assert not fits(replace(WIDE, residual_channels=48))
    assert not fits(replace(WIDE, gate_channels=16))
    assert not fits(replace(WIDE, local=LocalConfig(5, 80, "linear")))
    assert not fits(replace(WIDE, contexts=(context,)))


@runs_here
def test_a_run_learns_as_with_torchs_own_layers(tmp_path: Any) -> None:
    corpus = toy_corpus(tmp_path / "corpus").folder
    recipe = read_recipe(toy_recipe(tmp_path))
    recipe = replace(recipe, model=replace(recipe.model, residual_channels=32, gate_channels=32))
    bits = []
    for speed in (Speed("bf16", compile=False), Speed("bf16", compile=True, fused=True)):
        folder = tmp_path / str(speed.fused)
        options = RunOptions(corpus=corpus, folder=folder, progress_bar=False, speed=speed)
        summary = load_model(train(recipe, Budget(steps=80), options)).header.card["training"]
        bits.append(summary["validation_bits"])
    assert bits[0] < 6.5  # 8 before training
    assert bits[1] == pytest.approx(bits[0], abs=0.1)

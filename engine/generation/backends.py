"""Which engine runs a model: what the user asked for, or the fastest that is here."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable

import numpy as np

from engine.errors import StudioError
from engine.generation.fallback import FallbackKernel
from engine.generation.fastest import found_faster, keep_measurements
from engine.generation.generator import Generator
from engine.kernels.base import Kernel
from engine.kernels.gpu.cards import CARDS, open_card, open_cards
from engine.kernels.gpu.device import DeviceFault
from engine.wavenet.codes import code_type
from engine.wavenet.config import GenerationParams
from engine.wavenet.model_file import ModelFile

ENGINES = ("auto", "cpu", *CARDS, "reference")

CHECKED = 256
"""Samples from which a card's predictions are held against the processor's."""
APART = 0.1
"""How far they may be apart on average, in standard deviations of the outputs."""

Progress = Callable[[str], None]

log = logging.getLogger(__name__)


def select_kernel(
    model: ModelFile,
    engine: str = "auto",
    progress: Progress | None = None,
    device: str | None = None,
) -> Kernel:
    """An engine ready to run ``model``; ``auto`` is the compiled CPU kernel, unless a card was found faster.

    ``progress`` is told where code has to be compiled first. ``device``: where torch runs the
    reference engine, such as ``cuda:0``; None is the CPU.

    Raises StudioError on an unknown engine, or one that needs torch where torch is not installed; on a
    device that torch does not know or cannot use, or for an engine that has no choice; and for one that
    runs on a card where there is none, or none that can run the model.
    """
    if device is not None and engine != "reference":
        raise StudioError(f"device {device!r}: only engine reference runs on a device of your choice")
    if engine == "auto":
        return _fastest(model, progress)
    if engine == "cpu":
        from engine.kernels.cpu import CpuKernel

        return CpuKernel(model, progress)
    if engine in CARDS:
        return _card(model, engine, progress)
    if engine == "reference":
        if importlib.util.find_spec("torch") is None:
            raise StudioError("engine reference needs torch, which --light left out: run ./studio --full")
        return _reference(model, "cpu" if device is None else device)
    raise StudioError(f"engine {engine!r} is unknown; use one of {', '.join(ENGINES)}")


def measure_card(model: ModelFile, progress: Progress | None = None) -> None:
    """Keep how fast each engine on a graphics card runs ``model``, beside the processor's.

    Only real cards count: a processor by way of OpenCL is never faster than its own engine. What is
    wrong with a card is logged; one whose outputs are not the processor's is not measured.
    """
    engines = [card.dialect for card in open_cards() if card.kind == "GPU"]
    if not engines:
        return
    kernels = [select_kernel(model, "cpu", progress)]
    for engine in engines:
        try:
            card = select_kernel(model, engine, progress)
        except StudioError as error:
            log.warning("%s", error)
            continue
        if _agree(kernels[0], card):
            kernels.append(card)
        else:
            log.warning("engine %s makes other samples of %s than cpu: not used", engine, model.header.name)
    keep_measurements(model, kernels)


def _agree(kernel: Kernel, other: Kernel) -> bool:
    """Whether two engines predict the same from the same samples, but for what int8 costs."""
    codes = np.random.default_rng(0).integers(0, 256, CHECKED).astype(code_type(kernel.config))
    one, two = (Generator(each, GenerationParams(), seed=0).score(codes) for each in (kernel, other))
    return bool(np.square(one - two).mean() <= (APART * one.std()) ** 2)


def _fastest(model: ModelFile, progress: Progress | None) -> Kernel:
    """What was measured to be the fastest, if it is still here and still the same."""
    for engine, version in found_faster(model).items():
        try:
            kernel = select_kernel(model, engine, progress)
        except StudioError as error:
            log.warning("%s", error)
        else:
            if kernel.version == version:
                return kernel
    return select_kernel(model, "cpu", progress)


def _card(model: ModelFile, engine: str, progress: Progress | None) -> Kernel:
    """An engine on the best device there is, with the processor's ready to go on should that fail."""
    from engine.kernels.gpu.kernel import GpuKernel

    try:
        main = GpuKernel(model, open_card(engine))
    except (DeviceFault, ValueError) as error:
        raise StudioError(f"engine {engine} cannot run {model.header.name}: {error}; use cpu") from None
    return FallbackKernel(main, select_kernel(model, "cpu", progress))


def _reference(model: ModelFile, device: str) -> Kernel:
    """The reference engine, having made one step on its device: what is wrong with that shows now."""
    from engine.kernels.reference import ReferenceKernel

    try:
        kernel = ReferenceKernel(model, device)
        if device != "cpu":
            Generator(kernel, GenerationParams(), seed=0).score(np.zeros(1, code_type(model.config)))
    except (AssertionError, ImportError, RuntimeError) as error:  # torch raises each of them
        reason = str(error).partition("\n")[0][:200]
        raise StudioError(f"device {device!r}: torch cannot use it ({reason}); try cpu") from None
    return kernel

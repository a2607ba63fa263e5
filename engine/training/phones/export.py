"""A trained net as the file that the program runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from engine.speech.features import Floats
from engine.speech.recognition.classes import CLASSES
from engine.speech.recognition.decoding import Grammar, grammar_of
from engine.training.phones.labelled import Utterance
from engine.training.phones.net import FrameHead, PhoneNet, Trunk


def known_of(utterances: Sequence[Utterance]) -> Grammar:
    """What the training sentences say of phones before any is heard."""
    frames = np.zeros(len(CLASSES), np.int64)
    for utterance in utterances:
        counted = utterance.frames[utterance.frames >= 0]
        frames += np.bincount(counted, minlength=len(CLASSES))
    return grammar_of([utterance.phones for utterance in utterances], frames)


def weights_of(net: PhoneNet, grammar: Grammar) -> dict[str, Floats]:
    """All weights by their names in the file."""
    return (
        trunk_weights(net.trunk)
        | head_weights(net.head)
        | {"priors": grammar.priors, "bigram": grammar.bigram}
    )


def trunk_weights(trunk: Trunk) -> dict[str, Floats]:
    """Those of the layers; the head that tells the next sample is left behind."""
    names = ("bank", "dilated", "bias", "residual", "residual_bias")
    return {name: getattr(trunk, name).detach().numpy().copy() for name in names}


def rounded(trunk: Trunk) -> None:
    """Bring the layers' weights to what a file keeps of them, float16."""
    with torch.no_grad():
        for parameter in trunk.parameters():
            parameter.copy_(parameter.half())


def head_weights(head: FrameHead) -> dict[str, Floats]:
    """Those of the convolutions; the statistics of frames go into the first matrix."""
    mean, variance = head.norm.running_mean, head.norm.running_var
    assert mean is not None
    assert variance is not None
    scale = (variance.double() + head.norm.eps) ** -0.5
    matrix = head.inputs.weight.detach().double() * scale
    bias = head.inputs.bias.detach().double() - matrix @ mean.double()
    weights = {
        "inputs.weight": matrix.float().numpy(),
        "inputs.bias": bias.float().numpy(),
        "classes.weight": head.classes.weight.detach().numpy().copy(),
        "classes.bias": head.classes.bias.detach().numpy().copy(),
    }
    for index, (kernel, offset) in enumerate(zip(head.convolutions, head.biases, strict=True)):
        weights[f"convolutions.{index}.weight"] = (
            kernel.detach().view(len(kernel), -1, head.taps).numpy().copy()
        )
        weights[f"convolutions.{index}.bias"] = offset.detach().numpy().copy()
    return weights

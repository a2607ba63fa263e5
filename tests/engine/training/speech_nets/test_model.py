"""The nets in torch and those in NumPy are the same."""

from __future__ import annotations

import numpy as np
import torch

from engine.speech import acoustic, prosody
from engine.speech.nets_file import net_weight_shapes
from engine.speech.shape import NetShape, owners_of, places_of
from engine.speech.tokens import SIZES
from engine.training.speech_nets.model import Acoustic, Prosody
from tests.speech_nets import SHAPE, random_weights


def loaded(net: torch.nn.Module, prefix: str, weights: dict[str, np.ndarray]) -> torch.nn.Module:
    own = {
        k.removeprefix(prefix + "."): torch.from_numpy(v) for k, v in weights.items() if k.startswith(prefix)
    }
    net.load_state_dict(own)
    return net.eval()


def test_weights_are_named_and_shaped_as_in_the_file() -> None:
    for shape in (SHAPE, NetShape()):
        nets = {"prosody": Prosody(shape, 3), "acoustic": Acoustic(shape, 3)}
        shapes = {f"{n}.{k}": tuple(v.shape) for n, net in nets.items() for k, v in net.state_dict().items()}
        assert shapes == net_weight_shapes(shape, 3)


def test_both_say_the_same_within_a_tenth_of_a_thousandth_whatever_the_padding() -> None:
    draw = np.random.default_rng(3)
    shape = NetShape(width=32, speaker=8)
    weights = random_weights(shape, 2)
    first = loaded(Prosody(shape, 2), "prosody", weights)
    second = loaded(Acoustic(shape, 2), "acoustic", weights)
    lengths = [5, 9]
    tokens = [np.stack([draw.integers(0, size, n) for size in SIZES], axis=1) for n in lengths]
    ends = [np.cumsum(draw.integers(2, 30, n)) for n in lengths]
    owners = [owners_of(e) for e in ends]
    places = [places_of(e, o) for e, o in zip(ends, owners, strict=True)]
    sounds = [draw.normal(size=(2 * len(o), 4)).astype(np.float32) for o in owners]
    for rows in sounds:
        rows[:, 2:] = rows[:, 2:] > 0.0
        rows[1::2] = rows[::2]  # both frames of a pair alike: their mean is the frame that the net is shown
    sounds = [rows[: e[-1]] for rows, e in zip(sounds, ends, strict=True)]
    pad = lambda rows: torch.nn.utils.rnn.pad_sequence(  # noqa: E731
        [torch.from_numpy(np.ascontiguousarray(row)) for row in rows], batch_first=True
    )
    mask = pad([np.ones((n, 1), np.float32) for n in lengths])
    frame_mask = pad([np.ones((len(o), 1), np.float32) for o in owners])
    told = [
        np.concatenate([p, np.clip(s[::2, :1], -3.0, 3.0), s[::2, 1:]], axis=1)
        for p, s in zip(places, sounds, strict=True)
    ]
    speaker = torch.tensor([0, 1])
    with torch.no_grad():
        log_durations, melodies = first(pad(tokens), speaker, mask, pad(owners), pad(places), frame_mask)
        cepstra = second(pad(tokens), speaker, mask, pad(owners), pad(told), frame_mask)
    for index, count in enumerate(lengths):
        vector = weights["prosody.speakers.weight"][index]
        states = prosody.token_states(weights, shape, tokens[index], vector)
        mine = np.log(prosody.durations(weights, states))
        np.testing.assert_allclose(mine, log_durations[index, :count], atol=1e-4)
        rows = prosody.melody(weights, shape, states, ends[index])
        wanted = melodies[index, : len(rows)]
        np.testing.assert_allclose(rows[:, 0], wanted[:, 0], atol=1e-4)
        np.testing.assert_allclose(rows[:, 1:], torch.sigmoid(wanted[:, 1:]), atol=1e-4)
        vector = weights["acoustic.speakers.weight"][index]
        envelope = acoustic.envelope(weights, shape, tokens[index], vector, ends[index], sounds[index])
        np.testing.assert_allclose(envelope, cepstra[index, : len(envelope)], atol=1e-4)

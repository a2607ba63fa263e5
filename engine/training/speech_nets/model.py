"""The nets in torch, for training; ``engine.speech`` runs the same weights in NumPy."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.speech.features import CEPSTRA
from engine.speech.shape import MELODY_OUTPUTS, PLACE_INPUTS, SOUND_INPUTS, NetShape
from engine.speech.tokens import SIZES

Net = TypeVar("Net", bound=nn.Module)


class Block(nn.Module):
    """ConvNeXt: a depthwise convolution over time, normalised, then two matrices, added to what came in."""

    def __init__(self, width: int, taps: int, wider: int, dropout: float) -> None:
        super().__init__()
        self.taps = taps
        self.depthwise = nn.Conv1d(width, width, taps, padding=taps // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, wider * width)
        self.contract = nn.Linear(wider * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` [B, T, width]; ``mask`` [B, T, 1] is 0 where a row is only padding."""
        y = self.depthwise((x * mask).transpose(1, 2)).transpose(1, 2)
        y = self.contract(functional.relu(self.expand(self.norm(y))))
        out: Tensor = x + self.dropout(y)
        return out


class Encoder(nn.Module):
    """Tokens and a speaker become a state for each token."""

    def __init__(self, shape: NetShape, blocks: int, dropout: float) -> None:
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(size, shape.width) for size in SIZES)
        self.speaker = nn.Linear(shape.speaker, shape.width)
        self.blocks = nn.ModuleList(
            Block(shape.width, shape.taps, shape.wider, dropout) for _ in range(blocks)
        )

    def forward(self, tokens: Tensor, speaker: Tensor, mask: Tensor) -> Tensor:
        """[B, T, width] of tokens [B, T, columns] and speaker vectors [B, speaker]."""
        x = self.speaker(speaker)[:, None]
        for column, embedding in enumerate(self.embeddings):
            x = x + embedding(tokens[:, :, column])
        for block in self.blocks:
            x = block(x, mask)
        states: Tensor = x
        return states


class Frames(nn.Module):
    """States of tokens, repeated for their frames at 100 Hz, become rows of outputs."""

    def __init__(self, shape: NetShape, blocks: int, inputs: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.inputs = nn.Linear(inputs, shape.width)
        self.blocks = nn.ModuleList(
            Block(shape.width, shape.taps, shape.wider, dropout) for _ in range(blocks)
        )
        self.norm = nn.LayerNorm(shape.width)
        self.outputs = nn.Linear(shape.width, outputs)

    def forward(self, states: Tensor, owners: Tensor, inputs: Tensor, mask: Tensor) -> Tensor:
        """[B, F, outputs]; ``owners`` [B, F]: the token of each frame; ``inputs`` [B, F, inputs]."""
        index = owners[:, :, None].expand(-1, -1, states.shape[2])
        x = states.gather(1, index) + self.inputs(inputs)
        for block in self.blocks:
            x = block(x, mask)
        rows: Tensor = self.outputs(self.norm(x))
        return rows


class Prosody(nn.Module):
    """Tokens become durations; with durations, melody and voicing."""

    def __init__(self, shape: NetShape, speakers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.speakers = nn.Embedding(speakers, shape.speaker)
        self.encoder = Encoder(shape, shape.prosody_encoder, dropout)
        self.duration_norm = nn.LayerNorm(shape.width)
        self.duration = nn.Linear(shape.width, 1)
        self.frames = Frames(shape, shape.prosody_frames, PLACE_INPUTS, MELODY_OUTPUTS, dropout)

    def forward(
        self,
        tokens: Tensor,
        speaker: Tensor,
        mask: Tensor,
        owners: Tensor,
        places: Tensor,
        frame_mask: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Log durations [B, T] in frames of 5 ms, and melody rows [B, F, MELODY_OUTPUTS]."""
        states = self.encoder(tokens, self.speakers(speaker), mask)
        durations = self.duration(self.duration_norm(states))[:, :, 0]
        return durations, self.frames(states, owners, places, frame_mask)


class Acoustic(nn.Module):
    """Tokens with durations, melody and voicing become cepstra."""

    def __init__(self, shape: NetShape, speakers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.speakers = nn.Embedding(speakers, shape.speaker)
        self.encoder = Encoder(shape, shape.acoustic_encoder, dropout)
        self.frames = Frames(shape, shape.acoustic_frames, PLACE_INPUTS + SOUND_INPUTS, CEPSTRA, dropout)

    def forward(
        self,
        tokens: Tensor,
        speaker: Tensor,
        mask: Tensor,
        owners: Tensor,
        inputs: Tensor,
        frame_mask: Tensor,
    ) -> Tensor:
        """Normalised cepstra [B, F, CEPSTRA]; ``inputs``: places, then melody and voicing."""
        states = self.encoder(tokens, self.speakers(speaker), mask)
        rows: Tensor = self.frames(states, owners, inputs, frame_mask)
        return rows


def initialised(net: Net, seed: int) -> Net:
    """The net with small embeddings and blocks that begin by changing little."""
    torch.manual_seed(seed)
    for module in net.modules():
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.3)
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        if isinstance(module, Block):
            nn.init.normal_(module.contract.weight, std=0.02)
    return net

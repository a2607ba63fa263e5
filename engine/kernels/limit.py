"""What the weights alone cost on this processor: a sample's matrix products and nothing else.

The CPU kernel cannot be quicker than this, in this arithmetic, on one core.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, typeof

from engine.checkpoint import ModelFile
from engine.kernels.cache import Progress, compiled
from engine.kernels.pack import pack, widths
from engine.kernels.simd_layers import affine_product, past_products
from engine.kernels.step import BLOCK, ONE
from engine.mulaw import LEVELS


class WeightsAlone:
    """One model's products, packed as ``cpu.CpuKernel`` packs them."""

    def __init__(self, model: ModelFile, precision: str = "int8", progress: Progress | None = None) -> None:
        """Pack and compile. ``progress`` is told before a compilation."""
        self._arguments = (pack(model, precision), widths(model.config))
        kinds = (*(typeof(argument) for argument in self._arguments), typeof(0))
        self._compiled = compiled(_products, kinds, progress)
        packed = self._arguments[0]
        self.bytes = packed.current.nbytes + packed.head.nbytes + packed.past.nbytes // BLOCK
        """Of weights, read for each sample: those of the past once a block."""
        self.products = packed.current.size + packed.head.size + packed.past.size
        """Multiplications with additions for each sample, padding included."""

    def run(self, samples: int) -> None:
        """Do the products of ``samples``, any number ≥ 1."""
        self._compiled(*self._arguments, samples)


@njit(nogil=True)
def _products(packed: Any, size: Any, samples: Any) -> None:
    layers, r, g, s, width = size.layers, size.residual_pad, size.gate_pad, size.skip_pad, size.head_pad
    z_width = 2 * g
    widest = max(max(r, z_width), max(max(s, width), LEVELS))
    q = np.ones(BLOCK * widest, packed.activation.dtype)
    scale, out, units = (
        np.ones(widest, np.float32),
        np.zeros(BLOCK * widest, np.float32),
        np.ones(BLOCK, np.float32),
    )
    current, head, past = packed.current, packed.head, packed.past
    for t in range(samples):
        at = 0
        for layer in range(layers):
            if t % BLOCK == 0:
                for tap in range(size.taps - 1):
                    w_at = (layer * (size.taps - 1) + tap) * z_width * r
                    past_products(
                        past, w_at, q, r, BLOCK, units, scale, 0, out, 0, z_width, out, 0, z_width, z_width
                    )
            affine_product(current, at, q, r, ONE, scale, 0, out, 0, out, 0, z_width)
            at += z_width * r
            affine_product(current, at, q, g, ONE, scale, 0, out, 0, out, 0, r)
            at += r * g
            affine_product(current, at, q, g, ONE, scale, 0, out, 0, out, 0, s)
            at += s * g
        affine_product(head, 0, q, s, ONE, scale, 0, out, 0, out, 0, width)
        affine_product(head, width * s, q, width, ONE, scale, 0, out, 0, out, 0, LEVELS)

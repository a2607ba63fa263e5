"""The engine on a graphics card: whole blocks of samples in one launch, a work-group for each stream."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.base import Block, State, Unskipped, check_lengths, shut_gates
from engine.kernels.gpu.call import Call
from engine.kernels.gpu.device import Buffer, Device
from engine.kernels.gpu.source import DRAW, FEED, SCORE, shared_bytes, source
from engine.kernels.gpu.state import GpuState
from engine.kernels.gpu.weights import pack_model
from engine.kernels.pack import pack_projection
from engine.kernels.state import history_rows
from engine.wavenet.codes import Codes, code_type, silence
from engine.wavenet.conditions import Feedback, LocalRows
from engine.wavenet.config import ModelConfig
from engine.wavenet.distributions import Sampling
from engine.wavenet.model_file import ModelFile

VERSION = "1"
ITEMS = 256
"""Work-items of a group, where the device allows as many."""
MAX_STREAMS = 1024


class GpuKernel:
    """The incremental WaveNet on one card. What ``unsupported`` names is left to other engines.

    Weights as ``float32`` or stored as ``float16``; sums of float32 in any case. One stream's samples do not
    depend on the block size, nor on how many others go through with it.
    """

    max_rewind = 0

    def __init__(
        self, model: ModelFile, device: Device, precision: str = "float32", items: int = ITEMS
    ) -> None:
        """Bring the weights to the card and compile the loop for the model's shape.

        Raises ValueError on a model that ``unsupported`` names and on an unknown precision; DeviceFault.
        """
        self.config = config = model.config
        self._source = model
        self._items = min(items, device.max_items)
        if reason := unsupported(config, device.shared_bytes, self._items):
            raise ValueError(reason)
        self.name = device.dialect
        self.precision = precision
        self.version = f"{VERSION}-{hashlib.sha256(device.label.encode()).hexdigest()[:8]}-{precision}"
        self.max_streams = MAX_STREAMS
        self.snapshot_bytes = config.stream_bytes
        self._device = device
        self._projection = pack_projection(model)
        packed = pack_model(model, precision)
        self._biases = packed.biases
        self._model = [
            device.put(values) for values in (packed.weights, packed.constants, packed.tables, packed.nearest)
        ]
        self._program = device.compile(source(config, self._items, precision))
        self._code_type: Any = code_type(config)
        self._rows = max(1, history_rows(config.kernel_size, config.dilations))
        # A program's arguments and the rooms belong to the kernel: one call at a time.
        self._lock = threading.Lock()
        self._rooms: dict[str, tuple[int, Buffer]] = {}

    def project(
        self, features: NDArray[np.float32], muted: Collection[int] = (), unskipped: Collection[int] = ()
    ) -> Buffer | Unskipped:
        """See ``base.Kernel.project``: [layers · 2G + S] float32. Raises DeviceFault."""
        condition = (self._projection @ features).astype(np.float32) + shut_gates(self.config, muted)
        biases = self._device.put(self._biases + condition)
        if not unskipped:
            return biases
        packed = pack_model(self._source, self.precision, unskipped)
        return Unskipped(biases, self._device.put(packed.weights))

    def new_state(self, seeds: Sequence[int], *, rewindable: bool = False) -> GpuState:
        """See ``base.Kernel.new_state``. Raises DeviceFault."""
        streams = len(seeds)
        if not 0 < streams <= self.max_streams:
            raise ValueError(f"{streams} seeds: a state of this model holds 1 to {self.max_streams}")
        put = self._device.put
        rings = np.zeros((streams, self._rows, self.config.residual_channels), np.float32)
        previous = np.full(streams, silence(self.config), np.int32)
        return GpuState(put(rings), put(previous), put(np.array(seeds, np.uint64)), streams)

    def snapshot(self, state: State) -> GpuState:
        """See ``base.Kernel.snapshot``. Raises DeviceFault."""
        return GpuState.own(state).copy(self._device)

    def restore(self, snapshot: GpuState, *, rewindable: bool = False) -> GpuState:
        """See ``base.Kernel.restore``. Raises DeviceFault."""
        return snapshot.copy(self._device)

    def rewind(self, state: State, n: int) -> None:
        """See ``base.Kernel.rewind``: every ``n`` but 0 is too many."""
        if n:
            position = GpuState.own(state).position
            raise ValueError(f"{n} samples cannot be taken back: 0 are kept at sample {position}")

    def skip(self, state: State, n: int, code: int) -> None:
        """See ``base.Kernel.skip``. Raises DeviceFault."""
        own = GpuState.own(state)
        self._device.overwrite(own.previous, np.full(own.streams, code, np.int32))
        own.position += n

    def skim(self, state: State, codes: Codes) -> None:
        """See ``base.Kernel.skim``. Raises DeviceFault."""
        if len(codes):
            self.skip(state, len(codes), int(codes[-1]))

    def reseed(self, state: State, seeds: Sequence[int]) -> None:
        """See ``base.Kernel.reseed``. Raises DeviceFault."""
        self._device.overwrite(GpuState.own(state).seeds, np.array(seeds, np.uint64))

    def generate(
        self,
        state: State,
        biases: Buffer,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> list[Block]:
        """See ``base.Kernel.generate``. Raises DeviceFault too."""
        check_lengths(n, local, guide)
        own = GpuState.own(state)
        codes = np.zeros((own.streams, n), np.int32)
        outputs = self._run(own, biases, Call(codes, DRAW, sampling, local, guide))
        return [
            Block(made, row[-1]) for made, row in zip(codes.astype(self._code_type), outputs, strict=True)
        ]

    def native(
        self,
        state: State,
        biases: Buffer,
        sampling: Sampling,
        n: int,
        local: LocalRows | None = None,
        guide: Feedback | None = None,
    ) -> None:
        """See ``base.Kernel.native``: compiled code of the processor cannot make these samples."""

    def advance(
        self,
        state: State,
        biases: Buffer,
        codes: Codes,
        outputs: bool = True,
        local: LocalRows | None = None,
    ) -> NDArray[np.float32]:
        """See ``base.Kernel.advance``. Raises DeviceFault too."""
        check_lengths(len(codes), local)
        own = GpuState.own(state)
        fed = np.tile(np.asarray(codes, np.int32), (own.streams, 1))
        return self._run(own, biases, Call(fed, SCORE if outputs else FEED, Sampling(), local, None))

    def _run(self, state: GpuState, biases: Buffer, call: Call) -> NDArray[np.float32]:
        """Make or feed the samples of ``call``, whose codes it fills; outputs [streams, wanted, O]."""
        if (call.local is None) != (self.config.local is None):
            raise ValueError("local rows were given to a model without them, or none to one that needs them")
        found = [np.empty((state.streams, 0, self.config.outputs), np.float32)]
        with self._lock:
            found += [self._launch(state, biases, part) for part in call.parts()]
        return np.concatenate(found, axis=1)

    def _launch(self, state: GpuState, biases: Buffer, call: Call) -> NDArray[np.float32]:
        device, streams, n = self._device, state.streams, call.n
        results = np.concatenate([call.codes.ravel(), np.zeros(streams, np.int32)])
        outputs = np.empty((streams, call.outputs, self.config.outputs), np.float32)
        past = 4 * streams * 2 * self.config.layers * 2 * self.config.gate_channels
        weights, *others = self._model
        if isinstance(biases, Unskipped):
            weights, biases = biases.weights, biases.biases
        places = [
            self._filled("floats", call.floats()),
            self._filled("ints", call.ints()),
            self._filled("results", results),
            self._room("outputs", outputs.nbytes),
        ]
        self._program.launch(
            call.entry,
            streams,
            self._items,
            [
                *(weights, *others, biases, state.rings, state.previous, state.seeds),
                *(self._room("past", past), *places),
                *(np.uint64(state.position), np.int32(streams), *call.numbers()),
            ],
        )
        device.read(places[2], results)
        made = int(results[streams * n :].min())
        if made < n:
            raise FloatingPointError(f"the model gave NaN or infinity at sample {state.position + made}")
        if outputs.size:
            device.read(places[3], outputs)
        call.codes[:] = results[: streams * n].reshape(streams, n)
        state.position += n
        return outputs

    def _filled(self, name: str, values: NDArray[Any]) -> Buffer:
        """The kernel's own buffer of that name, beginning with ``values``."""
        buffer = self._room(name, values.nbytes)
        self._device.overwrite(buffer, values)
        return buffer

    def _room(self, name: str, size: int) -> Buffer:
        """The kernel's own buffer of that name, of ``size`` bytes or more; what was in it may be gone."""
        if self._rooms.get(name, (0, None))[0] < max(1, size):
            self._rooms[name] = (max(1, size), self._device.empty(max(1, size)))
        return self._rooms[name][1]


def unsupported(config: ModelConfig, shared: int, items: int) -> str:
    """Why a model of this shape cannot run on a card whose groups share ``shared`` bytes; empty if it can."""
    if config.contexts:
        return "context stacks do not run on a graphics card yet"
    if shared_bytes(config, items) > shared:
        needed = shared_bytes(config, items)
        return f"its layers are too wide: {needed} bytes for a group of items, and this card has {shared}"
    return ""

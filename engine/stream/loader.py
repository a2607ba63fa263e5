"""Models are loaded and engines compiled here, off every thread that must not wait."""

from __future__ import annotations

import gc
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.stream.interrupt import Interrupt
from engine.stream.live.player import Player
from engine.stream.messages import Request
from engine.wavenet.model_file import ModelFile

MOST_KERNELS = 3
"""Kernels that stay in memory, so that going back to a model is immediate."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A model that is ready to run."""

    model: ModelFile
    kernel: Kernel


@dataclass(frozen=True)
class _Order:
    request: Request
    progress: Callable[[str], None]
    done: Callable[[Loaded | str], None]
    urgent: bool
    """Whether it is to be played, and not only kept ready."""


class Loader:
    """One thread that turns requests into kernels; of several that wait, only the last counts.

    What is to be played counts for more than what is only to be kept ready.
    """

    def __init__(self) -> None:
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._kernels: OrderedDict[tuple[str, str], Kernel] = OrderedDict()
        # A daemon: a compilation cannot be broken off, and must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self._thread.start()

    def load(
        self, request: Request, progress: Callable[[str], None], done: Callable[[Loaded | str], None]
    ) -> None:
        """Returns at once; ``done`` is told the result, or why there is none, on the loader's thread."""
        self._orders.put(_Order(request, progress, done, urgent=True))

    def prepare(
        self, request: Request, progress: Callable[[str], None], done: Callable[[Loaded | str], None]
    ) -> None:
        """The same for what is not to be played yet; the kernel is kept for ``load``."""
        self._orders.put(_Order(request, progress, done, urgent=False))

    def idle(self) -> bool:
        """Whether nothing waits for what is done just now to end."""
        return self._orders.empty()

    def close(self) -> None:
        """Take no more orders. Can be called twice."""
        self._orders.put(None)
        self._thread.join(timeout=0.5)
        gc.unfreeze()

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            while not self._orders.empty():
                newer = self._orders.get()
                if newer is None:
                    return
                if newer.urgent or not order.urgent:
                    order = newer
            order.done(self._make(order))

    def _make(self, order: _Order) -> Loaded | str:
        request = order.request
        try:
            model = request.model if isinstance(request.model, ModelFile) else request.model()
            return Loaded(model, self._kernel(model, request.engine, order.progress))
        except StudioError as error:
            return str(error)
        except Exception as error:
            log.exception("preparing %s", request.preset.model)
            return f"model {request.preset.model!r} cannot be prepared: {error}"

    def _kernel(self, model: ModelFile, engine: str, progress: Callable[[str], None]) -> Kernel:
        key = (model.header.hash, engine)
        if key not in self._kernels:
            progress(f"preparing model {model.header.name}")
            self._kernels[key] = select_kernel(model, engine, progress)
            Player(Interrupt()).prepare(self._kernels[key])
            # All that was imported by now stays. Left to the collector, looking through it would hold up
            # every thread for 0.15 s now and then, which is longer than the buffer.
            gc.freeze()
        self._kernels.move_to_end(key)
        while len(self._kernels) > MOST_KERNELS:
            self._kernels.popitem(last=False)
        return self._kernels[key]

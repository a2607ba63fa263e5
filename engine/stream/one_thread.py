"""Small products of matrices, made on the thread that asks, while a stream plays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = threading.Lock()
"""BLAS counts threads for the whole process: of two limits at once, each would put back what it found."""


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS makes all products on one thread meanwhile, and has as many as before afterwards.

    Small products take ten times as long on several threads, and the stream wants the other core. Whoever
    asks while another thread is inside waits: keep it short, and never ask inside.
    """
    from threadpoolctl import threadpool_limits  # looks for libraries: after the window is there

    with _TURN, threadpool_limits(1, user_api="blas"):
        yield

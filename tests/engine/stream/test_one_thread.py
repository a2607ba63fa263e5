"""Small products stay on the thread that asks, and nobody else's do."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from engine.stream.one_thread import one_thread


def blas_threads() -> set[int]:
    """As many as each library has for products."""
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def set_blas_threads(count: int) -> None:
    """For the whole process: a limit whose thread has ended leaves others free to set one."""
    thread = threading.Thread(target=threadpool_limits, args=(count, "blas"))
    thread.start()
    thread.join()


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    assert np.ones((2, 2)).dot(np.ones(2)).sum() == 4.0  # BLAS is there
    (before,) = blas_threads()
    set_blas_threads(2)
    yield
    set_blas_threads(before)


def test_products_are_made_on_one_thread_and_others_keep_theirs() -> None:
    with one_thread():
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_work_that_fails_leaves_the_threads_as_they_were() -> None:
    with pytest.raises(ValueError, match="no such voice"), one_thread():
        raise ValueError("no such voice")
    assert blas_threads() == {2}


def test_several_at_once_leave_the_threads_as_they_were() -> None:
    found: list[set[int]] = []

    def ask() -> None:
        for _ in range(20):
            with one_thread():
                found.append(blas_threads())

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert found == [{1}] * 80
    assert blas_threads() == {2}

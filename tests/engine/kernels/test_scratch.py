"""Memory that compiled code works in: pieces of it lie apart, and calls keep theirs from each other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.jit import njit_part
from engine.kernels.machine_code import Routine
from engine.kernels.scratch import Pool, words_for
from engine.kernels.scratch_pieces import begin, filled, room
from engine.kernels.words import boxed, layout_of


class Memory(NamedTuple):
    memory: np.ndarray


COUNTS = (3, 17, 0, 8)


@njit_part
def three(call: Any) -> Any:
    memory = call.memory
    begin(memory)
    one = filled(memory, 3, np.int16, 5)
    filled(memory, 17, np.float64, 0.25)
    nothing, last = room(memory, 0, np.int32), filled(memory, 8, one, 9)
    one[0], nothing[0], last[7] = 1, 8, 2
    return memory[0]


def test_pieces_lie_apart_on_cache_lines_and_within_what_was_asked_for() -> None:
    words = words_for(*COUNTS)
    memory = np.zeros(words + 1, np.int64)
    memory[words] = 77
    call = Memory(memory)
    used = Routine.of("tests.engine.kernels.test_scratch:three", layout_of(call))(boxed(call))
    assert used <= words
    assert memory[words] == 77
    first = 16 - memory.ctypes.data // 8 % 8
    assert (memory.ctypes.data + 8 * first) % 64 == 0
    assert memory[first:].view(np.int16)[:3].tolist() == [1, 5, 5]
    assert memory[first + 8 :].view(np.float64)[:17].tolist() == [0.25] * 17
    assert memory[first + 32 :].view(np.int16)[:8].tolist() == [8, 0, 9, 9, 9, 9, 9, 2]


def test_memory_is_nobody_elses_until_it_is_given_back() -> None:
    pool = Pool()
    one, other = pool.take(10), pool.take(10)
    assert not np.shares_memory(one, other)
    pool.give_back(one)
    assert pool.take(10) is one


def test_memory_that_is_too_small_is_not_given_away() -> None:
    pool = Pool()
    pool.give_back(pool.take(10))
    assert len(pool.take(11)) == 11

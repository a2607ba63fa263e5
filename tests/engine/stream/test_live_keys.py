"""Keys that are played into a stream: from the next sample on, in its take, and the same when made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.kernels.base import Kernel
from engine.kernels.reference import ReferenceKernel
from engine.library.control_events import ControlEvent
from engine.library.origins import Origin
from engine.library.packed_codes import pack_codes
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.scores import PlayedScore, pack_notes
from engine.library.takes import Take
from engine.music.keyboard import KeyChange, PlayedNote
from engine.stream.controls import Controls
from engine.stream.messages import Request
from engine.stream.run import Run
from engine.stream.variations import make_variations
from engine.wavenet.model_file import ModelFile
from tests.engine.kernels.test_piece import make
from tests.models import save_tiny_model

PRESET = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9)
TUNE = PlayedScore("tune", pack_notes(np.array([[0.005, 0.05, 69, 100, 0, 0]], np.float32)), "repeat")
A, UP = KeyChange(69, 100), KeyChange(69, 0)


class Played:
    """A run with keys."""

    def __init__(self, model: ModelFile, kernel: Kernel, **fields: object) -> None:
        self.request = Request(model, PRESET, PRESET.params(), 1, "cpu", **fields)  # type: ignore[arg-type]
        self.controls = Controls(self.request.params)
        self.run = Run(self.request, model, kernel, self.controls)

    def take(self) -> Take:
        take = self.run.take()
        assert take is not None
        return take


@pytest.fixture
def played(model: ModelFile, kernel: Kernel) -> Played:
    return Played(model, kernel)


def test_a_key_holds_from_the_next_sample_that_is_made_and_is_an_event_of_the_take(
    played: Played, kernel: Kernel
) -> None:
    played.run.read(200)
    made = played.run.generated
    played.controls.play([A, KeyChange(None, 127)])
    assert played.run.keys.waiting
    played.run.read(600)
    assert not played.run.keys.waiting
    take = played.take()
    assert take.events == (ControlEvent(made, "note.69", 100), ControlEvent(made, "pedal", 127))
    assert played.run.keys.notes == (PlayedNote(made, 69, 100),)
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_what_was_played_before_the_stream_was_there_is_not_for_it(model: ModelFile, kernel: Kernel) -> None:
    played = Played(model, kernel)
    played.controls.play([A])
    later = Run(played.request, model, kernel, played.controls)
    assert not later.keys.waiting
    later.read(100)
    assert later.keys.notes == ()


def test_a_change_takes_hold_with_the_moment_at_which_the_key_was_played(played: Played) -> None:
    played.run.read(200)
    played.controls.play([A])
    played.run.read(100)
    assert played.run.change.moved_at == played.controls.keys[0][0]


def test_a_model_that_takes_no_keys_goes_on_as_it_was(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "plain.safetensors", tags=())
    played = Played(model, select_kernel(model, "cpu"))
    played.controls.play([A])
    assert not played.run.keys.waiting
    played.run.read(100)
    assert played.take().events == ()


steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(1, 400)),
        st.tuples(st.just("back"), st.integers(0, 120)),
        st.tuples(st.just("play"), st.builds(KeyChange, st.integers(60, 64), st.integers(0, 127))),
        st.tuples(st.just("play"), st.builds(KeyChange, st.none(), st.sampled_from([0, 127]))),
        st.tuples(st.just("heat"), st.floats(0.2, 2.0)),
        st.tuples(st.just("native"), st.tuples(st.integers(1, 300), st.floats(0, 1), st.booleans())),
    ),
    max_size=40,
)
KINDS: dict[str, dict[str, object]] = {
    "alone": {},
    "beside a score": {"score": TUNE},
    "after something": {"prime": pack_codes(np.full(40, 90, np.uint8))},
}


def go(run: Run, n: int, share: float, late: bool) -> None:
    """As the player does, with samples that the kernel makes itself in place of the loop."""
    if run.ready:
        return
    waits = run.keys.waiting
    most = min(run.max_take_back, run.generated - run.first)
    back = round(share * most) if waits or run.moved else 0
    back = min(back, max(0, run.generated - run.keys.earliest)) if waits else back
    native = run.native(n, back)
    assert native is not None
    late = late and waits and back > 0
    start = back if late else 0 if waits else back // 2
    made = back if late else len(native.codes)
    run.decoder.take_back(back - start)
    if made > start:
        assert make(native.address, native.box, start, made - start, 0) == made - start
        run.decoder.process(native.codes[start:made])
    run.accept(native, made, start, late=late)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(steps=steps)
def test_whatever_is_played_and_however_it_is_made_the_take_is_made_again_to_the_sample(
    model: ModelFile, kind: str, steps: list[tuple[str, object]]
) -> None:
    kernel = select_kernel(model, "cpu")
    played = Played(model, kernel, **KINDS[kind])
    run = played.run
    run.read(300)
    for step, value in steps:
        if step == "read":
            run.read(value)  # type: ignore[arg-type]
        elif step == "back" and not run.ready:
            run.take_back(min(value, run.max_take_back, run.generated))  # type: ignore[type-var, arg-type]
        elif step == "play":
            played.controls.play([value])  # type: ignore[list-item]
        elif step == "heat":
            played.controls.move(replace(played.controls.params, temperature=value))  # type: ignore[arg-type]
        elif step == "native":
            go(run, *value)  # type: ignore[misc]
    run.read(300)
    take = played.take()
    assert [event.sample for event in take.events] == sorted(event.sample for event in take.events)
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_the_reference_engine_is_led_by_the_same_keys(model: ModelFile) -> None:
    kernel = ReferenceKernel(model)
    played = Played(model, kernel)
    played.run.read(130)
    played.controls.play([A])
    played.run.read(300)
    take = played.take()
    assert len(take.events) == 1
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def branch_of(take: Take, sample: int) -> dict[str, object]:
    return {"origin": Origin.of(take, sample)}


def test_a_branch_has_the_keys_of_before_and_lets_go_what_was_held(
    played: Played, model: ModelFile, kernel: Kernel
) -> None:
    played.run.read(200)
    played.controls.play([A])
    played.run.read(400)
    played.controls.play([UP])
    played.run.read(400)
    parent = played.take()
    struck, let_go = (event.sample for event in parent.events)
    branch = Played(model, kernel, **branch_of(parent, let_go - 10))
    branch.run.read(500)
    take = branch.take()
    assert take.events == (
        ControlEvent(struck, "note.69", 100),
        ControlEvent(let_go - 10, "note.69", 0),
    )
    np.testing.assert_array_equal(take.codes[: let_go - 10], parent.codes[: let_go - 10])
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_variations_of_a_branch_have_the_keys_of_before(
    played: Played, model: ModelFile, kernel: Kernel
) -> None:
    played.run.read(200)
    played.controls.play([A])
    played.run.read(400)
    request = Request(model, PRESET, PRESET.params(), 1, "cpu", origin=Origin.of(played.take(), 500))
    for take in make_variations(request, [3, 4], 0.05, lambda done: True):
        assert [event.parameter for event in take.events] == ["note.69", "note.69", "seed"]
        np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_a_broken_event_of_what_is_gone_on_with_is_told(model: ModelFile, kernel: Kernel) -> None:
    take = replace(Played(model, kernel).run._begun, codes=np.zeros(300, np.uint8))
    broken = replace(take, events=(ControlEvent(9, "note.900", 3),))
    with pytest.raises(StudioError, match="no key"):
        Played(model, kernel, **branch_of(broken, 200))

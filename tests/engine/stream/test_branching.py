"""Streams that branch off others: live, through runs and sessions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.kernels.base import Biases, Kernel, State
from engine.library.control_events import ControlEvent
from engine.library.origins import Origin
from engine.library.packed_codes import pack_codes
from engine.library.presets import Preset
from engine.library.replay import replay
from engine.library.scores import PlayedScore, pack_notes
from engine.library.takes import Take
from engine.stream.beginning import prepare
from engine.stream.controls import Controls
from engine.stream.messages import Ready, Request, Started
from engine.stream.run import Run
from engine.stream.state_history import StatesByTake
from engine.wavenet.codes import Codes
from engine.wavenet.config import GenerationParams
from engine.wavenet.emphasis import samples_of
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.conftest import Player
from tests.engine.stream.far_sighted import FIELD, far_sighted
from tests.models import save_tiny_model

PRESET = Preset(id="test", name="Test", category="user", model="tiny", temperature=0.9)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """A model that looks back 2 s."""
    return far_sighted(tmp_path_factory.mktemp("far") / "far.safetensors")


@pytest.fixture(scope="module")
def far_kernel(far: ModelFile) -> Kernel:
    return select_kernel(far, "cpu")


def run_of(request: Request, kernel: Kernel, states: StatesByTake | None = None) -> Run:
    assert isinstance(request.model, ModelFile)
    return Run(request, request.model, kernel, Controls(request.params), states)


def a_take(model: ModelFile, kernel: Kernel, n: int = 1_000, seed: int = 5) -> Take:
    run = run_of(Request(model, PRESET, PRESET.params(), seed), kernel)
    run.read(n // 2)
    run.controls.move(replace(PRESET.params(), temperature=1.5))
    run.read(n - n // 2)
    take = run.take()
    assert take is not None
    return take


def branch_of(take: Take, sample: int, model: ModelFile, **wanted: object) -> Request:
    origin = Origin.of(take, sample)
    request = Request(model, PRESET, origin.params, origin.seed_now, origin=origin)
    return replace(request, **wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("sample", [0, 1, 300, 700, 1_000])
def test_a_branch_with_the_same_settings_sounds_as_its_parent(
    sample: int, model: ModelFile, kernel: Kernel
) -> None:
    parent = a_take(model, kernel)
    run = run_of(branch_of(parent, sample, model), kernel)
    assert (run.first, run.next, run.generated, run.take()) == (sample, sample, sample, None)
    until = 500 if sample < 500 else 1_000  # where the parent's settings changed
    sound = run.read(until - sample)
    np.testing.assert_array_equal(sound, parent.samples()[sample:until])


def test_the_take_of_a_branch_holds_its_parent_up_to_there(model: ModelFile, kernel: Kernel) -> None:
    parent = a_take(model, kernel)
    run = run_of(branch_of(parent, 700, model, seed=77), kernel)
    run.read(300)
    run.controls.move(GenerationParams(temperature=0.2, speaker="rms"))
    run.read(200)
    take = run.take()
    assert take is not None
    assert (take.parent, take.parent_sample, len(take.codes), take.seed) == (parent.id, 700, 1_200, 5)
    np.testing.assert_array_equal(take.codes[:700], parent.codes[:700])
    assert (take.codes[700:1_000] != parent.codes[700:]).any()
    assert [(event.sample, event.parameter) for event in take.events] == [
        (500, "temperature"),
        (700, "seed"),
        (1_000, "temperature"),
        (1_000, "speaker"),
    ]
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_settings_of_now_are_logged_where_the_branch_begins(model: ModelFile, kernel: Kernel) -> None:
    parent = a_take(model, kernel)
    hot = GenerationParams(temperature=2.0, tags=(("piano", 1.0),))
    run = run_of(branch_of(parent, 300, model, params=hot), kernel)
    run.read(200)
    take = run.take()
    assert take is not None
    assert take.preset.temperature == 0.9
    assert set(take.events) == {
        ControlEvent(300, "temperature", 2.0),
        ControlEvent(300, "tags.piano", 1.0),
    }
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_a_branch_of_a_branch_goes_back_beyond_where_it_began(model: ModelFile, kernel: Kernel) -> None:
    parent = a_take(model, kernel)
    first = run_of(branch_of(parent, 700, model, seed=77), kernel)
    first.read(300)
    child = first.take()
    assert child is not None
    second = run_of(branch_of(child, 400, model), kernel)
    np.testing.assert_array_equal(second.read(100), parent.samples()[400:500])
    third = run_of(branch_of(child, 900, model), kernel)
    np.testing.assert_array_equal(third.read(100), child.samples()[900:])


@pytest.mark.parametrize("prime", [0, 5_000])
@pytest.mark.parametrize("room", [0, 3, 8, 200])
def test_states_that_are_kept_change_nothing_but_the_time_it_takes(
    room: int, prime: int, far: ModelFile, far_kernel: Kernel
) -> None:
    rng = np.random.default_rng(room)
    states = StatesByTake(room * far_kernel.snapshot_bytes) if room else None
    primed = pack_codes(rng.integers(100, 156, prime, dtype=np.uint8)) if prime else ""
    run = run_of(Request(far, PRESET, PRESET.params(), 5, prime=primed), far_kernel, states)
    for temperature in (0.9, 1.4, 0.6):
        run.controls.move(replace(PRESET.params(), temperature=temperature))
        run.read(25_000)
    for sample in (0, 1, 75_000, *rng.integers(2, 75_000, 5)):
        request = replace(run.request, origin=run.origin(int(sample))(), seed=9, prime="")
        branch = run_of(request, far_kernel, states)
        sound = branch.read(600)
        take = branch.take()
        assert take is not None
        np.testing.assert_array_equal(replay(take, far_kernel), take.codes)
        np.testing.assert_array_equal(sound, take.samples()[sample:])


def test_no_more_is_heard_again_than_lies_between_two_states(
    far: ModelFile, far_kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = StatesByTake()
    run = run_of(Request(far, PRESET, PRESET.params(), 5), far_kernel, states)
    run.read(90_000)
    fed: list[int] = []
    advance = far_kernel.advance

    def counted(state: State, biases: Biases, codes: Codes, *others: Any) -> NDArray[np.float32]:
        fed.append(len(codes))
        return advance(state, biases, codes, *others)

    monkeypatch.setattr(far_kernel, "advance", counted)
    for sample in np.random.default_rng(1).integers(FIELD, 90_000, 20):
        fed.clear()
        run_of(replace(run.request, origin=run.origin(int(sample))()), far_kernel, states)
        assert sum(fed) < 4_000 + 128  # a quarter of a second, and the block in which it ended
        fed.clear()
        run_of(replace(run.request, origin=run.origin(int(sample))()), far_kernel)
        assert sum(fed) == FIELD


def test_states_after_samples_that_were_taken_back_are_forgotten(far: ModelFile, far_kernel: Kernel) -> None:
    states = StatesByTake()
    run = run_of(Request(far, PRESET, PRESET.params(), 5), far_kernel, states)
    run.read(4_096)
    (state,) = [states.of(run.id, far_kernel).latest(4_096)]
    assert state is not None
    run.take_back(4_096 - state.position + 10)
    assert states.of(run.id, far_kernel).latest(4_096) is None


def test_a_prime_is_continued_kept_and_undone_with_its_emphasis(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "filtered.safetensors", pre_emphasis=0.85)
    kernel = select_kernel(model, "cpu")
    primed = np.random.default_rng(0).integers(100, 156, 500, dtype=np.uint8)
    request = Request(model, PRESET, PRESET.params(), 3, prime=pack_codes(primed))
    run = run_of(request, kernel)
    sound = run.read(400)
    take = run.take()
    assert take is not None
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    np.testing.assert_array_equal(sound, samples_of(model.config, take.codes, primed))
    np.testing.assert_array_equal(sound, take.samples())
    branch = run_of(branch_of(take, 200, model), kernel)
    np.testing.assert_array_equal(branch.read(200), take.samples()[200:])
    again = branch.take()
    assert again is not None
    assert again.prime == take.prime


def test_what_is_continued_goes_with_no_score(model: ModelFile, kernel: Kernel) -> None:
    note = np.array([[0.0, 0.5, 60, 100, 0, 0]], np.float32)
    score = PlayedScore("tune", pack_notes(note), "improvise")
    request = Request(model, PRESET, PRESET.params(), 3, score=score, prime=pack_codes(np.zeros(9, np.uint8)))
    with pytest.raises(StudioError, match="goes with no score"):
        run_of(request, kernel)


def test_a_session_goes_on_from_a_take(player: Player, kernel: Kernel) -> None:
    player.play(seed=1)
    player.until_played(3_000)
    player.session.stop()
    parent = player.take()
    request = player.request(seed=8)
    player.session.play(replace(request, origin=Origin.of(parent, 2_000)))
    player.until(lambda: player.session.status().played > 3_000)
    assert player.session.status().generated >= 3_000
    player.session.stop()
    take = player.take(1)
    assert (take.parent, take.parent_sample) == (parent.id, 2_000)
    np.testing.assert_array_equal(take.codes[:2_000], parent.codes[:2_000])
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_rewinding_ends_the_take_and_its_branch_goes_on_differently(player: Player, kernel: Kernel) -> None:
    player.play(seed=1)
    player.until_played(8_000)
    params = replace(player.request().params, temperature=1.7)
    player.session.set_params(params)
    player.session.rewind(0.25, seed=99)
    player.until(lambda: len(player.of(Started)) == 2)
    first = player.take()
    begun = player.session.status().generated
    player.until(lambda: player.session.status().played > begun + 2_000)
    player.session.set_params(replace(params, temperature=0.1))
    player.until(lambda: player.session.status().played > begun + 4_000)
    player.session.stop()
    take = player.take(1)
    assert take.parent == first.id
    assert 0 < take.parent_sample <= len(first.codes) - 4_000  # up to 0.5 s more, and what came meanwhile
    np.testing.assert_array_equal(take.codes[: take.parent_sample], first.codes[: take.parent_sample])
    moved = [(event.parameter, event.value) for event in take.events]
    assert ("seed", 99) in moved
    assert moved[-1] == ("temperature", 0.1)  # the same controls steer it
    np.testing.assert_array_equal(replay(take, kernel), take.codes)
    np.testing.assert_array_equal(replay(first, kernel), first.codes)


def test_rewinding_further_than_there_is_begins_anew(player: Player) -> None:
    player.play(seed=1)
    player.session.rewind(60.0, seed=2)
    player.until(lambda: len(player.of(Started)) == 2)
    player.session.stop()
    assert player.take(1).parent_sample == 0


def test_rewinding_means_nothing_to_silence_or_a_playback(player: Player) -> None:
    player.session.rewind(1.0, seed=2)
    player.session.play_audio(np.zeros(16_000, np.float32), 16_000)
    player.session.rewind(1.0, seed=2)
    player.until(lambda: player.session.status().state == "playback")
    player.until(lambda: player.session.status().state == "idle")
    assert player.of(Started) == []


def test_what_is_prepared_is_the_very_state_where_the_branch_begins(
    far: ModelFile, far_kernel: Kernel
) -> None:
    parent, states = a_take(far, far_kernel), StatesByTake()
    request = branch_of(parent, 700, far, seed=8)
    prepare(request, far, far_kernel, states)
    state = states.of(parent.id, far_kernel).latest(700)
    assert state is not None
    assert state.position == 700
    run = run_of(request, far_kernel, states)
    run.read(300)
    take = run.take()
    assert take is not None
    np.testing.assert_array_equal(replay(take, far_kernel), take.codes)


def test_from_a_place_that_is_prepared_on_there_is_a_state_every_quarter_of_a_second(
    far: ModelFile, far_kernel: Kernel
) -> None:
    parent, states = a_take(far, far_kernel, 60_000), StatesByTake()
    for sample in (40_000, 52_500):
        prepare(branch_of(parent, sample, far), far, far_kernel, states)
    known = states.of(parent.id, far_kernel)
    assert [past.position for past in known.states] == [40_000, 44_000, 48_000, 52_000, 52_500]
    for sample in (44_000, 50_001):
        run = run_of(branch_of(parent, sample, far, seed=8), far_kernel, states)
        run.read(500)
        take = run.take()
        assert take is not None
        np.testing.assert_array_equal(replay(take, far_kernel), take.codes)


def test_what_is_prepared_gives_way_to_what_waits_once_there_is_a_state(
    far: ModelFile, far_kernel: Kernel
) -> None:
    parent, states = a_take(far, far_kernel, 60_000), StatesByTake()
    for sample in (40_000, 52_500):
        prepare(branch_of(parent, sample, far), far, far_kernel, states, lambda: False)
    known = states.of(parent.id, far_kernel)
    assert [past.position for past in known.states] == [40_000, 44_000]


def test_a_session_prepares_a_branch_before_it_is_played(player: Player, kernel: Kernel) -> None:
    parent = a_take(player.model, kernel)
    request = replace(player.request(seed=8), origin=Origin.of(parent, 700))
    player.session.prepare(request)
    player.until(lambda: len(player.of(Ready)) == 1)
    player.session.play(request)
    player.until(lambda: player.session.status().played > 900)
    player.session.stop()
    take = player.take()
    np.testing.assert_array_equal(replay(take, kernel), take.codes)


def test_where_a_stream_ended_its_state_is_kept_so_that_going_on_hears_nothing_again(
    far: ModelFile, far_kernel: Kernel
) -> None:
    states = StatesByTake()
    run = run_of(Request(far, PRESET, PRESET.params(), 5), far_kernel, states)
    run.read(5_001)
    ended: list[object] = []
    run.hand_over(ended.append)
    kept = states.of(run.id, far_kernel).latest(5_001)
    assert kept is not None
    assert kept.position == 5_001
    assert len(ended) == 1

"""The player without a window: a session that only keeps what it is asked for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from app.controllers.presets import renew_seed
from engine.library.previews import Clip
from engine.library.scores import PlayedScore
from engine.stream.states import State
from tests.app.controllers.conftest import Stand
from tests.takes import make_take


def test_without_a_preset_nothing_plays(stand: Stand) -> None:
    stand.player.start()
    assert stand.refused == ["There is no preset to play."]
    assert stand.session.requests == []


def test_a_preset_without_its_model_says_so(stand: Stand) -> None:
    stand.choose("lost")
    stand.player.start()
    assert "'missing' is not installed" in stand.refused[0]
    assert stand.session.requests == []


def test_a_start_asks_for_the_preset_with_its_parameters_and_the_seed_shown(stand: Stand) -> None:
    stand.choose("free")
    stand.player.start()
    (request,) = stand.session.requests
    assert (request.preset.id, request.params.temperature, request.seed) == (
        "free",
        0.7,
        stand.player.seeds.seed,
    )
    assert request.score is None


def test_a_free_seed_is_another_each_time_and_a_kept_one_is_not(stand: Stand) -> None:
    stand.choose("free")
    stand.player.start()
    stand.player.start()
    stand.player.seeds.lock(True)
    stand.player.start()
    first, second, third = (request.seed for request in stand.session.requests)
    assert first != second
    assert second == third


def test_a_presets_own_seed_is_kept_until_another_preset_is_chosen(stand: Stand) -> None:
    stand.choose("slt")
    assert (stand.player.seeds.seed, stand.player.seeds.locked) == (77, True)
    stand.choose("free")
    assert not stand.player.seeds.locked


def test_a_preset_of_the_same_model_steers_and_of_another_starts_anew(stand: Stand) -> None:
    stand.choose("free")
    stand.player.start()
    stand.player.set_sampling(1.5, 1.0, 0)
    stand.choose("slt")
    assert [request.preset.id for request in stand.session.requests] == ["free", "slt"]
    stand.choose("free")
    stand.choose("free")
    assert len(stand.session.requests) == 3
    assert [params.temperature for params in stand.session.params] == [1.5, 0.7]


def test_nothing_is_steered_or_started_while_nothing_plays(stand: Stand) -> None:
    stand.choose("free")
    stand.player.set_tags((("calm", 1.0),))
    stand.choose("slt")
    assert (stand.session.params, stand.session.requests) == ([], [])


def test_a_start_waits_for_the_score_of_its_preset(stand: Stand) -> None:
    stand.choose("tune", read=False)
    assert stand.player.state is State.IDLE
    stand.player.start()
    assert stand.session.requests == []
    assert stand.player.state is State.PREPARING
    assert stand.player.generating
    stand.background.finish_all()
    (request,) = stand.session.requests
    assert request.score is not None
    assert (request.score.name, request.score.after) == ("tune", "silence")


@pytest.mark.parametrize("gesture", ["stop", "toggle"])
def test_a_start_that_waits_can_be_taken_back(stand: Stand, gesture: str) -> None:
    stand.choose("tune", read=False)
    stand.player.start()
    getattr(stand.player, gesture)()
    stand.background.finish_all()
    assert stand.session.requests == []
    assert stand.player.state is State.IDLE
    assert stand.score == "tune"


def test_a_stream_that_was_stopped_before_the_score_came_does_not_start_again(stand: Stand) -> None:
    stand.choose("free")
    stand.player.start()
    stand.choose("tune", read=False)
    stand.player.stop()
    stand.session.to(State.PLAYING)  # the worker has not come to it yet
    stand.background.finish_all()
    assert len(stand.session.requests) == 1


def test_a_start_goes_on_where_the_score_cannot_be_read(stand: Stand) -> None:
    stand.choose("gone", read=False)
    stand.player.start()
    stand.background.finish_all()
    assert "gone.mid" in stand.refused[0]
    assert [request.score for request in stand.session.requests] == [None]


def test_a_playing_stream_starts_anew_with_the_score_of_the_preset_chosen(stand: Stand) -> None:
    stand.choose("free")
    stand.player.start()
    stand.choose("other", read=False)
    assert len(stand.session.requests) == 1
    stand.background.finish_all()
    assert [request.preset.id for request in stand.session.requests] == ["free", "other"]
    assert stand.player.played_score == stand.player.score


def test_of_presets_chosen_quickly_only_the_last_plays(stand: Stand) -> None:
    stand.choose("free")
    stand.player.start()
    for preset in ("tune", "other", "tune", "slt"):
        stand.choose(preset, read=False)
    for number in (2, 1, 0):
        stand.background.finish(number)
    assert [request.preset.id for request in stand.session.requests] == ["free", "slt"]
    assert stand.score == ""


def test_a_score_of_ones_own_starts_what_plays_anew(stand: Stand, own_score: PlayedScore) -> None:
    stand.choose("free")
    stand.player.set_score(own_score, "/home/me/own.mid")
    assert stand.session.requests == []
    stand.player.start()
    assert stand.session.requests[0].score == own_score
    assert stand.player.scores.source == "/home/me/own.mid"
    stand.player.set_score(None)
    assert [request.score for request in stand.session.requests] == [own_score, None]
    assert stand.player.scores.source is None


def test_what_comes_after_a_score_holds_from_the_next_start_on(stand: Stand, own_score: PlayedScore) -> None:
    stand.choose("free")
    assert not stand.player.scores.set_after("repeat")
    stand.player.set_score(own_score)
    stand.player.start()
    assert stand.player.scores.set_after("repeat")
    assert not stand.player.scores.set_after("repeat")
    assert len(stand.session.requests) == 1
    stand.player.start()
    assert stand.session.requests[1].score == dataclasses.replace(own_score, after="repeat")


def test_a_model_that_plays_no_score_is_given_none(stand: Stand, own_score: PlayedScore) -> None:
    stand.choose("slt")
    stand.player.set_score(own_score)
    stand.player.start()
    assert stand.session.requests[0].score is None


def test_one_key_plays_goes_on_and_stops(stand: Stand) -> None:
    stand.choose("free")
    states = []
    for gesture in ("toggle", "pause", "toggle", "toggle"):
        if gesture == "pause":
            stand.player.pause(True)
        else:
            stand.player.toggle()
        states.append(str(stand.session.now.state))
    assert states == ["playing", "paused", "playing", "idle"]


def test_a_take_plays_back_and_stops_on_a_second_press(stand: Stand) -> None:
    take = make_take(1)
    stand.player.play_take(take)
    assert stand.session.audio == [(16, 16_000)]
    assert (stand.player.take, stand.player.clip) == (take, "")
    stand.player.play_take(take)
    assert stand.player.state is State.IDLE


def test_a_clip_is_no_take_and_is_over_with_the_playback(stand: Stand) -> None:
    stand.player.play_clip("free", Clip(np.zeros(100, np.float32), 22_050))
    assert stand.session.audio == [(100, 22_050)]
    assert (stand.player.take, stand.player.clip) == (None, "free")
    stand.session.to(State.IDLE)
    assert stand.player.clip == ""


def test_everything_that_is_asked_for_makes_what_is_read_for_a_clip_stale(stand: Stand) -> None:
    stand.choose("free")
    numbers = [stand.player.files.number]
    for gesture in (stand.player.start, stand.player.stop, lambda: stand.player.play_take(make_take(1))):
        gesture()
        numbers.append(stand.player.files.number)
    assert len(set(numbers)) == 4


def test_a_takes_settings_come_back_with_its_seed_and_score(stand: Stand, own_score: PlayedScore) -> None:
    preset = dataclasses.replace(stand.catalogue.find("free"), temperature=1.25)
    take = dataclasses.replace(make_take(5), preset=preset, score=own_score)
    stand.choose("tune", read=False)
    stand.player.apply(take)
    stand.background.finish_all()  # the score of ``tune`` comes too late
    player = stand.player
    assert player.preset == stand.catalogue.find("free")
    assert (player.params.temperature, player.seeds.seed, player.seeds.locked) == (1.25, 5, True)
    assert player.score == own_score
    assert player.modified


def test_controls_that_differ_from_the_preset_are_told_and_taken_back(stand: Stand) -> None:
    stand.choose("free")
    assert not stand.player.modified
    stand.player.set_tags((("calm", 0.0),))
    assert not stand.player.modified  # a tag that weighs nothing changes nothing
    stand.player.set_tags((("calm", 0.5),))
    assert stand.player.modified
    stand.player.reset()
    assert not stand.player.modified


def test_a_new_seed_starts_what_plays_anew_with_it_and_leaves_the_lock_as_it_is(stand: Stand) -> None:
    stand.choose("free")
    renew_seed(stand.player)
    assert stand.session.requests == []
    stand.player.start()
    renew_seed(stand.player)
    assert len(stand.session.requests) == 2
    assert stand.session.requests[1].seed == stand.player.seeds.seed
    assert not stand.player.seeds.locked


def test_a_model_is_prepared_only_where_it_can_be(stand: Stand) -> None:
    stand.choose("lost")
    stand.player.prepare()
    stand.choose("free")
    stand.player.prepare()
    assert [request.preset.id for request in stand.session.prepared] == ["free"]


def test_a_stream_says_the_recording_of_its_preset_once_it_is_read(talk: Stand) -> None:
    talk.choose("ann", read=False)
    talk.player.start()
    assert talk.session.requests == []
    assert talk.player.state is State.PREPARING
    talk.background.finish_all()
    assert talk.said == ["high, ann"]
    assert talk.player.saying


def test_what_says_a_recording_starts_anew_in_another_voice_and_is_steered_otherwise(talk: Stand) -> None:
    talk.choose("ann")
    talk.player.start()
    talk.player.set_sampling(0.8, 1.0, 0)
    assert (len(talk.session.requests), len(talk.session.params)) == (1, 1)
    talk.player.set_speaker("bob")
    assert talk.said == ["high, ann", "high, bob"]
    talk.choose("bob")
    assert talk.said[2:] == ["low, bob"]
    assert talk.player.recordings.bend(0.0, 1.0, as_recorded=True)
    talk.player.start()
    talk.player.set_speaker("ann")  # it keeps its own timbre: only the manner changes, at once
    assert len(talk.session.requests) == 4
    assert talk.session.params[-1].speaker == "ann"


def test_a_model_that_could_say_something_does_not_start_with_nothing_to_say(talk: Stand) -> None:
    talk.choose("dumb")
    talk.player.start()
    assert talk.session.requests == []
    assert talk.refused == ["There is nothing to say: drop a recording of somebody who speaks on the window"]


def test_a_start_whose_recording_cannot_be_read_is_given_up_and_says_why(talk: Stand) -> None:
    talk.choose("gone", read=False)
    talk.player.start()
    talk.background.finish_all()
    assert talk.session.requests == []
    assert talk.player.state is State.IDLE
    assert "gone.wav" in talk.refused[-1]


def test_a_music_stream_is_given_no_recording(talk: Stand) -> None:
    talk.choose("ann")
    talk.choose("free")
    talk.player.start()
    assert talk.said == ["None, None"]
    assert not talk.player.saying


def test_a_takes_recording_comes_back_with_its_voice_and_is_said_once(talk: Stand) -> None:
    talk.choose("ann")
    talk.player.start()
    recording = talk.session.requests[0].recording
    assert recording is not None
    lower = dataclasses.replace(recording, pitch=-4.0)
    preset = dataclasses.replace(talk.catalogue.find("ann").without_material(), speaker="bob")
    take = dataclasses.replace(make_take(5), preset=preset, recording=lower)
    talk.player.apply(take)
    assert talk.player.recordings.recording == lower
    assert talk.said == ["high, ann", "high, bob"]
    assert talk.session.requests[-1].recording == lower
    assert talk.session.requests[-1].seed == 5

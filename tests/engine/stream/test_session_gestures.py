"""A session on its own threads, steered in any order: it never dies, and does what was asked for last."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StudioError
from engine.generation.backends import select_kernel
from engine.library.replay import replay
from engine.stream.messages import Failed, Finished, Started
from engine.wavenet.model_file import ModelFile
from tests.engine.stream.conftest import Player
from tests.engine.stream.fakes import FakeCards

GESTURES = ("play", "play what is gone", "prepare", "stop", "pause", "resume", "play audio", "rescan", "wait")
LAST = 99
MOVES = ("play", "stop", "pause", "resume", "temperature", "top-k", "tag", "volume", "wait", "wait longer")


def gone() -> ModelFile:
    raise StudioError("gone.safetensors: there is no such file")


def do(player: Player, gesture: str, seed: int) -> None:
    session, request = player.session, player.request(seed)
    if gesture == "play":
        session.play(request)
    elif gesture == "play what is gone":
        session.play(type(request)(gone, request.preset, request.params, seed, "cpu"))
    elif gesture == "prepare":
        session.prepare(request)
    elif gesture == "play audio":
        session.play_audio(np.zeros(500, np.float32), 16_000)
    elif gesture == "wait":
        time.sleep(0.02)
    else:
        getattr(session, gesture)()


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(GESTURES), max_size=12))
def test_whatever_was_done_before_the_last_request_is_heard_and_a_stop_silences_it(
    model: ModelFile, gestures: list[str]
) -> None:
    player = Player(FakeCards("Speakers, Fake"), model)
    try:
        for seed, gesture in enumerate(gestures):
            do(player, gesture, seed)
        player.session.play(player.request(LAST))
        player.until(lambda: any(event.seed == LAST for event in player.of(Started)))
        player.until(lambda: player.session.status().played > 500)
        assert player.session.status().state == "playing"
        player.session.stop()
        player.until(lambda: player.session.status().state == "idle")
        written = sum(len(card.sound()) for card in player.cards.opened)
        time.sleep(0.05)
        assert sum(len(card.sound()) for card in player.cards.opened) == written
        assert player.session.status().state == "idle"
        failures = [event.message for event in player.of(Failed)]
        assert all("gone.safetensors" in message for message in failures)
    finally:
        player.session.close()


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(MOVES), min_size=3, max_size=25))
def test_whatever_moves_while_it_plays_every_take_replays_to_the_same_samples(
    model: ModelFile, moves: list[str]
) -> None:
    player = Player(FakeCards("Speakers, Fake"), model)
    try:
        player.play()
        params = player.request().params
        for number, move in enumerate(moves):
            if move == "play":
                params = player.request(number).params
                player.session.play(player.request(number))
            elif move == "temperature":
                params = replace(params, temperature=0.3 + 0.1 * (number % 9))
            elif move == "top-k":
                params = replace(params, top_k=number % 5)
            elif move == "tag":
                params = replace(params, tags=(("calm", 0.2 * (number % 6)),))
            elif move == "volume":
                player.session.set_volume(0.1 * (number % 10))
            elif move.startswith("wait"):
                time.sleep(0.004 if move == "wait" else 0.06)
            else:
                getattr(player.session, move)()
            player.session.set_params(params)
        player.session.stop()
        player.until(lambda: player.session.status().state == "idle")
        takes = [event.take for event in player.of(Finished)]
        assert takes
        for take in takes:
            np.testing.assert_array_equal(replay(take, select_kernel(model, "cpu")), take.codes)
        assert [event.message for event in player.of(Failed)] == []
    finally:
        player.session.close()

"""What is to be played and how: preset, controls, seed; and the session that plays it. No widgets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.controllers.held import Held, held_by, plain
from app.controllers.latest_work import LatestWork
from app.controllers.recording_choice import RecordingChoice
from app.controllers.score_choice import ScoreChoice
from app.controllers.seed_choice import SeedChoice
from app.controllers.speech_choice import SpeechChoice
from app.controllers.start_request import reading, start_request, why_not_start
from engine.library.presets import Preset
from engine.library.recordings import SpokenRecording
from engine.library.scores import PlayedScore
from engine.library.takes import Take
from engine.stream.messages import Request
from engine.stream.states import State
from engine.wavenet.config import GenerationParams

if TYPE_CHECKING:
    from app.controllers.catalogue import Catalogue
    from app.controllers.event_bridge import Background
    from app.plots.spectrogram import Sound
    from engine.library.previews import Clip
    from engine.stream.playback import Region
    from engine.stream.session import Session


class Player(QObject):
    """Signals say what changed here; whoever shows it reads the attributes. It reads no file itself."""

    preset_changed = Signal()
    params_changed = Signal()
    playback_changed = Signal()
    """Another take or clip is asked for than before, or none."""
    refused = Signal(str)
    """Why something cannot be played."""

    def __init__(
        self, session: Session, catalogue: Catalogue, background: Background, engine: str = "auto"
    ) -> None:
        super().__init__()
        self._session, self._catalogue, self.engine = session, catalogue, engine
        self.preset: Preset | None = None
        self.params = GenerationParams()
        self.seeds = SeedChoice()
        self.scores = ScoreChoice(catalogue, background)
        self.scores.refused.connect(self.refused)
        self.recordings = RecordingChoice(catalogue, background)
        self.recordings.refused.connect(self.refused)
        self.speech = SpeechChoice()
        self.played_score: PlayedScore | None = None
        """What the stream or take that was asked for last plays."""
        self._said: SpokenRecording | None = None
        """What the stream that was asked for last says."""
        self._start_wanted = False
        self.take: Take | None = None
        """The take that was last asked to be played back; None for a clip."""
        self._clip, self._sound = "", ""
        self.request: Request | None = None
        """The stream that was asked for last."""
        self.files = LatestWork(background)
        """Reads aside what is then played; whatever else is asked to play, or to stop, drops it."""

    @property
    def state(self) -> State:
        """What the session does; preparing, too, where a start waits for the score."""
        state = self._session.status().state
        return State.PREPARING if self._start_wanted and state is State.IDLE else state

    @property
    def generating(self) -> bool:
        """Whether a stream runs, or is about to."""
        return self.state not in (State.IDLE, State.PLAYBACK)

    @property
    def saying(self) -> bool:
        """Whether a stream says a recording, or is about to."""
        return self.generating and self._said is not None

    @property
    def clip(self) -> str:
        """The preset whose clip sounds; empty where none does."""
        return self._clip if self.state is State.PLAYBACK else ""

    @property
    def sound(self) -> str:
        """What sounds and is neither take nor clip; empty where nothing such does."""
        return self._sound if self.state in (State.PLAYBACK, State.PREPARING) else ""

    @property
    def sounding(self) -> tuple[Take, float] | None:
        """The take that is played back, and at which second; None where none is."""
        status, take = self._session.status(), self.take
        return (take, status.played / take.sample_rate) if take and status.state is State.PLAYBACK else None

    @property
    def score(self) -> PlayedScore | None:
        """What streams of models that can play it are given."""
        return self.scores.score

    @property
    def modified(self) -> bool:
        """Whether the controls differ from the preset."""
        return self.preset is not None and plain(self.params) != plain(self.preset.params())

    def choose(self, preset: Preset) -> None:
        """Take up a preset, once what it brings is read. A stream goes on and changes, or starts anew."""
        before = self.score
        self._adopt_preset(preset)
        asked = self.files.number

        def follow() -> None:
            if self.preset is preset and not self._start_wanted_now() and asked == self.files.number:
                self._continue(before)

        self.preset_changed.emit()
        self.scores.follow(preset, lambda: self.recordings.follow(preset, follow))

    def start(self) -> None:
        """Begin a new take with the settings of now, and with what is being read; another gives way."""
        preset, why_not = self.preset, why_not_start(self, self._catalogue)
        if preset is None or why_not:
            self.refused.emit(why_not)
        elif reading(self):
            self._play_back(None)
            self._start_wanted = True
        else:
            request = start_request(self, preset, self.seeds.next(), self._catalogue)
            self.begin(dataclasses.replace(request, narration=self.speech.begin()))

    def begin(self, request: Request, *, plays: bool = False) -> None:
        """Play a stream that was asked for, or take one over that ``plays`` already."""
        self._play_back(None)
        self.request, self.played_score, self._said = request, request.score, request.recording
        self.speech.follow(request.narration)
        if plays:
            self.seeds.set(request.seed)
        else:
            self._session.play(request)

    def prepare(self) -> None:
        """Have the preset's model ready for ``start``; what is wrong with it is said there."""
        if self.preset is not None and not self._catalogue.why_not(self.preset):
            loader, seed = self._catalogue.loader(self.preset), self.seeds.seed
            self._session.prepare(Request(loader, self.preset, self.params, seed, self.engine))

    def toggle(self) -> None:
        """Play, go on after a pause, or stop."""
        state = self.state
        if state is State.IDLE:
            self.start()
        elif state is State.PAUSED:
            self._session.resume()
        else:
            self.stop()

    def stop(self) -> None:
        """Stop whatever sounds, or is about to."""
        self._ask()
        self._session.stop()

    def pause(self, on: bool) -> None:
        """Hold, or go on."""
        (self._session.pause if on else self._session.resume)()

    def play_take(
        self, take: Take, start: int | None = None, loop: Region | None = None, sound: Sound | None = None
    ) -> None:
        """Play a finished take from a sample on, or ``sound``; without ``start``, one that plays stops."""
        if start is None and self.sounding is not None and self.sounding[0].id == take.id:
            self.stop()
            return
        self._play_back(take)
        self.played_score = take.score
        sound = take.samples() if sound is None else sound
        self._session.play_audio(sound, take.sample_rate, start or 0, loop)

    def play_clip(self, preset: str, clip: Clip) -> None:
        """Play the clip of the preset with this id, whatever preset is in use; no take is made of it."""
        self._play_back(None, preset)
        self.played_score = None
        self._session.play_audio(clip.samples, clip.sample_rate)

    def play_sound(self, name: str, samples: Sound, sample_rate: int) -> None:
        """Play [n] samples in ±1, called ``name``; no take is made of them."""
        self._play_back(None)
        self.played_score, self._sound = None, name
        self._session.play_audio(samples, sample_rate)

    def set_sampling(self, temperature: float, top_p: float, top_k: int) -> None:
        """Steer how samples are drawn."""
        self.set_params(dataclasses.replace(self.params, temperature=temperature, top_p=top_p, top_k=top_k))

    def set_tags(self, tags: tuple[tuple[str, float], ...]) -> None:
        """Steer by tags."""
        self.set_params(dataclasses.replace(self.params, tags=tags))

    def set_speaker(self, speaker: str | None) -> None:
        """Steer by speaker."""
        self.set_params(dataclasses.replace(self.params, speaker=speaker))

    def set_params(self, params: GenerationParams) -> bool:
        """Let ``params`` hold; returns whether what plays starts anew: a recording said in another voice."""
        if params == self.params:
            return False
        speaker, self.params = self.params.speaker, params
        self.speech.set_speaker(params.speaker)
        self.params_changed.emit()
        anew = self.saying and speaker != params.speaker and not (self._said and self._said.as_recorded)
        if anew:
            self.start()
        elif self.generating:
            self._session.set_params(params)
        return anew

    def why_no_score(self) -> str:
        """Why no score can be played; empty where one can."""
        return self._catalogue.why_no_score(self.preset) if self.preset else "There is no preset"

    def set_score(self, score: PlayedScore | None, source: str = "") -> None:
        """Play these notes, or none: ``source`` to a preset. A stream that plays starts anew with them."""
        if score == self.score and not self.scores.reading:
            return
        self.scores.adopt(score, source)
        if self._start_wanted or (self.generating and not self.why_no_score()):
            self.start()

    def put_recording_away(self) -> None:
        """Say the preset's own recording from the next start on, in place of the user's."""
        if self.saying and not self._start_wanted:
            self.stop()
        self.recordings.put_away(self.preset, self._start_wanted_now)

    def reset(self) -> None:
        """Controls as the preset has them."""
        if self.preset is not None:
            self.set_params(self.preset.params())

    def apply(self, take: Take) -> None:
        """Controls, preset and seed as a take started with; the seed is then kept."""
        self.take_up(held_by(take, self._catalogue))

    def take_up(self, held: Held) -> None:
        """All at once; a stream of another model or score starts anew where the preset changes."""
        before = self.score
        mine = self.preset.id if self.preset else ""
        other = held.preset if held.preset and held.preset.id != mine else None
        if other is not None:
            self._adopt_preset(other)
        self.scores.adopt(held.score, held.source)
        self.recordings.restore(held.recording)
        self.speech.restore(held.manner, held.text)
        if other is not None:
            self.preset_changed.emit()
        self.seeds.set(held.seed)
        self.seeds.lock(held.locked)
        anew = self.set_params(held.params) or self._start_wanted_now()
        if other is not None and not anew:
            self._continue(before)

    def _play_back(self, take: Take | None, clip: str = "") -> None:
        self._ask()
        self.take, self._clip, self._sound = take, clip, ""
        self.playback_changed.emit()

    def _ask(self) -> None:
        """Something else is asked for than what waits for a file."""
        self.files.drop()
        self._start_wanted = False

    def _start_wanted_now(self) -> bool:
        """Begin what waited for a file, if something did; returns whether it did."""
        wanted, self._start_wanted = self._start_wanted, False
        if wanted:
            self.start()
        return wanted

    def _continue(self, score_before: PlayedScore | None) -> None:
        """Let what plays follow the preset that was chosen."""
        preset = self.preset
        if preset is None or not self.generating:
            return
        stream_model = self.request.preset.model if self.request else ""
        if stream_model == preset.model and self.score == score_before and self._said is None:
            self._session.set_params(self.params)
        else:
            self.start()

    def _adopt_preset(self, preset: Preset) -> None:
        self.preset = preset
        self.params = preset.params()
        self.seeds.follow(preset)
        self.speech.adopt(preset, says=self._catalogue.says(preset))

"""The phones that are heard in the take that is shown, and in what it continues: found aside, on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from app.controllers.latest_work import LatestWork
from app.controllers.reporter import Reporter
from engine.errors import StudioError
from engine.library.paths import recogniser_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from app.actions import Actions
    from app.controllers.event_bridge import Background
    from app.plots.wave import WavePlot
    from engine.library.takes import Take
    from engine.speech.recognition.recogniser import FoundPhone

    Sound = tuple[NDArray[np.float32], int, float]
    """Samples, their rate, and the second at which they begin."""

MOST_KNOWN = 8
"""Takes and beginnings whose phones are kept."""
NOT_THERE = "What hears phones is not installed"


class FoundPhones(Reporter):
    """Between the action, the take that is shown and its wave."""

    def __init__(
        self,
        wave: WavePlot,
        actions: Actions,
        background: Background,
        file: Callable[[], Path] = recogniser_file,
    ) -> None:
        """``file``: where the recogniser lies."""
        super().__init__()
        self._wave, self._action, self._file = wave, actions["found_phones"], file
        self._work = LatestWork(background)
        self._take: Take | None = None
        self._known: dict[object, tuple[FoundPhone, ...]] = {}
        actions.allow("found_phones", "" if file().is_file() else NOT_THERE)
        self._action.toggled.connect(self._show)
        wave.prime_changed.connect(self._show_prime)

    def show_take(self, take: Take | None) -> None:
        """Another take is shown; None while one is being made: then what it continues is listened to."""
        self._take = take
        self._show()

    def stop(self) -> None:
        """Begin nothing any more. Can be called twice."""
        self._work.drop()
        self._action.setChecked(False)

    @Slot()
    def _show_prime(self) -> None:
        if self._take is None:
            self._show()

    @Slot()
    def _show(self) -> None:
        self._work.drop()
        key, sound = self._subject() if self._action.isChecked() else (None, None)
        known = self._known.get(key)
        self._wave.show_phones(known or ())
        if sound is None or known is not None:
            return
        number = self._work.number + 1

        def go_on(share: float) -> None:
            if self._work.number != number:
                raise StudioError("something else is shown by now")

        def done(phones: tuple[FoundPhone, ...]) -> None:
            self._known[key] = phones
            while len(self._known) > MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
            self._wave.show_phones(phones)

        file = self._file()
        self._work.run(lambda: listen(sound, file, go_on), done, self._failed)

    def _subject(self) -> tuple[object, Callable[[], Sound] | None]:
        """What is listened to, by what it is known."""
        take, prime = self._take, self._wave.prime
        if take is not None:
            return take.id, lambda: sound_of(take)
        if prime is None or not len(prime.sound):
            return None, None
        rate = round(len(prime.sound) / prime.seconds)
        return prime.pyramid, lambda: (prime.sound, rate, -prime.seconds)

    def _failed(self, why: str) -> None:
        self.reported.emit(f"No phones are heard: {why}", "error")


def sound_of(take: Take) -> Sound:
    """What a take continues, before 0 s, and the take. Raises StudioError where it cannot be read."""
    import numpy as np

    from engine.library.packed_codes import unpack_codes
    from engine.wavenet.codes import decode
    from engine.wavenet.emphasis import Deemphasis

    before = np.zeros(0, np.float32)
    if take.prime:
        before = Deemphasis(take.emphasis)(decode(unpack_codes(take.prime, take.codes.dtype.type)))
    return np.concatenate([before, take.samples()]), take.sample_rate, -len(before) / take.sample_rate


def listen(
    sound: Callable[[], Sound], file: Path, progress: Callable[[float], None]
) -> tuple[FoundPhone, ...]:
    """The phones of a sound by the recogniser in ``file``; this thread then gives way. Raises StudioError."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    from engine.files.audio import resampled
    from engine.speech.recognition.recogniser import Recogniser
    from engine.stream.priority import give_way

    give_way()
    recogniser = Recogniser.read(file)
    samples, rate, first_s = sound()
    blocks = resampled([samples], rate, recogniser.sample_rate)
    with threadpool_limits(1, user_api="blas"):  # the stream wants the other core
        found = recogniser.recognise(np.concatenate(list(blocks)), progress)
    return tuple(p._replace(start_s=p.start_s + first_s, end_s=p.end_s + first_s) for p in found)

"""Render five seconds of a preset's model to a WAV file through the library, without the window.

From the project's folder:  .venv/bin/python -m examples.play_a_model piano piano.wav
"""

import sys
from pathlib import Path

from engine.generation.backends import select_kernel
from engine.generation.generator import Generator
from engine.library.audio_files import write_audio
from engine.library.models import ModelLibrary
from engine.library.paths import model_folders, preset_folders
from engine.library.presets import PresetLibrary
from engine.wavenet.emphasis import samples_of


def render(preset_name: str, path: Path, seconds: float = 5.0, seed: int = 1) -> None:
    """The same preset and seed give the same file. Raises StudioError where there is no such preset."""
    preset = PresetLibrary(preset_folders()).find(preset_name)
    model = ModelLibrary(model_folders()).load(preset.model)
    generator = Generator(select_kernel(model), preset.params(), seed)
    block = generator.step(round(seconds * model.config.sample_rate))
    write_audio(path, samples_of(model.config, block.codes), model.config.sample_rate)


if __name__ == "__main__":
    render(sys.argv[1], Path(sys.argv[2]))

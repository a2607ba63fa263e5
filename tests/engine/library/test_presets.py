from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import StudioError
from engine.library.preset_fields import slug
from engine.library.presets import Preset, PresetLibrary, new_seed, read_preset, to_toml
from engine.wavenet.config import GenerationParams

GOOD = """\
name = "Quiet Piano"
category = "genre"
model = "music"
temperature = 0.9

[tags]
piano = 1.0
"electric guitar" = 0.5
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    write(tmp_path / "factory", "quiet-piano", GOOD)
    return tmp_path / "factory", tmp_path / "user"


def test_a_file_becomes_a_preset_named_after_it(tmp_path: Path) -> None:
    preset = read_preset(write(tmp_path, "quiet", GOOD), factory=True)
    assert preset == Preset(
        id="quiet",
        name="Quiet Piano",
        category="genre",
        model="music",
        temperature=0.9,
        tags={"piano": 1.0, "electric guitar": 0.5},
        factory=True,
    )


def test_a_preset_gives_the_parameters_to_start_with(tmp_path: Path) -> None:
    preset = read_preset(write(tmp_path, "quiet", GOOD), factory=True)
    tags = (("piano", 1.0), ("electric guitar", 0.5))
    assert preset.params() == GenerationParams(temperature=0.9, tags=tags)


def test_changed_parameters_come_back_from_the_changed_preset(tmp_path: Path) -> None:
    preset = read_preset(write(tmp_path, "quiet", GOOD), factory=True)
    params = GenerationParams(temperature=1.5, top_k=3, top_p=0.5, speaker="slt", tags=(("rock", 2.0),))
    assert preset.with_params(params).params() == params
    assert preset.with_params(params).name == "Quiet Piano"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("temperature", "temprature"),
            r"quiet\.toml: temprature: unknown field; did you mean temperature\?",
        ),
        (("0.9", "9.0"), r"quiet\.toml: temperature: input should be less than or equal to 4 \(got 9\.0\)"),
        (("0.9", "nan"), r"quiet\.toml: temperature: input should be .*\(got nan\)"),
        (("0.9", '"hot"'), r"quiet\.toml: temperature: input should be a valid number \(got 'hot'\)"),
        (("0.9", "true"), r"quiet\.toml: temperature: input should be a valid number \(got True\)"),
        (
            ("piano = 1.0", "piano = 3.0"),
            r"quiet\.toml: tags\.piano: input should be less than or equal to 2",
        ),
        (('"genre"', '"mood"'), r"quiet\.toml: category: input should be 'genre', 'speaker' or 'user'"),
        (('"Quiet Piano"', '""'), r"quiet\.toml: name: string should have at least 1 character"),
        (
            ("temperature = 0.9", "seed = -1"),
            r"quiet\.toml: seed: input should be greater than or equal to 0",
        ),
        (("temperature = 0.9", 'id = "x"'), r"quiet\.toml: id: unknown field"),
        (('model = "music"', ""), r"quiet\.toml: model: field required"),
        (("[tags]", "[tags"), r"quiet\.toml: not a TOML file: .*line 6"),
    ],
)
def test_a_fault_in_a_file_is_one_line_with_file_and_field(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = write(tmp_path, "quiet", GOOD.replace(*change))
    with pytest.raises(StudioError, match=message) as error:
        read_preset(path, factory=False)
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "quiet.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudioError, match=r"quiet\.toml: not a TOML file"):
        read_preset(path, factory=False)


def test_a_folder_named_like_a_preset_is_refused(tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").mkdir()
    with pytest.raises(StudioError, match=r"quiet\.toml: cannot read the preset: Is a directory"):
        read_preset(tmp_path / "quiet.toml", factory=False)


def test_broken_files_are_named_and_the_rest_loads(folders: tuple[Path, Path]) -> None:
    write(folders[1], "bad", "name = 1")
    write(folders[1], "mine", GOOD.replace("Quiet Piano", "Mine"))
    library = PresetLibrary(folders)
    assert [preset.id for preset in library.presets()] == ["mine", "quiet-piano"]
    assert len(library.problems) == 1
    assert "bad.toml: name: input should be a valid string" in library.problems[0]


def test_asking_for_a_broken_preset_tells_what_is_wrong_with_it(folders: tuple[Path, Path]) -> None:
    write(folders[1], "bad", GOOD.replace("0.9", "9"))
    with pytest.raises(StudioError, match=r"bad\.toml: temperature"):
        PresetLibrary(folders).find("bad")


def test_a_users_file_cannot_stand_in_for_a_factory_preset(folders: tuple[Path, Path]) -> None:
    write(folders[1], "quiet-piano", GOOD.replace("0.9", "2.0"))
    library = PresetLibrary(folders)
    assert library.find("quiet-piano").temperature == 0.9
    assert len(library.problems) == 1
    assert "quiet-piano.toml: a factory preset has this file's name" in library.problems[0]


def test_folders_that_do_not_exist_hold_nothing(tmp_path: Path) -> None:
    library = PresetLibrary([tmp_path / "a", tmp_path / "b"])
    assert library.presets() == []
    assert library.problems == []


@pytest.mark.parametrize("name", ["quiet-piano", "Quiet Piano", "QUIET PIANO"])
def test_presets_are_found_by_id_and_by_name(folders: tuple[Path, Path], name: str) -> None:
    assert PresetLibrary(folders).find(name).id == "quiet-piano"


def test_an_unknown_preset_is_answered_with_the_nearest(folders: tuple[Path, Path]) -> None:
    with pytest.raises(StudioError, match=r"preset 'quiet-pino' is unknown; did you mean quiet-piano\?"):
        PresetLibrary(folders).find("quiet-pino")


def test_presets_come_by_category_and_name(tmp_path: Path) -> None:
    for name, category in (("B", "speaker"), ("C", "genre"), ("a", "speaker"), ("D", "user")):
        write(tmp_path, name, f'name = "{name}"\ncategory = "{category}"\nmodel = "m"')
    assert [preset.name for preset in PresetLibrary([tmp_path]).presets()] == ["C", "a", "B", "D"]


def test_what_is_saved_is_found_again_by_another_library(folders: tuple[Path, Path]) -> None:
    mine = Preset(
        id="",
        name='Größe "Zwei"',
        category="genre",
        model="music",
        description="line\none",
        speaker="slt",
        temperature=0.5,
        top_k=7,
        top_p=0.25,
        seed=2**64 - 1,
        tags={"a = b": 2.0},
        factory=True,
    )
    saved = PresetLibrary(folders).save(mine)
    assert saved.id == "grosse-zwei"
    assert (saved.category, saved.factory) == ("user", False)
    assert saved.params() == mine.params()
    assert PresetLibrary(folders).find("grosse-zwei") == saved


def test_saving_shows_at_once_in_the_same_library(folders: tuple[Path, Path]) -> None:
    library = PresetLibrary(folders)
    saved = library.save(Preset(id="x", name="Mine", category="user", model="m"))
    assert saved in library.presets()


def test_saving_again_under_the_same_name_replaces(folders: tuple[Path, Path]) -> None:
    library = PresetLibrary(folders)
    for temperature in (0.5, 0.75):
        library.save(Preset(id="x", name="Mine", category="user", model="m", temperature=temperature))
    assert [p.temperature for p in library.presets() if p.name == "Mine"] == [0.75]


@pytest.mark.parametrize("name", ["Quiet Piano", "quiet  piano!"])
def test_saving_under_a_factory_presets_name_is_refused(folders: tuple[Path, Path], name: str) -> None:
    library = PresetLibrary(folders)
    with pytest.raises(StudioError, match="a factory preset has this name; choose another"):
        library.save(Preset(id="x", name=name, category="user", model="m"))
    assert not folders[1].exists()


def test_where_the_users_folder_cannot_be_made_saving_says_so(folders: tuple[Path, Path]) -> None:
    folders[1].write_text("in the way")
    with pytest.raises(StudioError, match="user: cannot make the folder for presets"):
        PresetLibrary(folders).save(Preset(id="x", name="Mine", category="user", model="m"))


def test_a_preset_without_seed_or_speaker_has_neither_in_its_file() -> None:
    text = to_toml(Preset(id="x", name="Mine", category="user", model="m"))
    assert "seed" not in text
    assert "speaker" not in text


def test_a_name_without_letters_makes_no_file_name() -> None:
    with pytest.raises(StudioError, match="a name needs a letter or a digit"):
        slug("../ !")


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    assert slug("../../Etc/Passwd") == "etc-passwd"


def test_new_seeds_differ_and_fit_into_32_bits() -> None:
    seeds = {new_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_preset_may_name_a_score_or_a_file_but_no_place_that_depends_on_where_one_stands(
    tmp_path: Path,
) -> None:
    for score in ("minuet", str(tmp_path / "song.mid")):
        text = GOOD.replace("[tags]", f'score = "{score}"\nafter = "silence"\n[tags]')
        preset = read_preset(write(tmp_path, "quiet", text), factory=True)
        assert (preset.score, preset.after) == (score, "silence")
        assert read_preset(write(tmp_path, "quiet", to_toml(preset)), factory=True) == preset
        assert (preset.without_material().score, preset.without_material().after) == (None, "improvise")
    text = GOOD.replace("[tags]", 'score = "../song.mid"\n[tags]')
    with pytest.raises(StudioError, match=r"quiet\.toml: score: neither a score's name nor"):
        read_preset(write(tmp_path, "quiet", text), factory=True)


def test_a_preset_may_name_a_recording_and_how_it_is_bent(tmp_path: Path) -> None:
    for recording in ("heart", str(tmp_path / "me.wav")):
        bend = f'recording = "{recording}"\npitch = -2.5\nspeed = 2\nas_recorded = true\n[tags]'
        preset = read_preset(write(tmp_path, "loud", GOOD.replace("[tags]", bend)), factory=True)
        assert (preset.recording, preset.pitch, preset.speed) == (recording, -2.5, 2.0)
        assert preset.as_recorded
        assert read_preset(write(tmp_path, "loud", to_toml(preset)), factory=True) == preset
        plain = read_preset(write(tmp_path, "loud", GOOD), factory=True)
        assert preset.without_material() == plain


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('recording = "../me.wav"', "recording: neither a recording's name nor the absolute path"),
        ('recording = "me.wav"', "recording: neither a recording's name nor the absolute path"),
        ('recording = ""', "recording"),
        ("recording = 3", "recording"),
        ("pitch = 30.0", "pitch"),
        ("speed = 0.0", "speed"),
        ('recording = "heart"\nscore = "minuet"', "a score and a recording do not go together"),
    ],
)
def test_a_recording_that_cannot_be_is_named_with_its_field(tmp_path: Path, line: str, reason: str) -> None:
    text = GOOD.replace("[tags]", f"{line}\n[tags]")
    with pytest.raises(StudioError, match=rf"loud\.toml: .*{reason}"):
        read_preset(write(tmp_path, "loud", text), factory=True)


def mine(library: PresetLibrary, name: str = "Mine", description: str = "") -> Preset:
    return library.save(Preset(id="x", name=name, category="user", model="m", description=description))


def test_a_preset_of_ones_own_gets_another_name_and_with_it_another_file(folders: tuple[Path, Path]) -> None:
    library = PresetLibrary(folders)
    renamed = library.rename(mine(library).id, "Yours", "for you")
    assert (renamed.id, renamed.name, renamed.description) == ("yours", "Yours", "for you")
    assert [path.name for path in folders[1].iterdir()] == ["yours.toml"]
    assert PresetLibrary(folders).find("yours") == renamed
    assert library.rename("yours", "YOURS", "").id == "yours"  # the same file
    assert [path.name for path in folders[1].iterdir()] == ["yours.toml"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Quiet Piano", "a factory preset has this name"),
        ("Other", "another preset has this name"),
        ("!", "letter"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(folders: tuple[Path, Path], name: str, why: str) -> None:
    library = PresetLibrary(folders)
    kept = mine(library)
    mine(library, "Other")
    with pytest.raises(StudioError, match=why):
        library.rename(kept.id, name, "")
    assert library.find("mine") == kept


def test_a_deleted_preset_is_gone_and_comes_back_as_it_was(folders: tuple[Path, Path]) -> None:
    library = PresetLibrary(folders)
    kept = mine(library, description="d")
    assert library.remove("mine") == kept
    assert list(folders[1].iterdir()) == []
    with pytest.raises(StudioError, match="'mine' is unknown"):
        library.find("mine")
    library.restore(kept)
    assert PresetLibrary(folders).find("mine") == kept


def test_what_came_with_the_program_is_neither_renamed_nor_deleted(folders: tuple[Path, Path]) -> None:
    library = PresetLibrary(folders)
    factory = next(preset for preset in library.presets() if preset.factory)
    for change in (lambda: library.remove(factory.id), lambda: library.rename(factory.id, "Other", "")):
        with pytest.raises(StudioError, match="came with the program and cannot be changed"):
            change()
    assert factory in library.presets()


def test_a_preset_file_is_taken_in_beside_those_that_are_there(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    library = PresetLibrary(folders)
    path = tmp_path / "given.toml"
    path.write_text('name = "Quiet Piano"\ncategory = "genre"\nmodel = "m"\ntemperature = 0.5\n')
    names = [library.take_in(path).name for _ in range(2)]
    assert names == ["Quiet Piano 2", "Quiet Piano 3"]
    taken = PresetLibrary(folders).find("quiet-piano-2")
    assert (taken.category, taken.factory, taken.temperature) == ("user", False, 0.5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no toml", "not a TOML file"),
        ('name = "A"\ncategory = "genre"\nmodel = "m"\nmodle = 1', "modle: unknown field"),
        ('name = "A"\ncategory = "genre"\nmodel = "m"\ntemperature = 9.0', "temperature"),
        ('name = "!"\ncategory = "genre"\nmodel = "m"', "a name needs a letter"),
    ],
)
def test_a_file_that_is_no_preset_is_refused_in_one_line(
    folders: tuple[Path, Path], tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "given.toml"
    path.write_text(text)
    with pytest.raises(StudioError, match=why) as error:
        PresetLibrary(folders).take_in(path)
    assert "\n" not in str(error.value)
    assert not folders[1].exists()

from __future__ import annotations

from pathlib import Path

import pytest

from engine.corpus.readers import magnatagatune
from engine.corpus.readers.magnatagatune_tags import SYNONYMS, merged
from engine.errors import StudioError
from tests.engine.corpus.readers.trees import corpus_of, loudest_frequency, skipped, text, tone

# Every tag of annotations_final.csv, in its order.
TAGS = (
    "no voice|singer|duet|plucking|hard rock|world|bongos|harpsichord|female singing|clasical|sitar|"
    "chorus|female opera|male vocal|vocals|clarinet|heavy|silence|beats|men|woodwind|funky|"
    "no strings|chimes|foreign|no piano|horns|classical|female|no voices|soft rock|eerie|spacey|jazz|"
    "guitar|quiet|no beat|banjo|electric|solo|violins|folk|female voice|wind|happy|ambient|new age|"
    "synth|funk|no singing|middle eastern|trumpet|percussion|drum|airy|voice|repetitive|birds|space|"
    "strings|bass|harpsicord|medieval|male voice|girl|keyboard|acoustic|loud|classic|string|drums|"
    "electronic|not classical|chanting|no violin|not rock|no guitar|organ|no vocal|talking|choral|"
    "weird|opera|soprano|fast|acoustic guitar|electric guitar|male singer|man singing|"
    "classical guitar|country|violin|electro|reggae|tribal|dark|male opera|no vocals|irish|"
    "electronica|horn|operatic|arabic|lol|low|instrumental|trance|chant|strange|drone|synthesizer|"
    "heavy metal|modern|disco|bells|man|deep|fast beat|industrial|hard|harp|no flute|jungle|pop|lute|"
    "female vocal|oboe|mellow|orchestral|viola|light|echo|piano|celtic|male vocals|orchestra|eastern|"
    "old|flutes|punk|spanish|sad|sax|slow|male|blues|vocal|indian|no singer|scary|india|woman|"
    "woman singing|rock|dance|piano solo|guitars|no drums|jazzy|singing|cello|calm|female vocals|"
    "voices|different|techno|clapping|house|monks|flute|not opera|not english|oriental|beat|upbeat|"
    "soft|noise|choir|female singer|rap|metal|hip hop|quick|water|baroque|women|fiddle|english"
).split("|")

CLIPS = {
    "0/artist-album-01-song-0-29.mp3": {"guitars", "man singing", "no piano"},
    "9/artist-album-02-song-0-29.mp3": {"guitar", "male vocal"},
    "b/artist-album-03-song-29-58.mp3": {"classical", "clasical", "violins"},
    "c/artist-album-04-song-0-29.mp3": {"classic", "guitar"},
    "d/artist-album-05-song-0-29.mp3": {"male voice", "lol"},
    "f/artist-album-06-song-0-29.mp3": {"lol"},
    "a/broken-album-07-song-0-29.mp3": {"guitar"},
    "e/missing-album-08-song-0-29.mp3": {"guitar"},
}


def annotations(folder: Path, extra: str = "") -> None:
    lines = [["clip_id", *TAGS, "mp3_path"]]
    for number, (path, tags) in enumerate(CLIPS.items(), start=2):
        lines.append([str(number), *("1" if tag in tags else "0" for tag in TAGS), path])
    quoted = ["\t".join(f'"{cell}"' for cell in line) for line in lines]
    text(folder / "annotations_final.csv", "\n".join(quoted) + "\n" + extra)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "MagnaTagATune"
    annotations(root)
    for number, path in enumerate(CLIPS):
        if path[2:].startswith("artist"):
            pitch = 200.0 + 100 * number
            tone(root / path, pitch, rate=44_100, seconds=3, channels=2, format="MP3")
    (root / "a").mkdir()
    (root / "a" / "broken-album-07-song-0-29.mp3").touch()  # the real set has three of these
    return root


def test_tags_are_merged_counted_and_the_most_frequent_kept(tmp_path: Path, source: Path) -> None:
    listing = magnatagatune.read(source, tags=3)
    corpus = corpus_of(listing, tmp_path / "c")
    # guitar 5, male vocals 3, then classical 2 and lol 2, of which the alphabet takes the first
    assert corpus.tags == ("classical", "guitar", "male vocals")
    assert {p.id: p.tags for p in corpus.pieces} == {
        "0/artist-album-01-song-0-29": ("guitar", "male vocals"),
        "9/artist-album-02-song-0-29": ("guitar", "male vocals"),
        "b/artist-album-03-song-29-58": ("classical",),
        "c/artist-album-04-song-0-29": ("classical", "guitar"),
        "d/artist-album-05-song-0-29": ("male vocals",),
    }
    assert listing.notes == [
        "3 of 6 merged tags are kept: classical, guitar, male vocals",
        "clips that bear none of them, left out: 1",
    ]


def test_the_folders_letter_decides_the_split(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(magnatagatune.read(source), tmp_path / "c")
    splits = {name: [p.id[0] for p in corpus.split(name)] for name in ("train", "validation", "test")}
    assert splits == {"train": ["0", "9", "b"], "validation": ["c"], "test": ["d", "f"]}


def test_stereo_mp3_becomes_mono_at_the_corpus_rate(tmp_path: Path, source: Path) -> None:
    corpus = corpus_of(magnatagatune.read(source), tmp_path / "c")
    pitches = [loudest_frequency(corpus.samples(p), 16_000) for p in corpus.pieces]
    assert pitches == pytest.approx([200, 300, 400, 500, 600, 700], abs=0.4)
    assert {p.length for p in corpus.pieces} == {48_000}
    assert corpus.pieces[0].details == {"clip": "2"}
    assert corpus.about["kind"] == "music"


def test_broken_missing_and_malformed_clips_are_named(tmp_path: Path, source: Path) -> None:
    annotations(source, extra='"99"\t"0"\t"1"\n')
    assert skipped(corpus_of(magnatagatune.read(source), tmp_path / "c")) == {
        "annotations_final.csv line 10": "not a clip, 188 times 0 or 1, and a path",
        "broken-album-07-song-0-29.mp3": "not audio that can be read: Format not recognised",
        "missing-album-08-song-0-29.mp3": "the file is missing",
    }


def test_the_audio_may_lie_in_a_folder_of_its_own(tmp_path: Path, source: Path) -> None:
    (source / "mp3").mkdir()
    for folder in {path[0] for path in CLIPS} - {"e"}:
        (source / folder).rename(source / "mp3" / folder)
    assert len(corpus_of(magnatagatune.read(source), tmp_path / "c").pieces) == 6


def test_every_synonym_is_one_of_the_188_tags_and_stands_for_one_tag_only() -> None:
    assert len(TAGS) == len(set(TAGS)) == 188
    others = [other for group in SYNONYMS.values() for other in group]
    assert len(others) == len(set(others))
    assert set(others) <= set(TAGS)
    assert set(SYNONYMS).isdisjoint(others)
    assert set(SYNONYMS) <= set(TAGS)


@pytest.mark.parametrize(
    ("tag", "stays"),
    [
        ("clasical", "classical"),
        ("harpsicord", "harpsichord"),
        ("woman singing", "female vocals"),
        ("male vocal", "male vocals"),
        ("no voice", "no vocals"),
        ("electronica", "electronic"),
        ("electric", "electric"),
        ("harp", "harp"),
    ],
)
def test_a_tag_becomes_the_one_that_stays(tag: str, stays: str) -> None:
    assert merged(tag) == stays


def test_what_is_not_magnatagatune_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"is not MagnaTagATune: it has no annotations_final\.csv"):
        magnatagatune.read(tmp_path)
    text(tmp_path / "annotations_final.csv", "clip_id,piano,mp3_path\n")
    with pytest.raises(StudioError, match="with tabs between"):
        magnatagatune.read(tmp_path)
    annotations(tmp_path)
    with pytest.raises(StudioError, match=r"unpack mp3\.zip there"):
        magnatagatune.read(tmp_path)

"""Files, folders and patterns name the recordings of a check."""

import pytest

from pendo_contracts.recordings import RecordingError
from pendo_contracts.recordings.source_files import find_source_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Prepare two recordings in folders, and a file that is none."""
    for name in ("day/b.ndjson", "day/deep/a.HAR", "day/readme.md", "other/b.ndjson"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*sources):
    return [file.name for file in find_source_files(sources).files]


def test_folder_gives_its_recordings_and_counts_the_others(folder):
    found = find_source_files([folder / "day"])
    assert ([file.name for file in found.files], found.skipped) == (["b.ndjson", "deep/a.HAR"], 1)
    assert not any(file.required for file in found.files)


@pytest.mark.usefixtures("folder")
def test_equal_names_are_replaced_by_paths():
    assert names("day/b.ndjson", "other/b.ndjson") == ["day/b.ndjson", "other/b.ndjson"]


@pytest.mark.usefixtures("folder")
def test_file_is_read_once():
    assert names("day/b.ndjson", "day/b.ndjson") == ["b.ndjson"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("*/*.ndjson", ["day/b.ndjson", "other/b.ndjson"]), ("**/*.HAR", ["a.HAR"]), ("-", ["stdin"])],
)
def test_pattern_gives_the_matching_files_in_order(pattern, expected):
    assert names(pattern) == expected


def test_existing_name_is_not_a_pattern(folder):
    (folder / "day[1].har").write_text("")
    assert names("day[1].har") == ["day[1].har"]


@pytest.mark.parametrize("source", ["missing", "*.txt", "empty"])
def test_source_without_a_recording_is_an_error(folder, source):
    (folder / "empty").mkdir()
    with pytest.raises(RecordingError, match=source.strip("*")):
        find_source_files([source])


@pytest.mark.usefixtures("folder")
def test_file_with_several_names_is_read_once(folder):
    (folder / "day/link.ndjson").symlink_to("b.ndjson")
    assert names("day/b.ndjson", "./day/b.ndjson", "day") == ["b.ndjson", "deep/a.HAR"]


@pytest.mark.usefixtures("folder")
def test_pattern_does_not_follow_links_to_folders(folder):
    for link in ("one", "two"):
        (folder / "day/deep" / link).symlink_to(folder)
    assert names("**/*.HAR") == ["a.HAR"]


@pytest.mark.usefixtures("folder")
def test_pattern_fails_only_if_no_folder_has_a_recording(folder):
    (folder / "empty").mkdir()
    assert sorted(names("*")) == ["day/b.ndjson", "deep/a.HAR", "other/b.ndjson"]
    with pytest.raises(RecordingError, match="has a recording"):
        find_source_files(["emp*"])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("**/*", []), ("**/.h/*", ["c.har"]), (".*/c**.har", ["c.har"]), ("day/../d*/**/*.HAR", ["a.HAR"])],
)
def test_wildcard_matches_no_hidden_file(folder, pattern, expected):
    (folder / ".h").mkdir()
    (folder / ".h/c.har").write_text("")
    assert [name for name in names(pattern) if name in {"c.har", "a.HAR"}] == expected

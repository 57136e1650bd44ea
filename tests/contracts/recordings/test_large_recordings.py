"""Recordings are read in parts: entries before a damage are used, and every size limit is one entry's problem."""

import io
import json

import pytest

from pendo_contracts.recordings import RecordingError, read_recording
from pendo_contracts.recordings.json_stream import DamagedJsonError, JsonStream, TooLargeError
from pendo_contracts.recordings.line_splitter import split_lines
from pendo_contracts.recordings.reading import read_parts

URL = "https://data.pendo.io/data/ptm.gif/k"
LINE = json.dumps({"method": "GET", "url": URL, "headers": {}, "body": ""}).encode()
HAR_ENTRY = {"request": {"method": "GET", "url": URL, "headers": []}, "response": {"status": 200}}


def har(count):
    return json.dumps({"log": {"version": "1.2", "pages": [{}], "entries": [HAR_ENTRY] * count, "comment": "x"}})


def read(tmp_path, content):
    (tmp_path / "a").write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_recording(tmp_path / "a"))


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_size_of_the_parts_does_not_change_the_entries(tmp_path, size):
    content = b"\n\n" + LINE + b"\r\nnot json\n" + LINE * 2 + b"\n   \n" + LINE
    expected = [(entry.where, entry.envelope, entry.problem) for entry in read(tmp_path, content)]
    parts = [entry for part in read_parts(tmp_path / "a", size=size) for entry in part.entries()]
    assert [(entry.where, entry.envelope, entry.problem) for entry in parts] == expected
    assert [where for where, *_ in expected] == ["a:3", "a:4", "a:5", "a:7"]


def test_entries_before_the_damage_of_a_har_are_read(tmp_path):
    *entries, damage = read(tmp_path, har(5)[:-150])
    assert [entry.where for entry in entries] == ["a#0", "a#1", "a#2"]
    assert "the file is damaged: not JSON" in damage.problem


def test_har_that_is_damaged_before_its_first_entry_is_not_a_recording(tmp_path):
    with pytest.raises(RecordingError, match="damaged"):
        read(tmp_path, har(1)[:60])


def test_text_after_the_end_of_a_har_is_a_damage(tmp_path):
    first, damage = read(tmp_path, har(1) + "{}")
    assert (first.problem, "the end of the file must follow" in damage.problem) == ("", True)


def test_large_array_of_requests_is_read_one_by_one(tmp_path):
    entries = read(tmp_path, b"[\n" + b",\n".join([LINE] * 1000) + b"]")
    assert (len(entries), entries[-1].where, {entry.problem for entry in entries}) == (1000, "a#999", {""})


def test_damaged_first_line_of_a_large_capture_is_one_entry(tmp_path):
    entries = read(tmp_path, b'"method": "GET"}\n' + b"\n".join([LINE] * 1000))
    assert [bool(entry.problem) for entry in entries] == [True] + [False] * 1000


def test_line_above_the_limit_is_one_entry():
    lines = [LINE, b"x" * 500, LINE, b"y" * 5000, LINE]
    parts = split_lines(io.BytesIO(b"\n".join(lines)), "a", 64, lambda: 0.5, limit=400)
    entries = [entry for part in parts for entry in part.entries()]
    assert [(entry.where, entry.problem) for entry in entries] == [
        ("a:1", ""),
        ("a:2", "the line is longer than 400 bytes"),
        ("a:3", ""),
        ("a:4", "the line is longer than 400 bytes"),
        ("a:5", ""),
    ]


class Dribble(io.BytesIO):
    """A stream that returns a few bytes at a time."""

    def __init__(self, data, step):
        super().__init__(data)
        self._step = step

    def read(self, _=-1):
        return super().read(self._step)


VALUES = [{"a": [1, -2.5e3, True, None]}, 'quote " and \\ back', "\ud800", "é🙂", 12345678901234567890, [], {}, ""]


@pytest.mark.parametrize("step", [1, 2, 3, 64])
def test_stream_reads_the_same_values_as_json(step):
    cursor = JsonStream(Dribble(json.dumps(VALUES, ensure_ascii=step % 2 == 1).encode("utf-8", "surrogatepass"), step))
    assert [cursor.value() for _ in cursor.items()] == VALUES
    cursor.end()


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_value_above_the_limit_is_skipped(step):
    values = [1, {"a": ['\\"]}', "x" * 300, {"b": "}"}]}, "y" * 300, [2]]
    cursor = JsonStream(Dribble(json.dumps(values).encode(), step), limit=100)
    read = []
    for _ in cursor.items():
        try:
            read.append(cursor.value())
        except TooLargeError:
            read.append("too large")
    assert read == [1, "too large", "too large", [2]]


@pytest.mark.parametrize("text", ["[1,]", "[1 2]", "[nul]", '["a\n"]', "[1", '["a', "{1: 2}", "\xff"])
def test_damage_is_reported(text):
    cursor = JsonStream(io.BytesIO(text.encode("latin-1")))
    with pytest.raises(DamagedJsonError):
        _ = [cursor.value() for _ in cursor.items()]

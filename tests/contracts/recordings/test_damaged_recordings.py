"""One damaged entry of a recording is reported, and the other entries are read."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing

import pytest

from pendo_contracts.checking.recording_check import check_recordings
from pendo_contracts.recordings import RecordingError, read_recording
from pendo_contracts.recordings.json_stream import JsonStream, TooLargeError
from pendo_contracts.recordings.ndjson_reader import DEPTH_LIMIT, read_lines

URL = "https://data.pendo.io/data/ptm.gif/k"
MANY_DIGITS = "1" * 5000
FORM = "application/x-www-form-urlencoded"


def har_entry(**posted):
    request = {"method": "POST", "url": URL, "headers": [], "postData": posted}
    return json.dumps({"request": request, "response": {"status": 200}})


GOOD = har_entry(text="{}")


def har(*entries):
    return '{"log": {"entries": [' + ",".join(entries) + "]}}"


def problems(file):
    return [entry.problem for entry in read_recording(file)]


def assert_second_is_unreadable(file):
    first, second, third = problems(file)
    assert (first, bool(second), third) == ("", True, "")
    assert len(second) < 500


@pytest.mark.parametrize(
    "damaged",
    [
        f'{{"x": {MANY_DIGITS}}}',
        MANY_DIGITS,
        '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        har_entry(_file="a\0b"),
        har_entry(_file="loop"),
        har_entry(_file="x" * 5000),
        har_entry(_file="\ud800"),
        har_entry(mimeType=FORM, params=[{"name": "\ud800", "value": "x"}]),
    ],
    ids=["digits", "number", "depth", "nul", "loop", "long name", "surrogate name", "surrogate field"],
)
def test_damaged_entry_of_a_har_is_unreadable(tmp_path, damaged):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "a.har").write_text(har(GOOD, damaged, GOOD))
    assert_second_is_unreadable(tmp_path / "a.har")


def test_damaged_body_in_an_archive_is_one_unreadable_entry(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.har", har(GOOD, har_entry(_file="body"), GOOD))
        archive.writestr("body", "BODY" * 100)
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(b"BODYBODY", b"BODYXODY", 1))
    assert_second_is_unreadable(tmp_path / "a.zip")


def zipped(folder, *, flags=None, method=None):
    """Write an archive whose only file has other flags or another compression method."""
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("a.har", har(GOOD))
    content = bytearray((folder / "a.zip").read_bytes())
    for header, position in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(header) + position
        content[start] = content[start] if flags is None else flags
        content[start + 2] = content[start + 2] if method is None else method
    (folder / "a.zip").write_bytes(content)


@pytest.mark.parametrize("fault", [{"flags": 1}, {"method": 99}], ids=["encrypted", "unknown method"])
def test_archive_that_cannot_be_read_does_not_end_the_check_of_a_folder(tmp_path, fault):
    zipped(tmp_path, **fault)
    (tmp_path / "b.har").write_text(har(GOOD))
    report = check_recordings([tmp_path])
    assert (report.requests, len(report.unreadable)) == (1, 1)
    with pytest.raises(RecordingError):
        check_recordings([tmp_path / "a.zip"])


COLUMNS = ("id", "method", "url", "headers", "body", "received_at", "status", "fault")
ROW = {"id": 1, "method": "GET", "url": URL, "headers": "{}", "body": b"", "received_at": 1, "status": 200, "fault": ""}


def write_store(file, *rows):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"CREATE TABLE exchanges({', '.join(COLUMNS)})")
        for row in rows:
            connection.execute("INSERT INTO exchanges VALUES(?, ?, ?, ?, ?, ?, ?, ?)", [row[name] for name in COLUMNS])
        connection.commit()


@pytest.mark.parametrize(
    "change",
    [
        {"body": None},
        {"body": "x"},
        {"body": 5},
        {"headers": None},
        {"headers": "[]"},
        {"headers": '{"a": 1}'},
        {"headers": "{"},
        {"headers": "[" * 3000 + "]" * 3000},
        {"method": 5},
        {"url": None},
        {"url": b"\xff"},
        {"status": "x"},
        {"fault": 5},
        {"id": "abc"},
        {"id": None},
    ],
    ids=str,
)
def test_damaged_row_of_a_store_is_one_unreadable_entry(tmp_path, change):
    write_store(tmp_path / "a.db", ROW, ROW | {"id": 2} | change, ROW | {"id": 3})
    assert sorted(bool(problem) for problem in problems(tmp_path / "a.db")) == [False, False, True]


def test_text_of_a_store_that_is_not_utf8_is_one_unreadable_entry(tmp_path):
    write_store(tmp_path / "a.db", ROW, ROW | {"id": 2}, ROW | {"id": 3})
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("UPDATE exchanges SET url = CAST(x'ff' AS TEXT) WHERE id = 2")
        connection.commit()
    assert_second_is_unreadable(tmp_path / "a.db")


def test_view_with_endless_rows_is_not_a_store(tmp_path):
    rows = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)"
    columns = ", ".join(f"x AS {name}" for name in COLUMNS)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute(f"CREATE VIEW exchanges AS {rows} SELECT {columns} FROM r")
    with pytest.raises(RecordingError, match="no table"):
        problems(tmp_path / "a.db")


def test_depth_of_a_line_has_a_fixed_limit():
    def line(depth):
        return json.dumps({"method": "GET", "url": URL}).replace("}", f', "x": {"[" * depth}{"]" * depth}}}').encode()

    (allowed,) = read_lines(line(DEPTH_LIMIT - 1), "a", 1)
    (refused,) = read_lines(line(DEPTH_LIMIT), "a", 1)
    assert (allowed.problem, "nested deeper" in refused.problem) == ("", True)


def test_deep_first_line_does_not_hide_the_following_lines(tmp_path):
    (tmp_path / "a").write_text("[" * 1000 + "]" * 1000 + "\n" + json.dumps({"method": "GET", "url": URL}))
    first, second = problems(tmp_path / "a")
    assert (bool(first), second) == (True, "")


@pytest.mark.parametrize("large", ["[" + "{}," * 100 + "[]]", "[" + '"a",' * 100 + "1]", "[" + "1," * 100 + "2]"])
def test_value_with_too_many_parts_is_skipped(large):
    cursor = JsonStream(io.BytesIO(f'[[1, "]"], {large}, [2]]'.encode()), tokens=50)
    read = []
    for _ in cursor.items():
        try:
            read.append(cursor.value())
        except TooLargeError:
            read.append("too large")
    assert read == [[1, "]"], "too large", [2]]

"""A store is made, upgraded in one go, or refused and left as it was."""

import json
import sqlite3
from contextlib import closing

import pytest

from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.database import StoreError
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store

# What the first stores were made with.
FIRST = """
CREATE TABLE exchanges (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, api_key TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL,
  method TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL, received_at BIGINT NOT NULL,
  status INTEGER NOT NULL, good BOOLEAN NOT NULL, fault TEXT NOT NULL, notes TEXT NOT NULL
);
CREATE INDEX exchanges_by_key ON exchanges (api_key, id);
CREATE TABLE events (
  exchange_id INTEGER NOT NULL, position INTEGER NOT NULL, api_key TEXT NOT NULL, region TEXT NOT NULL,
  endpoint TEXT NOT NULL, type TEXT NOT NULL, name TEXT, visitor_id TEXT, account_id TEXT, kept BOOLEAN NOT NULL,
  PRIMARY KEY (exchange_id, position), FOREIGN KEY(exchange_id) REFERENCES exchanges (id) ON DELETE CASCADE
);
CREATE INDEX events_by_key ON events (api_key, type);
"""
URL = "http://data.pendo.io/data/guide.gif/k?v=1"
EXCHANGE = (3, "k", "io", "guide.gif", "GET", URL, json.dumps({"host": "h"}), b"", 7, 200, False, "", "[]")
EVENT = "INSERT INTO events VALUES (3, ?, 'k', 'io', 'guide.gif', ?, 'n', 'v', NULL, ?)"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "x.sqlite3"


@pytest.fixture
def first(file):
    """Write a store as the first emulators did."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(FIRST)
        connection.execute(f"INSERT INTO exchanges VALUES ({', '.join('?' * 13)})", EXCHANGE)
        connection.executemany(EVENT, [(0, "guideSeen", True), (1, "guideSeen", False)])
    return file


def schema(file):
    with closing(sqlite3.connect(file)) as connection:
        return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))


def test_an_old_store_is_upgraded_with_all_that_is_in_it(first):
    with closing(Recorder(Store(first))) as recorder:
        (exchange,) = recorder.read(Query(type="guideSeen", visitor_id="v"))
        assert (exchange.id, exchange.envelope.url, exchange.status) == (3, URL, 200)
        assert [(row.type, row.received, row.broken) for row in recorder.counts("k")] == [("guideSeen", 2, 1)]
        assert (recorder.keys(), recorder.store.reader.last_id()) == ({"k": 1}, 3)


def test_what_no_endpoint_was_asked_for_is_tallied_as_today(first):
    with closing(sqlite3.connect(first)) as connection, connection:
        for number, path in enumerate(("/favicon.ico", "/robots.txt"), 4):
            values = (number, *EXCHANGE[1:3], path, *EXCHANGE[4:])
            connection.execute(f"INSERT INTO exchanges VALUES ({', '.join('?' * 13)})", values)
    with closing(Recorder(Store(first))) as recorder:
        recorder.forget([(4, "k"), (5, "k")])
        assert recorder.keys() == {"k": 1}


def test_an_upgraded_store_is_like_a_new_one(first, tmp_path):
    for file in (first, tmp_path / "new.sqlite3"):
        Store(file).close()
    assert schema(first) == schema(tmp_path / "new.sqlite3")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("CREATE TABLE journal (version); INSERT INTO journal VALUES (99)", "of version 99"),
        (
            "CREATE TABLE exchanges (a); CREATE TABLE events (b)",
            "is no store of this emulator, or not one that it can upgrade",
        ),
    ],
)
def test_a_store_of_another_kind_is_refused_and_left_as_it_was(file, change, said):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(change)
    before = schema(file)
    with pytest.raises(StoreError, match=said):
        Store(file)
    assert schema(file) == before


def test_what_is_no_database_is_refused_and_left_as_it_was(file):
    file.write_text("no database at all, but a text of some length" * 10)
    with pytest.raises(StoreError, match="not a database"):
        Store(file)
    assert file.read_text().startswith("no database at all")


@pytest.mark.parametrize("address", ["mysql://h/d", "postgresql://u@h/d"])
def test_what_cannot_be_used_says_why(address):
    with pytest.raises(StoreError, match=r"is no store: give a file|memory is for a store of the emulator's own"):
        Store(address, "memory")

"""A store is created, upgraded in one transaction, or rejected and left unchanged."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pendo_contracts.wire import jzb
from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.database import open_database
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from pendo_emulator.storage.stored_verdicts import NOT_STORED
from pendo_emulator.storage.tables import TABLES
from tests.emulator.recorder.sample_requests import LOAD

VERSION_1 = """
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
VERSION_2 = Path(__file__).with_name("version_2.sql").read_text("utf-8")
# Every event of the first URL breaks today's contracts, every event of the second URL keeps them.
URL = f"http://data.pendo.io/data/guide.gif/k?v=1&jzb={jzb.encode([{'type': 'guideSeen'}] * 2)}"
KEPT_URL = f"http://data.pendo.io/data/ptm.gif/k?v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode([LOAD, LOAD])}"
EXCHANGE = (3, "k", "io", "guide.gif", "GET", URL, json.dumps({"host": "h"}), b"", 7, 200, False, "", "[]")
EVENT = "INSERT INTO events VALUES (3, ?, 'k', 'io', 'guide.gif', ?, 'n', 'v', NULL, ?)"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "x.sqlite3"


@pytest.fixture
def version_1(file):
    """Write a store of the first version."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(VERSION_1)
        connection.execute(f"INSERT INTO exchanges VALUES ({', '.join('?' * 13)})", EXCHANGE)
        connection.executemany(EVENT, [(0, "guideSeen", True), (1, "guideSeen", False)])
    return file


@pytest.fixture
def version_2(store_address):
    """Write a store of version 2 in each kind of database: a good exchange, a bad exchange, and one without its key."""
    database = open_database(store_address, "normal")
    with closing(database.connect()) as connection:
        for statement in filter(str.strip, VERSION_2.format(**database.types).split(";\n")):
            connection.execute(statement)
        insert = database.render(f"INSERT INTO exchanges VALUES ({', '.join('?' * 15)})")
        for number, api_key, endpoint, url, good, rejection, kept in (
            (1, "k", "guide.gif", URL, True, "", (True, True)),
            (2, "k", "ptm.gif", KEPT_URL, False, "", (True, False)),
            (3, "", "guide.gif", URL, False, "keys", ()),
        ):
            events = json.dumps([["e", None, "v", None, flag] for flag in kept])
            row = (number, api_key, "io", endpoint, "GET", url, "{}", b"", 7, 200, good, "", "[]", rejection, events)
            connection.execute(insert, row)
        connection.execute(
            "INSERT INTO tallies VALUES ('k', 'io', 'guide.gif', '', 1, 0), ('k', 'io', 'guide.gif', 'e', 2, 0),"
            " ('k', 'io', 'ptm.gif', '', 1, 1), ('k', 'io', 'ptm.gif', 'e', 2, 1), ('', 'io', 'guide.gif', '', 1, 1)"
        )
        faults = json.dumps([{"fault": {"status": 503}, "since": 1.5, "seen": 3, "struck": 2}])
        connection.execute(database.render("INSERT INTO setups VALUES ('k', ?, ?, 1)"), (faults, '{"region": "eu"}'))
        connection.execute("INSERT INTO tests VALUES ('k', 1000)")
        connection.execute("UPDATE journal SET last_id = 3, change = 1")
    return store_address


def schema(file):
    with closing(sqlite3.connect(file)) as connection:
        return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))


def columns(address):
    """Return the columns and indexes of every table, as the database describes them."""
    database = open_database(address, "normal")
    with closing(database.connect()) as connection:
        if database.file:
            tables = [name for (name,) in connection.execute(database.tables) if not name.startswith("sqlite_")]
            return {
                name: [
                    connection.execute(f"PRAGMA {pragma}({name})").fetchall() for pragma in ("table_info", "index_list")
                ]
                for name in tables
            }
        return connection.execute(
            "SELECT table_name, column_name, ordinal_position, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        ).fetchall(), connection.execute(
            "SELECT tablename, regexp_replace(indexdef, 'INDEX .* ON', '') FROM pg_indexes"
            " WHERE schemaname = current_schema() ORDER BY 1, 2"
        ).fetchall()


def test_version_1_is_upgraded_with_its_exchanges(version_1):
    with closing(Recorder(Store(version_1))) as recorder:
        (exchange,) = recorder.read(Query(type="guideSeen", visitor_id="v"))
        assert (exchange.id, exchange.envelope.url, exchange.status, exchange.good) == (3, URL, 200, False)
        assert [verdict.kept for verdict in exchange.verdicts[1:]] == [True, False]
        assert [(row.type, row.received, row.broken) for row in recorder.counts("k")] == [("guideSeen", 2, 1)]
        assert (recorder.keys(), recorder.store.reader.last_id()) == ({"k": 1}, 3)


def test_version_1_paths_without_endpoint_are_counted_together(version_1):
    with closing(sqlite3.connect(version_1)) as connection, connection:
        for number, path in enumerate(("/favicon.ico", "/robots.txt"), 4):
            values = (number, *EXCHANGE[1:3], path, *EXCHANGE[4:])
            connection.execute(f"INSERT INTO exchanges VALUES ({', '.join('?' * 13)})", values)
    with closing(Recorder(Store(version_1))) as recorder:
        recorder.active_keys.delete_others([(4, "k"), (5, "k")])
        assert recorder.keys() == {"k": 1}


def test_version_2_is_upgraded_with_its_exchanges_and_settings(version_2):
    with closing(Recorder(Store(version_2))) as recorder:
        good, bad, rejected = recorder.read_all(Query())
        assert [(x.id, x.good, x.rejection, x.status) for x in (good, bad, rejected)] == [
            (1, True, "", 200), (2, False, "", 200), (3, False, "keys", 200),
        ]  # fmt: skip
        assert (rejected.beacon.api_key, rejected.verdicts[0].violations[0].rule) == ("", "keys")
        settings = recorder.settings.get("k")
        assert [(active.matched, active.applied) for active in settings.faults.active] == [(3, 2)]
        assert settings.subscription.region == "eu"
        with closing(recorder.store.database.connect()) as connection:
            assert connection.execute("SELECT api_key, used_at FROM active_keys").fetchall() == [("k", 1000)]


def test_upgraded_exchanges_keep_their_results(version_2):
    with closing(Recorder(Store(version_2))) as recorder:
        exchanges = recorder.read(Query(api_key="k"))
        assert [[verdict.kept for verdict in x.verdicts] for x in exchanges] == [[True] * 3, [True, True, False]]
        assert exchanges[1].verdicts[2].violations == (NOT_STORED,)
        assert [x.good for x in exchanges] == [True, False]
        assert [recorder.count(Query(api_key="k", good=good)) for good in (True, False)] == [1, 1]
        assert [(row.received, row.broken) for row in recorder.counts("k")] == [(2, 0), (2, 1)]


def test_version_1_gets_the_tables_of_a_new_store(version_1, tmp_path):
    assert_same_tables(version_1, tmp_path / "new.sqlite3")


def test_version_2_gets_the_tables_of_a_new_store(version_2, request, tmp_path):
    in_file = isinstance(version_2, Path)
    assert_same_tables(version_2, tmp_path / "new.sqlite3" if in_file else request.getfixturevalue("new_database")())


def assert_same_tables(upgraded, new):
    for address in (upgraded, new):
        Store(address).close()
    assert columns(upgraded) == columns(new)


def test_store_has_only_the_described_tables(file):
    Store(file).close()
    assert columns(file).keys() == {table.name for table in TABLES}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("CREATE TABLE journal (version); INSERT INTO journal VALUES (99)", "of version 99"),
        (
            "CREATE TABLE exchanges (a); CREATE TABLE events (b)",
            "is not a store of this emulator, or cannot be",
        ),
    ],
)
def test_unusable_store_is_rejected_and_left_unchanged(file, change, message):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(change)
    before = schema(file)
    with pytest.raises(StoreError, match=message):
        Store(file)
    assert schema(file) == before


def test_other_file_is_rejected_and_left_unchanged(file):
    file.write_text("no database at all, but a text of some length" * 10)
    with pytest.raises(StoreError, match="not a database"):
        Store(file)
    assert file.read_text().startswith("no database at all")


@pytest.mark.parametrize("address", ["mysql://h/d", "postgresql://u@h/d"])
def test_unsupported_address_is_explained(address):
    with pytest.raises(StoreError, match=r"is not supported as a store: give a file|PostgreSQL has no durability"):
        Store(address, "memory")

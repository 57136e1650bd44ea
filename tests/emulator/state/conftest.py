"""Fixtures for the tests of states."""

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def new_sqlite_file(tmp_path):
    """Return a SQLite database of another program."""
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as connection:
        connection.execute("CREATE TABLE letters (text TEXT)")
    return tmp_path / "other.sqlite3"

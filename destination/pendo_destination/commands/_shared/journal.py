"""The journal that a server keeps its accepted events in: which file, and what it holds at the start and at the end."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pendo_destination.source.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@contextmanager
def open_journal(file: Path | None, write_keys: Collection[str]) -> Iterator[Journal]:
    """Open a journal and tell what is in it from before, and what stays; a temporary one that ends empty goes."""
    place = file or Path(tempfile.mkdtemp(prefix="pendo-destination-")) / "journal.sqlite"
    journal = _open(place)
    click.echo(f"Accepted events are kept until they are delivered; --journal {place} sends what a crash left")
    for write_key, count in journal.count().items():
        fate = "sent first" if write_key in write_keys else "kept: there is no such source now"
        click.echo(f"  {count:,} events of {write_key} are in it from before, and are {fate}")
    try:
        yield journal
    finally:
        left = _close(journal)
        if left:
            click.echo(f"{left:,} events stay in {place}, to be sent with --journal {place}")
        elif file is None:
            shutil.rmtree(place.parent)


def _open(file: Path) -> Journal:
    try:
        return Journal(file)
    except sqlite3.DatabaseError as error:
        message = f"{file} cannot be the journal: {error}. Give a file of its own to each server."
        raise click.UsageError(message) from error


def _close(journal: Journal) -> int:
    with closing(journal):
        return sum(journal.count().values())

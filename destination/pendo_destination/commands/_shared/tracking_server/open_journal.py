"""Opens and closes the journal of accepted events for a server."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pendo_contracts.common.safe_text import counted
from pendo_destination.source.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@contextmanager
def open_journal(file: Path | None, write_keys: Collection[str]) -> Iterator[Journal]:
    """Open a journal and print its number of events at start and end; delete a temporary journal that is empty then."""
    path = file or Path(tempfile.mkdtemp(prefix="pendo-destination-")) / "journal.sqlite"
    journal = _open(path)
    click.echo(f"Accepted events are kept until they are delivered. After a crash, --journal {path} sends the rest.")
    for write_key, count in journal.count_pending().items():
        action = "sent first" if write_key in write_keys else "kept: this server has no such source"
        click.echo(f"  {counted(count, 'earlier event')} of {write_key}: {action}")
    try:
        yield journal
    finally:
        is_lost = journal.is_lost()
        remaining = _close(journal)
        if is_lost:
            lost = f": {counted(remaining, 'event')} in it cannot be sent any more" if remaining else ""
            click.echo(f"Error: the journal {path} was deleted or replaced{lost}", err=True)
        elif remaining:
            click.echo(f"{counted(remaining, 'event')} left in {path}; --journal {path} sends the rest")
        elif file is None:
            shutil.rmtree(path.parent)


def _open(file: Path) -> Journal:
    try:
        return Journal(file)
    except sqlite3.DatabaseError as error:
        message = f"cannot use {file} as the journal: {error}. Each server needs its own journal file."
        raise click.UsageError(message) from error


def _close(journal: Journal) -> int:
    with closing(journal):
        return sum(journal.count_pending().values())

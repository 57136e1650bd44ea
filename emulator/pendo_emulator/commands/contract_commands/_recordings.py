"""Reads the recordings of the commands `contracts infer` and `contracts coverage`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pendo_contracts.checking.request_reader import RequestReader
from pendo_contracts.common.safe_text import counted
from pendo_contracts.recordings.entry import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.judged_request import JudgedRequest


@contextmanager
def open_recordings(recordings: Sequence[str]) -> Iterator[Iterator[JudgedRequest]]:
    """Give the judged requests of recordings; afterwards print the number of unreadable entries.

    Raises click.UsageError for a file that is not a recording.
    """
    reader = RequestReader()
    try:
        yield reader.read(recordings)
    except RecordingError as error:
        raise click.UsageError(f"UNREADABLE: {error}") from error
    if reader.unreadable:
        click.echo(f"{counted(reader.unreadable, 'unreadable request')} skipped; `check` says why", err=True)

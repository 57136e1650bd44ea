"""Reads the recording that one argument names: a file, standard input, or a running emulator with an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import click

from pendo_contracts.recordings import RecordingError, read_recording

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pendo_contracts.recordings import Entry

UNREACHABLE: Final = 3


class NoAnswerError(click.ClickException):
    """An emulator that does not answer; the text says what to do."""

    exit_code = UNREACHABLE


def is_emulator(source: str) -> bool:
    """Return whether an argument is the URL of an emulator."""
    return source.startswith(("http://", "https://"))


def read_named_source(source: str, cnames: Collection[str] = (), token: str = "") -> Iterator[Entry]:
    """Yield the entries of a recording, or of a running emulator: its URL, `#` and the API key (all without a key).

    Raises click.UsageError for a source that is not a recording, and NoAnswerError.
    """
    try:
        yield from _read_emulator(source, token) if is_emulator(source) else read_recording(source, cnames)
    except OSError as error:
        raise click.UsageError(f"cannot read {source!r}: {error.strerror or error}") from error
    except RecordingError as error:
        raise click.UsageError(str(error)) from error


def _read_emulator(source: str, token: str) -> Iterator[Entry]:
    # These imports take 100 ms, which files do not need.
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator, UnreachableError  # noqa: PLC0415
    from pendo_emulator.commands._shared.emulator_source import EmulatorSource  # noqa: PLC0415

    url, _, key = source.partition("#")
    try:
        for part in EmulatorSource(RunningEmulator(url, unquote(key) or None, token)).parts((), 0):
            yield from part.entries()
    except UnreachableError as error:
        raise NoAnswerError(str(error)) from error

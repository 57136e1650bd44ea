"""Reads a pipeline and the rows of its sources from files."""

from __future__ import annotations

import sys
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pendo_emulator.engage.pipeline.row import Row, Rows
    from pendo_emulator.engage.pipeline.sources.source import Source

STDIN: Final = "-"


class UnreadableFileError(click.ClickException):
    """A file that is not a pipeline, or not rows; the text names the place."""

    exit_code = 2


def read_pipeline_document(name: str) -> Any:
    """Return the request document in a file, or in stdin for `-`; a list of steps alone is put into a request."""
    shown = "stdin" if name == STDIN else visible(name)
    try:
        data = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        document = msgspec.json.decode(data)
    except OSError as error:
        raise UnreadableFileError(f"{shown} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{shown} is not JSON: {error}; comments are not allowed") from error
    if isinstance(document, list):
        return {"request": {"pipeline": document}}
    is_request = isinstance(document, dict) and "pipeline" in document and "request" not in document
    return {"request": document} if is_request else document


def file_sources(files: Iterable[Path]) -> dict[str, Callable[[Source], Rows]]:
    """Return a function for each source: it reads the rows of the files whose stem is the name of the source."""
    by_name: dict[str, list[Path]] = {}
    for file in files:
        by_name.setdefault(file.name.partition(".")[0], []).append(file)
    return {name: partial(_selected_rows, same) for name, same in by_name.items()}


def _selected_rows(files: list[Path], source: Source) -> Rows:
    from pendo_emulator.engage.pipeline.sources.row_selection import select_rows  # noqa: PLC0415 - start-up time

    return select_rows(chain.from_iterable(map(read_rows, files)), source)


def read_rows(file: Path) -> Iterator[Row]:
    """Yield the objects of a file, one on each line; raise UnreadableFileError with the line of another value."""
    decode = msgspec.json.Decoder().decode
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if not (text := line.strip()):
                    continue
                try:
                    row = decode(text)
                except (ValueError, RecursionError) as error:
                    raise UnreadableFileError(f"{_place(file, number)}: not JSON: {error}") from error
                if type(row) is not dict:
                    raise UnreadableFileError(f"{_place(file, number)}: a row is an object on a line of its own")
                yield row
    except OSError as error:
        raise UnreadableFileError(f"{visible(str(file))} cannot be read: {error.strerror}") from error


def _place(file: Path, line: int) -> str:
    return f"{visible(str(file))}, line {line}"

"""Finds the recordings that a command line names: files, folders and patterns."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.opening import STDIN
from pendo_contracts.recordings.reading import read_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pendo_contracts.recordings.parts import Part

SUFFIXES: Final = frozenset({".har", ".ndjson", ".jsonl", ".json", ".db", ".sqlite", ".sqlite3", ".gz", ".zip"})


class SourceFile(Struct, frozen=True):
    """A file to read; `name` is its name in reports.

    `required` is true for a file that the user named: it must be a recording. Files of a folder need not be one.
    """

    path: str
    name: str
    required: bool = True

    @property
    def size(self) -> int:
        """The size in bytes; 0 for standard input and for a file that cannot be read."""
        try:
            return 0 if self.path == STDIN else Path(self.path).stat().st_size
        except OSError:
            return 0

    def parts(self, cnames: Collection[str], size: int) -> Iterator[Part]:
        """Yield the parts of the recording; the parameters and errors are those of read_parts."""
        return read_parts(self.path, cnames, self.name, size)


class SourceFiles(Struct, frozen=True):
    """The files to read, in order, and the number of files of folders that are skipped because of their suffix."""

    files: tuple[SourceFile, ...]
    skipped: int = 0


def find_source_files(sources: Iterable[Path | str]) -> SourceFiles:
    """Find the files of `sources`: a file, a folder with all folders below it, a pattern, or `-` for standard input.

    A path that exists is never a pattern. The files of a folder or of a pattern are sorted; a file is read only once,
    also if it has several names. `**` in a pattern does not follow links to folders, which could be endless. The name
    of a file is relative to its folder; equal names are replaced by the paths. Raises RecordingError if a path does not
    exist, or if a pattern or a folder has no file.
    """
    found: dict[str, SourceFile] = {}
    skipped = 0
    for source in map(str, sources):
        files, others = _find(source)
        skipped += others
        for file in files:
            found.setdefault(_identity(file.path), file)
    return SourceFiles(tuple(_with_different_names(found.values())), skipped)


def _find(source: str) -> tuple[list[SourceFile], int]:
    if source == STDIN or (os.path.exists(source) and not os.path.isdir(source)):  # noqa: PTH110, PTH112 - plain text
        return [SourceFile(source, _file_name(source))], 0
    if Path(source).is_dir():
        files, others = _find_in_folder(Path(source))
        if not files:
            raise RecordingError(f"the folder {source} has no recording; the names of recordings end with {_endings()}")
        return files, others
    if not glob.has_magic(source):
        raise RecordingError(f"{source!r} does not exist")
    return _find_matches(source)


def _identity(path: str) -> str:
    return path if path == STDIN else os.path.realpath(path)


def _find_matches(pattern: str) -> tuple[list[SourceFile], int]:
    matches = sorted(_expand(pattern))
    if not matches:
        raise RecordingError(f"no file matches {pattern!r}")
    found = [_find_in_folder(path) if path.is_dir() else ([_named_file(path)], 0) for path in matches if path.exists()]
    files = [file for files, _ in found for file in files]
    if not files:
        raise RecordingError(f"no folder that matches {pattern!r} has a recording")
    return files, sum(others for _, others in found)


def _named_file(path: Path) -> SourceFile:
    return SourceFile(str(path), _file_name(str(path)))


def _expand(pattern: str) -> Iterator[Path]:
    """Yield the paths that match a pattern; a wildcard matches no hidden file, as in a shell."""
    parts = Path(pattern).parts
    fixed = next(place for place, part in enumerate(parts) if glob.has_magic(part))
    # Path.glob refuses `**` in the middle of a name, where it has the meaning of `*`.
    wild = [part if part == "**" else re.sub(r"\*+", "*", part) for part in parts[fixed:]]
    shows_hidden = any(part.startswith(".") for part in wild)
    folder = Path(*parts[:fixed])
    for path in folder.glob("/".join(wild)):
        if shows_hidden or not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _file_name(source: str) -> str:
    if source == STDIN:
        return "stdin"
    # The name of a pipe is often a number that differs from run to run.
    return "pipe" if Path(source).is_fifo() else Path(source).name


def _find_in_folder(folder: Path) -> tuple[list[SourceFile], int]:
    """List the files with one of SUFFIXES, and count the others; links to folders are not followed."""
    files: list[SourceFile] = []
    skipped = 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and path.is_file():
                files.append(SourceFile(str(path), path.relative_to(folder).as_posix(), required=False))
            else:
                skipped += 1
    return files, skipped


def _endings() -> str:
    return ", ".join(sorted(SUFFIXES))


def _with_different_names(files: Iterable[SourceFile]) -> list[SourceFile]:
    files = list(files)
    counts = Counter(file.name for file in files)
    return [file if counts[file.name] == 1 else SourceFile(file.path, file.path, file.required) for file in files]

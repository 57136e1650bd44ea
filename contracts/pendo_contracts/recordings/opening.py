"""Finds out the format of a recording from its content, and opens it: compressed or not, UTF-8 or UTF-16."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import shutil
import sys
import zipfile
import zlib
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.wire.beacon import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from _typeshed import WriteableBuffer

    ReadBody: TypeAlias = Callable[[str], bytes | None]

STDIN: Final = "-"

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_SQLITE: Final = b"SQLite format 3\0"
_UTF16_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HAR_SUFFIX: Final = ".har"
_BLOCK: Final = 256 * 1024
_DAMAGES: Final = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError)


@contextmanager
def local_file(source: str | Path) -> Iterator[tuple[Path, str]]:
    """Give the path of a recording and its name for messages; copy standard input (`-`) or a pipe to a file."""
    path = Path(source)
    is_stdin = str(source) == STDIN
    if not is_stdin and not path.is_fifo():
        yield path, path.name
        return
    with TemporaryDirectory(prefix="pendo-recording-") as folder:
        copy = Path(folder) / ("stdin" if is_stdin else "pipe")
        with copy.open("wb") as file, nullcontext(sys.stdin.buffer) if is_stdin else path.open("rb") as stream:
            shutil.copyfileobj(stream, file)
        yield copy, copy.name


def is_store(file: Path) -> bool:
    """Return whether a file is a SQLite database."""
    return _start(file) == _SQLITE


@contextmanager
def open_text(file: Path, raw: BinaryIO | None = None) -> Iterator[tuple[IO[bytes], ReadBody]]:
    """Open the text of a recording as UTF-8 bytes without a byte order mark.

    Also give a function that reads a body from a separate file, in the same folder or in the same archive. `raw` is the
    opened file, for a caller that wants to know its position. Raises RecordingError for a damaged archive or compressed
    file.
    """
    start = _start(file)
    try:
        with nullcontext(raw) if raw else file.open("rb") as plain:
            if start.startswith(_ZIP):
                with zipfile.ZipFile(plain) as archive, archive.open(_har_name(archive, file)) as member:
                    yield (
                        _as_utf8(io.BufferedReader(cast("io.RawIOBase", member))),
                        lambda name: _read_member(archive, name),
                    )
            elif start.startswith(_GZIP):
                with gzip.open(plain) as unpacked:
                    yield _as_utf8(io.BufferedReader(unpacked)), lambda name: _read_beside(file, name)
            else:
                yield _as_utf8(cast("io.BufferedReader", plain)), lambda name: _read_beside(file, name)
    except RecordingError:
        raise
    except RuntimeError as error:
        # zipfile raises it for an encrypted file and for an unknown compression method.
        raise RecordingError(f"{file.name} cannot be read: {error}") from error
    except (*_DAMAGES, ValueError) as error:
        raise RecordingError(f"{file.name} is damaged: {error}") from error


def _start(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE))


def _har_name(archive: zipfile.ZipFile, file: Path) -> str:
    names = [name for name in archive.namelist() if name.endswith(_HAR_SUFFIX)]
    if not names:
        raise RecordingError(f"{file.name} is a zip archive without a {_HAR_SUFFIX} file")
    return names[0]


def _as_utf8(raw: io.BufferedReader) -> IO[bytes]:
    head = raw.peek(4)[:4]
    if head.startswith(codecs.BOM_UTF8):
        raw.read(len(codecs.BOM_UTF8))
        return raw
    encoding = _utf16(head)
    return io.BufferedReader(_Transcoder(raw, encoding), _BLOCK) if encoding else raw


def _utf16(head: bytes) -> str:
    """Return the encoding if the first four bytes are UTF-16, with or without a byte order mark, else ""."""
    if head.startswith(_UTF16_BOMS):
        return "utf-16"
    if head[1:2] == b"\0" and head[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" and head[1:2] not in {b"\0", b""} else ""


class Rewound:
    """A stream whose start was read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def read(self, size: int) -> bytes:
        """Read `size` bytes, fewer only at the end."""
        start = self._head.read(size)
        return start + self._rest.read(size - len(start)) if len(start) < size else start


class _Transcoder(io.RawIOBase):
    """A stream of UTF-8 bytes, converted from UTF-16 in blocks."""

    def __init__(self, raw: IO[bytes], encoding: str) -> None:
        super().__init__()
        self._raw, self._decoder, self._ready = raw, codecs.getincrementaldecoder(encoding)(), b""

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read at most as many bytes as the buffer takes; return 0 at the end."""
        view = memoryview(buffer)
        ended = False
        while not self._ready and not ended:
            block = self._raw.read(_BLOCK)
            ended = not block
            self._ready = self._decoder.decode(block, final=ended).encode("utf-8", "surrogatepass")
        taken = self._ready[: len(view)]
        view[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    try:
        with archive.open(name) as member:
            return member.read(BODY_LIMIT + 1)
    except KeyError:
        return None
    except _DAMAGES as error:
        raise ValueError(f"the body's file {name} is damaged: {error}") from error


def _read_beside(file: Path, name: str) -> bytes | None:
    folder = file.parent.resolve()
    body = folder.joinpath(*PurePosixPath(name).parts).resolve()
    if not body.is_relative_to(folder) or not body.is_file():
        return None
    with body.open("rb") as opened:
        return opened.read(BODY_LIMIT + 1)

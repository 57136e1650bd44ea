"""Writes files so that a full disk or a crash never leaves half of one."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import EACCES, EBUSY, EPERM
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

# The folder cannot be changed, or the file is mounted: only its content can be replaced.
_NO_REPLACEMENT: Final = (EACCES, EPERM, EBUSY)


def write_atomically(file: Path, content: bytes | str, mode: int | None = None) -> None:
    """Write a file so that other processes see it complete, or not at all; text is encoded as UTF-8.

    `mode` are the permissions of the file; without it, an existing file keeps its own. Devices and pipes are written
    to, and so are files that cannot be replaced. Raises OSError, and leaves the file as it was, if the content cannot
    be written.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    target = file.resolve()
    permissions = _permissions(target) if mode is None else mode
    if target.exists() and not target.is_file():
        _write(target, os.O_WRONLY, data)
        return
    draft = target.parent / f".{target.name[:100]}.{os.urandom(8).hex()}"
    try:
        _write(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, data, 0o666 if permissions is None else 0o600)
        if permissions is not None:
            draft.chmod(permissions)
        draft.replace(target)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _NO_REPLACEMENT and mode is None and target.exists():
            _write(target, os.O_WRONLY | os.O_TRUNC, data)
            return
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(file)) from error
        raise


def append_line(stream: FileIO, line: bytes) -> None:
    """Append a line to an unbuffered file; if it cannot be written, leave no part of it there and raise OSError."""
    start = stream.tell() if stream.seekable() else None
    try:
        _write_all(stream, line + b"\n")
    except OSError:
        if start is not None:
            with suppress(OSError):
                stream.truncate(start)
        raise


def _permissions(file: Path) -> int | None:
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return None


def _write(file: Path, flags: int, data: bytes, mode: int = 0o666) -> None:
    descriptor = os.open(file, flags | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(descriptor, "wb", buffering=0) as stream:
        _write_all(stream, data)


def _write_all(stream: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]

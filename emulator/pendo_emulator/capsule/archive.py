"""Writes the files of a capsule into a zip archive, and reads them from one that anybody can have made."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

MAX_FILE: Final = 200 * 1024 * 1024
MAX_TOTAL: Final = 400 * 1024 * 1024
MAX_MEMBERS: Final = 50
# A recording of JSON compresses to a twentieth; this is far above.
MAX_RATIO: Final = 1_000
MAX_SMALL: Final = 1024 * 1024

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 1
_BLOCK: Final = 256 * 1024


class CapsuleError(ValueError):
    """A file that is refused as a capsule; the text says why."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return an archive; the same files always give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[name], compresslevel=9)
    return stream.getvalue()


def unpack(file: Path, names: Collection[str], sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Return the files of an archive; only `names` may be in it, and `sizes` has limits other than MAX_TOTAL.

    Raises OSError if the file cannot be opened, and CapsuleError if it is not a zip archive, if it is damaged, or if it
    has anything that no capsule has. Nothing is written to a disk.
    """
    if file.stat().st_size > MAX_FILE:
        raise CapsuleError(f"the file is larger than {MAX_FILE:,} bytes")
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            _check_names(infos, names)
            return _read_all(archive, infos, sizes)
    except zipfile.BadZipFile as error:
        raise CapsuleError(f"it is not a complete zip archive: {visible(str(error))}") from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, UnicodeError) as error:
        if isinstance(error, CapsuleError):
            raise
        raise CapsuleError(f"it is damaged: {visible(str(error))}") from error


def _check_names(infos: list[zipfile.ZipInfo], names: Collection[str]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise CapsuleError(f"it has {len(infos):,} files; a capsule has at most {MAX_MEMBERS}")
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        shown = visible(name)
        if "/" in name or "\\" in name or name in {"", ".", ".."} or "\0" in name:
            raise CapsuleError(f"the file {shown} is outside the folder of the capsule")
        if name not in names:
            raise CapsuleError(f"the file {shown} does not belong to a capsule")
        if name in seen:
            raise CapsuleError(f"the file {shown} is there twice")
        seen.add(name)
        mode = info.external_attr >> 16
        if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            raise CapsuleError(f"{shown} is no ordinary file")
        if info.flag_bits & _ENCRYPTED:
            raise CapsuleError(f"the file {shown} is encrypted")
        if info.compress_type not in _METHODS:
            raise CapsuleError(f"the file {shown} is compressed in an unknown way")


def _read_all(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], sizes: Mapping[str, int]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MAX_TOTAL
    for info in infos:
        limit = min(left, sizes.get(info.filename, MAX_TOTAL))
        if info.file_size > limit or info.file_size > MAX_RATIO * max(info.compress_size, 1) + MAX_SMALL:
            raise CapsuleError(f"the file {info.filename} inflates to {info.file_size:,} bytes, which is too much")
        files[info.filename] = _read(archive, info, limit)
        left -= len(files[info.filename])
    return files


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Read a file; the size that the archive announces may be wrong."""
    blocks, size = [], 0
    with archive.open(info) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise CapsuleError(f"the file {info.filename} inflates to more than {limit:,} bytes")
            blocks.append(block)
    return b"".join(blocks)

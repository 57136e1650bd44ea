"""The files of a state folder."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import visible
from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

STORE: Final = "store.sqlite3"
REQUESTS: Final = "requests.ndjson"

_DRAFT: Final = ".draft-"


class StateError(EmulatorError):
    """A state that cannot be imported or exported; the text says why and what to do."""


def prepare(folder: Path) -> None:
    """Create a state folder, and check that a state can be written to it later; raise StateError if not."""
    shown = visible(str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {file.name for file in folder.iterdir() if not file.name.startswith(_DRAFT)}
        if names and STORE not in names:
            raise StateError(f"{shown} is a folder with other files: choose a new or an empty folder for the state")
        replace(folder / f"{_DRAFT}check", [b"checked"])
        (folder / f"{_DRAFT}check").unlink()
    except OSError as error:
        raise StateError(f"the state cannot be written to {shown}: {error.strerror}; choose another folder") from error


def draft_of(file: Path) -> Path:
    """Return the path of a new file in the folder of another file."""
    return file.with_name(f"{_DRAFT}{secrets.token_hex(8)}")


def replace(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a file so that it is complete or unchanged after a crash; raise OSError if it cannot be written."""
    draft = draft_of(file)
    try:
        with draft.open("xb") as stream:
            stream.writelines(pieces)
        put(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def put(draft: Path, file: Path) -> None:
    """Replace a file by a draft, and wait until the disk has it."""
    _sync(draft)
    draft.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

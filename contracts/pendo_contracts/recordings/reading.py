"""Reads a recording by its file name: HAR or NDJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.recordings.har import read_har
from pendo_contracts.recordings.ndjson import read_ndjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pendo_contracts.recordings.entry import Entry

HAR_SUFFIX: Final = ".har"


def read_recording(file: Path, cnames: Collection[str] = ()) -> Iterator[Entry]:
    """Read a recording; an entry that cannot be read has a problem, and the entries after it follow.

    A HAR gives only requests to Pendo's hosts, to `cnames` or to Pendo's paths. Raises OSError if the file cannot be
    read.
    """
    yield from read_har(file, cnames) if file.suffix == HAR_SUFFIX else read_ndjson(file)

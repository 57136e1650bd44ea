"""Shows the progress of `check` at a terminal, and the counts of each file with --verbose."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from pendo_contracts.checking.recording_check import SILENT, CheckObserver
from pendo_contracts.commands.console import can_redraw, open_progress
from pendo_contracts.common.safe_text import counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.checking.recording_check import SourceCounts
    from pendo_contracts.checking.sources import Source
    from pendo_contracts.recordings.parts import Part
    from pendo_contracts.terminal.progress_line import ProgressLine


@contextmanager
def show_progress(sources: Sequence[Source], stream: TextIO, *, quiet: bool, verbose: bool) -> Iterator[CheckObserver]:
    """Give the observer of a check: a line that shows progress if stderr is a terminal, unless `quiet`.

    With `verbose`, the counts of each source go to `stream`.
    """
    names = stream if verbose and not quiet else None
    if quiet or not can_redraw(sys.stderr):
        yield _NamePrinter(names) if names else SILENT
        return
    with open_progress(sys.stderr, sum(source.size for source in sources), time.monotonic) as progress:
        yield _ProgressObserver(progress, names)


class _NamePrinter(CheckObserver):
    """Prints the counts of each source."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def ended(self, source: Source, counts: SourceCounts) -> None:
        """Print one line."""
        if self._stream:
            parts = [counted(counts.requests, "request"), f"{counts.broken:,} broken"]
            if counts.unreadable:
                parts.append(f"{counts.unreadable:,} unreadable")
            self._stream.write(f"{visible(source.name)}: {', '.join(parts)}\n")
            self._stream.flush()


class _ProgressObserver(_NamePrinter):
    """Shows the bytes of the files that are judged, and the number of requests."""

    def __init__(self, progress: ProgressLine, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._progress, self._requests, self._ended_bytes = progress, 0, 0

    def judged(self, source: Source, part: Part, requests: int) -> None:
        """Show the bytes and requests up to this part."""
        self._requests += requests
        self._show(self._ended_bytes + part.done * source.size)

    def ended(self, source: Source, counts: SourceCounts) -> None:
        """Show that the whole source was read."""
        self._ended_bytes += source.size
        if self._stream:
            self._progress.clear()
        super().ended(source, counts)
        self._show(self._ended_bytes)

    def _show(self, done: float) -> None:
        elapsed = self._progress.elapsed
        rate = f", {self._requests / elapsed:,.0f} per second" if elapsed >= 1 else ""
        self._progress.show(done, f"{counted(self._requests, 'request')}{rate}")

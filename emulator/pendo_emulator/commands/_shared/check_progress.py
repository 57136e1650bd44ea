"""Shows the progress of `check` at a terminal, and the counts of each file with --verbose."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from pendo_contracts.checking.recording_check import SILENT, CheckObserver
from pendo_contracts.commands.console import open_console
from pendo_contracts.common.safe_text import counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import Progress, TaskID

    from pendo_contracts.checking.recording_check import SourceCounts
    from pendo_contracts.checking.sources import Source
    from pendo_contracts.recordings.parts import Part

# In seconds.
_REFRESH_INTERVAL: Final = 0.1


@contextmanager
def show_progress(sources: Sequence[Source], stream: TextIO, *, quiet: bool, verbose: bool) -> Iterator[CheckObserver]:
    """Give the observer of a check: a progress bar if stderr is a terminal, unless `quiet`.

    With `verbose`, the counts of each source go to `stream`.
    """
    names = stream if verbose and not quiet else None
    if quiet or not sys.stderr.isatty():
        yield _NamePrinter(names) if names else SILENT
        return
    with _open_bar() as bar:
        yield _BarObserver(bar, sources, names)


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


class _BarObserver(_NamePrinter):
    """Advances a progress bar by the bytes of the files."""

    def __init__(self, bar: Progress, sources: Sequence[Source], stream: TextIO | None) -> None:
        super().__init__(stream)
        self._bar, self._requests, self._ended_bytes = bar, 0, 0
        self._refreshed_at = 0.0
        total = sum(source.size for source in sources)
        self._task: TaskID = bar.add_task("check", total=total or None, requests="0 requests")

    def judged(self, source: Source, part: Part, requests: int) -> None:
        """Show the bytes and requests up to this part."""
        self._requests += requests
        self._show(self._ended_bytes + part.done * source.size)

    def ended(self, source: Source, counts: SourceCounts) -> None:
        """Show that the whole source was read."""
        self._ended_bytes += source.size
        self._show(self._ended_bytes)
        super().ended(source, counts)

    def _show(self, completed: float) -> None:
        elapsed = self._bar.tasks[0].elapsed or 0
        rate = f", {self._requests / elapsed:,.0f} per second" if elapsed >= 1 else ""
        self._bar.update(self._task, completed=completed, requests=f"{counted(self._requests, 'request')}{rate}")
        if elapsed - self._refreshed_at >= _REFRESH_INTERVAL:
            self._refreshed_at = elapsed
            self._bar.refresh()


def _open_bar() -> Progress:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), DownloadColumn(), TextColumn("{task.fields[requests]}"), TimeRemainingColumn())
    # A thread that refreshes the bar would keep the check from forking other processes.
    return Progress(*columns, console=open_console(sys.stderr), transient=True, auto_refresh=False)

"""Sends the events of files, and prints a summary."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, nullcontext
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import click
from msgspec.structs import replace

from pendo_contracts.commands.console import can_redraw, open_progress
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.common.forking import can_fork
from pendo_contracts.common.safe_text import counted, visible
from pendo_destination.agent.environment.page_and_browser import seeded_ids
from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.rejected_events import RejectedEvents
from pendo_destination.browser.site import Site
from pendo_destination.commands._shared.configured_destinations import build_site_config
from pendo_destination.commands._shared.event_files import open_events
from pendo_destination.commands._shared.read_settings import read_settings
from pendo_destination.commands._shared.target_options import (
    check_emulator,
    exit_if_unreachable,
    require_target,
)
from pendo_destination.transport.counting_transport import CountingTransport, write_counts
from pendo_destination.transport.target import choose_targets

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pendo_contracts.terminal.progress_line import ProgressLine
    from pendo_destination.browser.rejected_events import RejectSummary
    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.commands._shared.event_files import EventFile
    from pendo_destination.runtime.destination_instance import Validation
    from pendo_destination.source.event_reporter import EventReporter
    from pendo_destination.transport.http_transport import HttpTransport
    from pendo_destination.transport.target import Target

FAILED: Final = 1
# Smaller inputs are sent so fast that a progress line only flickers.
PROGRESS_SIZE: Final = 1_000_000
# The targets of smaller inputs are sent to by threads: a process takes some milliseconds to start.
FORK_SIZE: Final = 200_000


def send_events(
    files: tuple[Path, ...],
    *,
    names: tuple[str, ...],
    regions: tuple[str, ...],
    cnames: tuple[str, ...],
    api_key: str | None,
    settings_file: Path | None,
    validation: Validation,
    ledger_file: Path | None,
    rejects_file: Path | None,
    dry_run: bool,
    emulator: str | None,
    report: bool,
    start: int | None,
    seed: int | None,
) -> int:
    """Send the events and return the exit code of `send`."""
    require_target(emulator, dry_run=dry_run)
    document = read_settings(settings_file, api_key)
    targets = choose_targets(regions, cnames)
    with ExitStack() as stack:
        transport = OfflineTransport(remembers=False) if dry_run else stack.enter_context(_connect(emulator))
        rejects = RejectedEvents(stack.enter_context(rejects_file.open("wb", buffering=0)) if rejects_file else None)
        transports = [CountingTransport(transport, counts_events=bool(ledger_file)) for _ in targets]
        configs = [
            build_site_config(names, document, *pair, validation) for pair in zip(targets, transports, strict=True)
        ]
        sites = [Site(_repeatable(config, start, seed), rejects) for config in configs]
        events = [stack.enter_context(open_events(file)) for file in files]
        if not dry_run:
            check_emulator(emulator)
        reporters = _report_to(emulator, sites, stack) if report and emulator else []
        if len(sites) > 1 and not reporters and can_fork() and _total_size(events) >= FORK_SIZE:
            _send_in_processes(events, sites, transports, rejects)
        else:
            _send_in_threads(events, sites)
    if ledger_file:
        _write_ledger(transports, ledger_file)
    _print_summary(targets, sites, transports, rejects)
    if unreported := sum(reporter.dropped for reporter in reporters):
        click.echo(f"note: {counted(unreported, 'event')} without a report in the console", err=True)
    _require_complete_file(rejects, rejects_file)
    return FAILED if any(site.rejected or site.undelivered for site in sites) else 0


def _connect(emulator: str | None) -> HttpTransport:
    from pendo_destination.transport.http_transport import HttpTransport  # noqa: PLC0415 - not for --dry-run

    return HttpTransport(emulator)


def _report_to(emulator: str, sites: Iterable[Site], stack: ExitStack) -> list[EventReporter]:
    """Start to report the events of each site to the emulator's console, until the stack is closed."""
    from pendo_destination.source.event_reporter import EventReporter  # noqa: PLC0415 - start-up time: rarely needed

    reporters = []
    for site in sites:
        reporter = stack.enter_context(EventReporter(emulator, site.config))
        site.on_processed = reporter.report
        reporters.append(reporter)
    return reporters


def _repeatable(config: SiteConfig, start: int | None, seed: int | None) -> SiteConfig:
    """Return the configuration with the clock and the seed of the options, if they are given."""
    if start is not None:
        config = replace(config, clock=lambda: start)
    return config if seed is None else replace(config, make_id=seeded_ids(seed))


def _require_complete_file(rejects: RejectedEvents, file: Path | None) -> None:
    """Raise OutputFileError if not all rejected events could be written."""
    if rejects.problem:
        raise OutputFileError(f"cannot write the rejects to {file}: {rejects.problem}; each line in it is complete")


def _write_ledger(transports: Iterable[CountingTransport], file: Path) -> None:
    try:
        write_counts(transports, file)
    except OSError as error:
        raise OutputFileError(f"cannot write the ledger to {file}: {error.strerror}") from error


def _send_in_threads(files: Sequence[EventFile], sites: Sequence[Site]) -> None:
    with _progress(files, len(sites)) as progress:
        advance = progress.advance if progress else lambda _size: None
        if len(sites) == 1:
            _send_all(files, sites[0], advance)
            return
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - start-up time: one site needs no threads

        with ThreadPoolExecutor(len(sites)) as pool:
            list(pool.map(lambda site: _send_all(files, site, advance), sites))


def _send_in_processes(
    files: Sequence[EventFile],
    sites: Sequence[Site],
    transports: Sequence[CountingTransport],
    rejects: RejectedEvents,
) -> None:
    """Send the events to each site in a process of its own, because threads of Python share one core.

    The counts of the processes are copied to the sites, transports and rejects of this process.
    """
    from pendo_destination.commands._shared.forked_processes import (  # noqa: PLC0415 - rarely needed
        forked,
        process_lock,
        shared_counts,
    )

    rejects.lock, sent_bytes = process_lock(), shared_counts(len(sites))
    pairs = list(zip(sites, transports, strict=True))
    work = [partial(_send_and_count, files, *pair, sent_bytes, place) for place, pair in enumerate(pairs)]
    with (
        _progress(files, len(sites)) as progress,
        forked(work, while_waiting=partial(_show_sum, progress, sent_bytes)) as results,
    ):
        for (site, transport), counts in zip(pairs, results, strict=True):
            site.events, site.performed, site.rejected, site.undelivered = counts.site
            transport.requests, transport.events = counts.transport
            rejects.merge(counts.rejects)


class _Counts(NamedTuple):
    """The counts of a process."""

    site: tuple[int, int, int, int]
    transport: tuple[int, Counter[tuple[str, str]]]
    rejects: RejectSummary


def _send_and_count(
    files: Sequence[EventFile], site: Site, transport: CountingTransport, sent_bytes: memoryview[int], place: int
) -> _Counts:
    """Send the events to a site in a forked process, and count the bytes at a place in shared memory."""

    def advance(size: int) -> None:
        sent_bytes[place] += size

    _send_all(files, site, advance)
    counts = (site.events, site.performed, site.rejected, site.undelivered)
    return _Counts(counts, (transport.requests, transport.events), site.rejects.summary)


def _send_all(files: Iterable[EventFile], site: Site, advance: Callable[[int], None]) -> None:
    with exit_if_unreachable():
        try:
            for file in files:
                for where, line in file.lines():
                    site.send_line(where, line)
                    advance(len(line))
        except click.UsageError:
            site.close()
            raise
        site.close()


def _total_size(files: Iterable[EventFile]) -> int:
    return sum(file.size for file in files)


def _progress(files: Iterable[EventFile], targets: int) -> AbstractContextManager[ProgressLine | None]:
    """Return a context in which a line shows the progress, or None for a small input or without a terminal."""
    total = _total_size(files) * targets
    if total < PROGRESS_SIZE or not can_redraw(sys.stderr):
        return nullcontext()
    return open_progress(sys.stderr, total, time.monotonic, Lock())


def _show_sum(progress: ProgressLine | None, sent_bytes: memoryview[int]) -> None:
    if progress:
        progress.show(sum(sent_bytes))


def _print_summary(
    targets: Iterable[Target], sites: Iterable[Site], transports: Iterable[CountingTransport], rejects: RejectedEvents
) -> None:
    for target, site, transport in zip(targets, sites, transports, strict=True):
        failed = f", {counted(site.undelivered, 'visitor')} with undelivered requests" if site.undelivered else ""
        click.echo(
            f"{target.name:26} {counted(site.events, 'event')} in, {counted(site.performed, 'action')}, "
            f"{counted(transport.requests, 'request')}, {site.rejected:,} rejected{failed}"
        )
    for where, reason in rejects.first.items():
        click.echo(f"rejected {visible(where)}: {visible(reason)}", err=True)
    if rejects.count > len(rejects.first):
        click.echo(f"... {rejects.count:,} events rejected in total; --rejects FILE writes all of them", err=True)

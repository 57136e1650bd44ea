"""`pendo-destination send`."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.console import open_console
from pendo_contracts.commands.exit_codes import OutputFileError
from pendo_contracts.commands.option_types import NewFile
from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.wire.region import REGIONS
from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.rejected_events import RejectedEvents
from pendo_destination.browser.site import Site
from pendo_destination.commands._shared.event_files import open_events
from pendo_destination.commands._shared.read_settings import API_KEY, HOST, read_settings
from pendo_destination.commands._shared.target_options import (
    check_emulator,
    exit_if_unreachable,
    require_target,
    target_options,
)
from pendo_destination.commands._shared.through_option import build_site_config, through_option
from pendo_destination.transport.counting_transport import CountingTransport, write_counts
from pendo_destination.transport.http_transport import HttpTransport
from pendo_destination.transport.target import ALL_REGIONS, choose_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pendo_destination.commands._shared.event_files import EventFile
    from pendo_destination.runtime.destination_instance import Validation
    from pendo_destination.transport.target import Target

FAILED: Final = 1
# Smaller inputs are sent so fast that a progress bar only flickers.
PROGRESS_BAR_SIZE: Final = 1_000_000

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("send")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@through_option
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=click.Choice([*REGIONS, ALL_REGIONS]),
    help="The Pendo region to send to. May be repeated.",
)
@click.option(
    "--cname",
    "cnames",
    multiple=True,
    type=HOST,
    metavar="HOST",
    help="Also send through this CNAME content host. May be repeated.",
)
@click.option("--api-key", type=API_KEY, metavar="KEY", help="The Pendo API key, if the settings do not contain it.")
@click.option("--settings", "settings_file", type=_FILE, help="A JSON file with the settings of the destinations.")
@click.option(
    "--validation",
    type=click.Choice(["documented", "browser"]),
    default="documented",
    show_default=True,
    help="Reject events that lack a field that the documentation requires (documented), or check nothing, like "
    "Segment's browser runtime (browser).",
)
@click.option("--ledger", "ledger_file", type=NewFile(), help="Write the number of sent events to this file.")
@click.option("--rejects", "rejects_file", type=NewFile(), help="Write the rejected events to this file.")
@click.option("--dry-run", is_flag=True, help="Process the events without sending any request.")
@target_options
def command(
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
) -> None:
    """Send Segment events through Pendo destinations.

    FILES contain events: one JSON object per line (NDJSON), a JSON array, or JSON objects one after another.
    They may be compressed with gzip or in UTF-16; `-` is standard input.

    Exit codes: 0: all sent; 1: some events were rejected or not delivered; 2: wrong usage; 3: a host did not answer.
    """
    require_target(emulator, dry_run=dry_run)
    document = read_settings(settings_file, api_key)
    targets = choose_targets(regions, cnames)
    with ExitStack() as stack:
        transport = OfflineTransport(remembers=False) if dry_run else stack.enter_context(HttpTransport(emulator))
        rejects = RejectedEvents(stack.enter_context(rejects_file.open("wb", buffering=0)) if rejects_file else None)
        transports = [CountingTransport(transport) for _ in targets]
        configs = [
            build_site_config(names, document, *pair, validation) for pair in zip(targets, transports, strict=True)
        ]
        sites = [Site(config, rejects) for config in configs]
        events = [stack.enter_context(open_events(file)) for file in files]
        if not dry_run:
            check_emulator(emulator)
        with _progress(events, len(targets)) as advance, ThreadPoolExecutor(len(targets)) as pool:
            list(pool.map(lambda site: _send_all(events, site, advance), sites))
    if ledger_file:
        _write_ledger(transports, ledger_file)
    _print_summary(targets, sites, transports, rejects)
    _require_complete_file(rejects, rejects_file)
    sys.exit(FAILED if any(site.rejected or site.undelivered for site in sites) else 0)


def _require_complete_file(rejects: RejectedEvents, file: Path | None) -> None:
    """Raise OutputFileError if not all rejected events could be written."""
    if rejects.problem:
        raise OutputFileError(f"cannot write the rejects to {file}: {rejects.problem}; each line in it is complete")


def _write_ledger(transports: Iterable[CountingTransport], file: Path) -> None:
    try:
        write_counts(transports, file)
    except OSError as error:
        raise OutputFileError(f"cannot write the ledger to {file}: {error.strerror}") from error


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


@contextmanager
def _progress(files: Iterable[EventFile], targets: int) -> Iterator[Callable[[int], None]]:
    total = sum(file.size for file in files) * targets
    if total < PROGRESS_BAR_SIZE or not sys.stderr.isatty():
        yield lambda _size: None
        return
    from rich.progress import Progress  # noqa: PLC0415 - start-up time: needed only at a terminal

    with Progress(console=open_console(sys.stderr), transient=True) as progress:
        task = progress.add_task("sending", total=total)
        yield lambda size: progress.advance(task, size)


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

"""`pendo-destination send`."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.region import REGIONS
from pendo_destination.agent.offline import OfflineTransport
from pendo_destination.browser.rejects import Rejects
from pendo_destination.browser.site import Site
from pendo_destination.commands._shared.destinations import set_up, through_option
from pendo_destination.commands._shared.emulator import emulator_option, exit_if_unreachable
from pendo_destination.commands._shared.settings import read_settings
from pendo_destination.transport.counting import Ledger, write_ledgers
from pendo_destination.transport.http import HttpTransport
from pendo_destination.transport.target import ALL, choose_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pendo_destination.runtime.instance import Validation
    from pendo_destination.transport.target import Target

REJECTED: Final = 1
LONG: Final = 1_000_000

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("send")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@through_option
@click.option(
    "--region", "regions", multiple=True, type=click.Choice([*REGIONS, ALL]), help="Where to send; may be repeated."
)
@click.option("--cname", "cnames", multiple=True, metavar="HOST", help="A CNAME content host to send through as well.")
@click.option("--api-key", metavar="KEY", help="The Pendo API key, if the settings do not name it.")
@click.option("--settings", "settings_file", type=_FILE, help="The destination's settings as JSON.")
@click.option(
    "--validation",
    type=click.Choice(["documented", "browser"]),
    default="documented",
    show_default=True,
    help="Refuse events that lack what the documentation requires, or check nothing, as Segment's browser runtime.",
)
@click.option("--ledger", "ledger_file", type=_NEW_FILE, help="Write what was sent, by place and type, to this file.")
@click.option("--rejects", "rejects_file", type=_NEW_FILE, help="Write what was not sent, and why, to this file.")
@click.option("--dry-run", is_flag=True, help="Do everything but send: no host is asked.")
@emulator_option
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
    """Send Segment events (NDJSON) through one or several of Segment's Pendo destinations.

    Exit code 0: all sent; 1: some events were rejected or could not be delivered; 2: wrong usage; 3: no host answered.
    """
    document = read_settings(settings_file, api_key)
    targets = choose_targets(regions, cnames)
    with ExitStack() as stack:
        transport = OfflineTransport(remembers=False) if dry_run else stack.enter_context(HttpTransport(emulator))
        rejects = Rejects(stack.enter_context(rejects_file.open("w", encoding="utf-8")) if rejects_file else None)
        ledgers = [Ledger(transport) for _ in targets]
        setups = [set_up(names, document, *pair, validation) for pair in zip(targets, ledgers, strict=True)]
        sites = [Site(setup, rejects) for setup in setups]
        with _progress(files, len(targets)) as advance, ThreadPoolExecutor(len(targets)) as pool:
            list(pool.map(lambda site: _send_all(files, site, advance), sites))
    if ledger_file:
        write_ledgers(ledgers, ledger_file)
    _tell(targets, sites, ledgers, rejects)
    sys.exit(REJECTED if any(site.rejected or site.undelivered for site in sites) else 0)


def _send_all(files: Iterable[Path], site: Site, advance: Callable[[int], None]) -> None:
    with exit_if_unreachable():
        for file in files:
            with file.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    site.send_line(f"{file.name}:{number}", line)
                    advance(len(line))
        site.close()


@contextmanager
def _progress(files: Iterable[Path], targets: int) -> Iterator[Callable[[int], None]]:
    total = sum(file.stat().st_size for file in files) * targets
    if total < LONG or not sys.stderr.isatty():
        yield lambda _size: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a person at a terminal waits for it
    from rich.progress import Progress  # noqa: PLC0415 - as above

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("sending", total=total)
        yield lambda size: progress.advance(task, size)


def _tell(targets: Iterable[Target], sites: Iterable[Site], ledgers: Iterable[Ledger], rejects: Rejects) -> None:
    for target, site, ledger in zip(targets, sites, ledgers, strict=True):
        failed = f", {site.undelivered} visitors with undelivered requests" if site.undelivered else ""
        click.echo(
            f"{target.name:26} {site.events:,} events in, {site.performed:,} actions, {ledger.requests:,} requests, "
            f"{site.rejected:,} rejected{failed}"
        )
    for where, reason in rejects.first.items():
        click.echo(f"rejected {where}: {reason}", err=True)
    if rejects.count > len(rejects.first):
        click.echo(f"... {rejects.count:,} rejections in all; --rejects FILE writes each down", err=True)

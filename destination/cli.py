"""`pendo-destination`: send, replay, day."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from contracts.region import REGIONS
from destination.configuration import find_configuration_problems, find_misreadings, read_configuration
from destination.javascript import stringify
from destination.target import ALL, choose_targets
from destination.transport import HttpTransport, UndeliveredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from destination.configuration import Configuration
    from destination.ledger import Ledger
    from destination.runtime import Validation
    from destination.site import Site
    from destination.target import Target
    from destination.transport import Transport

REJECTED: Final = 1
UNREACHABLE: Final = 3
LONG: Final = 1_000_000
SHOWN: Final = 20

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_EMULATOR = click.option(
    "--emulator",
    envvar="PENDO_EMULATOR_URL",
    metavar="URL",
    help="Send everything to this emulator, with the real host in the Host header. [env: PENDO_EMULATOR_URL]",
)


@click.group()
@click.version_option(package_name="pendo-emulator")
def main() -> None:
    """Segment's Pendo destinations: Segment events in, requests to Pendo out."""


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
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
@_EMULATOR
def send(
    files: tuple[Path, ...],
    *,
    regions: tuple[str, ...],
    cnames: tuple[str, ...],
    api_key: str | None,
    settings_file: Path | None,
    validation: Validation,
    ledger_file: Path | None,
    rejects_file: Path | None,
    emulator: str | None,
) -> None:
    """Send Segment events (NDJSON) through Pendo Web (Actions).

    Exit code 0: all sent; 1: some events were rejected or could not be delivered; 2: wrong usage; 3: no host answered.
    """
    from destination.ledger import Ledger, write_ledgers  # noqa: PLC0415 - help and usage errors come at once

    document = _read_settings(settings_file, api_key)
    targets = choose_targets(regions, cnames)
    configurations = [_configure(document | dict(target.settings), target) for target in targets]
    with HttpTransport(emulator) as transport, _progress(files, len(targets)) as advance:
        ledgers = [Ledger(transport) for _ in targets]
        sites = [_site(*pair, validation) for pair in zip(configurations, ledgers, strict=True)]
        with ThreadPoolExecutor(len(targets)) as pool:
            list(pool.map(lambda site: _send_all(files, site, advance), sites))
    if ledger_file:
        write_ledgers(ledgers, ledger_file)
    _tell(targets, sites, ledgers)
    if rejects_file:
        rejects = (reject.as_json() + "\n" for site in sites for reject in site.rejects)
        rejects_file.write_text("".join(rejects), "utf-8")
    sys.exit(REJECTED if any(site.rejects or site.undelivered for site in sites) else 0)


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_EMULATOR
def replay(files: tuple[Path, ...], *, emulator: str | None) -> None:
    """Send recorded requests (NDJSON or HAR) again, as they are."""
    from contracts.recording import read_recording  # noqa: PLC0415 - as above

    sent = 0
    with HttpTransport(emulator) as transport:
        for entry in (entry for file in files for entry in read_recording(file)):
            if entry.envelope is None:
                raise click.ClickException(f"{entry.where}: {entry.problem}")
            with _reachable():
                transport(entry.envelope)
            sent += 1
    click.echo(f"{sent} requests replayed")


@main.command()
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same day.")
@click.option("--events", default=600, show_default=True, type=click.IntRange(1), help="How many events.")
@click.option("--broken", is_flag=True, help="A dozen events that each break a rule, instead of a day.")
def day(*, seed: int, events: int, broken: bool) -> None:
    """Write a SaaS product's day of Segment events as NDJSON."""
    from destination import day as days  # noqa: PLC0415 - as above

    for event in days.broken(seed) if broken else days.generate(seed, events):
        click.echo(stringify(event))


def _read_settings(file: Path | None, api_key: str | None) -> dict[str, Any]:
    document: Any = {}
    if file:
        try:
            document = json.loads(file.read_bytes())
        except ValueError as error:
            raise click.UsageError(f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.UsageError(f"{file} holds no JSON object of settings")
    return document | ({"apiKey": api_key} if api_key is not None else {})


def _configure(document: dict[str, Any], target: Target) -> Configuration:
    """Check the settings; a region that the setting does not offer is said, and used."""
    from destination.pendo_web import PENDO_WEB  # noqa: PLC0415 - as above

    offered = PENDO_WEB.settings["region"].choices
    checked = document if document.get("region", offered[0]) in offered else document | {"region": offered[0]}
    problems = find_configuration_problems(PENDO_WEB, checked if target.settings else document)
    if problems:
        raise click.UsageError("the settings are wrong\n" + "\n".join(map(str, problems)))
    configuration = read_configuration(PENDO_WEB, document)
    for misreading in find_misreadings(configuration):
        click.echo(f"note: {misreading}", err=True)
    return configuration


def _site(configuration: Configuration, transport: Transport, validation: Validation) -> Site:
    from destination.device import Setup  # noqa: PLC0415 - as above
    from destination.pendo_web import PENDO_WEB  # noqa: PLC0415 - as above
    from destination.runtime import compile_plugins  # noqa: PLC0415 - as above
    from destination.site import Site  # noqa: PLC0415 - as above

    plugins = compile_plugins(PENDO_WEB, configuration.subscriptions)
    return Site(Setup(PENDO_WEB, configuration.settings, plugins, transport, validation))


def _send_all(files: Iterable[Path], site: Site, advance: Callable[[int], None]) -> None:
    with _reachable():
        for file in files:
            with file.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    site.send_line(f"{file.name}:{number}", line)
                    advance(len(line))
        site.close()


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except UndeliveredError as error:
        click.echo(f"Error: {error}\nIs the emulator running, and --emulator right?", err=True)
        raise SystemExit(UNREACHABLE) from error


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


def _tell(targets: Iterable[Target], sites: Iterable[Site], ledgers: Iterable[Ledger]) -> None:
    for target, site, ledger in zip(targets, sites, ledgers, strict=True):
        failed = f", {site.undelivered} visitors with undelivered requests" if site.undelivered else ""
        click.echo(
            f"{target.name:26} {site.events:,} events in, {site.performed:,} actions, {ledger.requests:,} requests, "
            f"{len(site.rejects):,} rejected{failed}"
        )
    reasons = {reject.where: reject.reason for site in sites for reject in site.rejects}
    for where, reason in islice(reasons.items(), SHOWN):
        click.echo(f"rejected {where}: {reason}", err=True)
    if len(reasons) > SHOWN:
        click.echo(f"... and {len(reasons) - SHOWN} more; --rejects FILE has them all", err=True)

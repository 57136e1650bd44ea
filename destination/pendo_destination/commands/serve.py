"""`pendo-destination serve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.region import REGIONS
from pendo_destination.commands._shared.emulator import emulator_option
from pendo_destination.commands._shared.settings import configure, read_settings
from pendo_destination.transport.target import choose_targets

if TYPE_CHECKING:
    from pendo_destination.runtime.configuration import Configuration

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--write-key", metavar="KEY", help="The source's write key.")
@click.option("--api-key", metavar="KEY", help="The Pendo API key, if the settings do not name it.")
@click.option("--region", type=click.Choice(list(REGIONS)), help="Where to send.")
@click.option("--cname", metavar="HOST", help="A CNAME content host to send through.")
@click.option("--settings", "settings_file", type=_FILE, help="The destination's settings as JSON.")
@click.option("--sources", "sources_file", type=_FILE, help="Several sources as JSON: write key -> settings.")
@click.option(
    "--idle",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds without events after which all visitors leave their pages, and so everything is sent.",
)
@click.option(
    "--journal",
    "journal_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep accepted events in this SQLite file until they are delivered or rejected; what is in it from before is "
    "sent first.  [default: a new temporary file, named at the start]",
)
@click.option(
    "--analytics-next",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Answer pages with Segment's snippet as its CDN would, from your copy of @segment/analytics-next.",
)
@emulator_option
def command(
    *,
    host: str,
    port: int,
    write_key: str | None,
    api_key: str | None,
    region: str | None,
    cname: str | None,
    settings_file: Path | None,
    sources_file: Path | None,
    idle: float,
    journal_file: Path | None,
    analytics_next: Path | None,
    emulator: str | None,
) -> None:
    """Receive events from Segment's own libraries and send them through Pendo Web (Actions), until Ctrl-C.

    There is one source, with --write-key, or those of --sources; the other settings are for all that set nothing else.

    An event that was answered with 200 survives a crash, kill -9 and a power cut: it is in the journal until Pendo has
    taken all that its visitor caused, and the next `serve` with that journal sends it, once again only if it was sent
    before and that was not written down yet. What is known of visitors, such as their group, does not survive.

    Exit code 0: all sent; 1: some events could not be delivered; 2: wrong usage.
    """
    if (write_key is None) == (sources_file is None):
        raise click.UsageError("give either --write-key or --sources")
    options = {"region": region, "cnameContentHost": cname}
    shared = read_settings(settings_file, api_key) | {name: value for name, value in options.items() if value}
    own = _read_sources(sources_file) if sources_file else {str(write_key): {}}
    configurations = {key: _configure(key, shared | settings) for key, settings in own.items()}
    from pendo_destination.commands._shared.server import serve  # noqa: PLC0415 - costs 70 ms that --help does not need

    code = serve(
        configurations,
        host=host,
        port=port,
        idle=idle,
        journal_file=journal_file,
        analytics_next=analytics_next,
        emulator=emulator,
    )
    sys.exit(code)


def _read_sources(file: Path) -> dict[str, dict[str, Any]]:
    sources = read_settings(file, None)
    if not sources:
        raise click.UsageError(f"{file} names no source")
    for key, settings in sources.items():
        if not isinstance(settings, dict):
            raise click.UsageError(f"{file}: the source {key!r} has no JSON object of settings")
    return sources


def _configure(write_key: str, settings: dict[str, Any]) -> Configuration:
    """Check a source's settings; a region may be given by its name."""
    region = settings.get("region")
    (target,) = choose_targets([region] if isinstance(region, str) and region in REGIONS else [], [])
    try:
        return configure(settings | dict(target.settings), target)
    except click.UsageError as error:
        raise click.UsageError(f"source {write_key}: {error.message}") from error

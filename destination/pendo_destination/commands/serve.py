"""`pendo-destination serve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from pendo_contracts.commands.option_types import NewFile
from pendo_contracts.common.access_policy import access_policy_for
from pendo_contracts.wire.region import REGIONS
from pendo_destination.commands._shared.setting_text import API_KEY, HOST
from pendo_destination.commands._shared.target_options import check_emulator, require_target, target_options

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8081,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen on; 0 selects a free port.",
)
@click.option("--write-key", metavar="KEY", help="The write key of the source.")
@click.option("--api-key", type=API_KEY, metavar="KEY", help="The Pendo API key, if the settings do not contain it.")
@click.option("--region", type=click.Choice(list(REGIONS)), help="The Pendo region to send to.")
@click.option("--cname", type=HOST, metavar="HOST", help="The CNAME content host to send through.")
@click.option("--settings", "settings_file", type=_FILE, help="A JSON file with the settings of the destination.")
@click.option("--sources", "sources_file", type=_FILE, help="A JSON file with several sources: write key -> settings.")
@click.option(
    "--idle",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0),
    help="After this many seconds without events, all visitors leave their pages; this sends all waiting events.",
)
@click.option(
    "--journal",
    "journal_file",
    type=NewFile("give the name of a file"),
    help="Keep accepted events in this SQLite file until they are delivered or rejected. Events already in the file "
    "are sent first.  [default: a new temporary file, whose path is printed]",
)
@click.option(
    "--analytics-next",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A copy of @segment/analytics-next; serve it like Segment's CDN, for pages with Segment's snippet.",
)
@click.option(
    "--trust-proxy",
    is_flag=True,
    help="Use X-Forwarded-Proto and X-Forwarded-Host of a proxy in front of this server, such as one for TLS.",
)
@click.option("--token", help="Token for the status page.  [default: none; random if --host is not a loopback address]")
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="HOST",
    multiple=True,
    help="Another host name for the status page; may be repeated.",
)
@click.option(
    "--report",
    is_flag=True,
    help="Report to the emulator's console which subscriptions matched each event, and which calls the agent got.",
)
@target_options
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
    report: bool,
    **access: Any,
) -> None:
    """Receive events from Segment's libraries and send them on.

    The command sends the events through Pendo Web (Actions) and runs until Ctrl-C.

    Use --write-key for one source, --sources for several. The other options apply to every source that does not set
    its own value.

    An event answered with 200 survives a crash, kill -9 and a power failure. It stays in the journal until Pendo has
    accepted every request of its visitor, and the next `serve` with that journal sends it. It is sent twice only if the
    crash happened after it was sent and before this was recorded. Data about visitors, such as their group, is lost.

    Exit codes: 0: all sent; 1: some events were not delivered; 2: wrong usage.
    """
    if (write_key is None) == (sources_file is None):
        raise click.UsageError("give either --write-key or --sources, not both")
    require_target(emulator)
    if report and not emulator:
        raise click.UsageError("--report needs --emulator: the reports go to the emulator's console")
    from pendo_destination.commands._shared.tracking_server.source_settings import read_sources  # noqa: PLC0415 - 100 ms that --help saves

    options = {"region": region, "cnameContentHost": cname}
    common = {name: value for name, value in options.items() if value}
    configurations = read_sources(write_key, sources_file, settings_file, api_key, common)
    check_emulator(emulator, may_start_later=True)
    from pendo_destination.commands._shared.tracking_server.serve_tracking_api import serve  # noqa: PLC0415 - 70 ms that --help does not need

    code = serve(
        configurations,
        host=host,
        port=port,
        idle=idle,
        journal_file=journal_file,
        analytics_next=analytics_next,
        emulator=emulator,
        access_policy=access_policy_for(host, access["allowed_hosts"], access["token"]),
        trust_proxy=access["trust_proxy"],
        report=report,
    )
    sys.exit(code)

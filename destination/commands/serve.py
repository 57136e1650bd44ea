"""`pendo-destination serve`."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from contracts.region import REGIONS
from destination.commands.reaching import emulator_option
from destination.commands.settings import configure, read_settings
from destination.device import Setup
from destination.pendo_web import PENDO_WEB
from destination.runtime import compile_plugins
from destination.source import Source, TrackingApi
from destination.source.app import STATUS
from destination.source.cdn import create_cdn, find_bundles
from destination.target import choose_targets
from destination.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from destination.configuration import Configuration
    from destination.transport import Transport

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_WELCOME: Final = """\
Segment's Tracking API is at {url} for the write keys {keys}
  analytics-python  analytics.write_key = "{key}"; analytics.host = "{url}"
  analytics-node    new Analytics({{writeKey: "{key}", host: "{url}"}})
  analytics-next    AnalyticsBrowser.load({{writeKey: "{key}", cdnSettings: {{integrations: {{"Segment.io":
                      {{apiKey: "{key}", apiHost: "{address}/v1", protocol: "http"}}}}}}}})
  Segment snippet   host: "{address}" (with --analytics-next; by http)
  curl              curl {url}/v1/track -u {key}: -d '{{"userId": "u1", "event": "Signed Up"}}'
  status            {url}{status}
Ctrl-C stops, once everything is sent."""


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
    analytics_next: Path | None,
    emulator: str | None,
) -> None:
    """Receive events from Segment's own libraries and send them through Pendo Web (Actions), until Ctrl-C.

    There is one source, with --write-key, or those of --sources; the other settings are for all that set nothing else.

    Exit code 0: all sent; 1: some events could not be delivered; 2: wrong usage.
    """
    if (write_key is None) == (sources_file is None):
        raise click.UsageError("give either --write-key or --sources")
    options = {"region": region, "cnameContentHost": cname}
    shared = read_settings(settings_file, api_key) | {name: value for name, value in options.items() if value}
    own = _read_sources(sources_file) if sources_file else {str(write_key): {}}
    configurations = {key: _configure(key, shared | settings) for key, settings in own.items()}
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    with ExitStack() as stack:
        sources = [
            Source(key, _setup(configuration, stack.enter_context(HttpTransport(emulator))), idle)
            for key, configuration in configurations.items()
        ]
        api = _listen(sources, host, port)
        api.app.register_blueprint(create_cdn(configurations, _bundles(analytics_next)))
        # Before any thread starts: one that does not block a signal may take it, and then the main thread sleeps on.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        stack.enter_context(api)
        click.echo(_welcome(api.url, sources))
        _wait_for_signal()
    sys.exit(_tell(sources))


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


def _setup(configuration: Configuration, transport: Transport) -> Setup:
    plugins = compile_plugins(PENDO_WEB, configuration.subscriptions)
    return Setup(PENDO_WEB, configuration.settings, plugins, transport)


def _bundles(package: Path | None) -> Path | None:
    try:
        return find_bundles(package) if package else None
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error


def _wait_for_signal() -> None:
    """Wait for Ctrl-C or SIGTERM; the next one ends the program at once."""
    signal.sigwait(_STOPPING)
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)


def _listen(sources: Iterable[Source], host: str, port: int) -> TrackingApi:
    try:
        return TrackingApi(sources, host, port)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        raise click.ClickException(message) from error


def _welcome(url: str, sources: Sequence[Source]) -> str:
    keys = ", ".join(source.write_key for source in sources)
    return _WELCOME.format(url=url, address=urlsplit(url).netloc, keys=keys, key=sources[0].write_key, status=STATUS)


def _tell(sources: Iterable[Source]) -> int:
    """Say what became of the events; return the exit code, 1 if not all of them were delivered."""
    undelivered = 0
    for source in sources:
        counts = source.status()
        undelivered += counts["undelivered"]
        click.echo(
            f"{source.write_key}: {counts['received']:,} events in, {counts['performed']:,} actions, "
            f"{sum(counts['rejected'].values()):,} rejected, {counts['undelivered']:,} undelivered"
        )
    return min(undelivered, 1)

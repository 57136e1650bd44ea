"""Runs the Tracking API for some sources until a signal; slow to import, because it imports Flask."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from pendo_contracts.common.safe_text import counted
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.commands._shared.tracking_server.open_journal import open_journal
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.source import Source, TrackingApi
from pendo_destination.source.addresses import STATUS_PATH
from pendo_destination.source.cdn_files import create_cdn, find_bundles
from pendo_destination.source.event_reporter import EventReporter
from pendo_destination.transport.http_transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pendo_contracts.common.access_policy import AccessPolicy
    from pendo_destination.runtime.configuration import Configuration

_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_BANNER: Final = """\
Segment's Tracking API is at {url} for the write keys {keys}
  analytics-python  analytics.write_key = "{key}"; analytics.host = "{url}"
  analytics-node    new Analytics({{writeKey: "{key}", host: "{url}"}})
  analytics-next    AnalyticsBrowser.load({{writeKey: "{key}", cdnSettings: {{integrations: {{"Segment.io":
                      {{apiKey: "{key}", apiHost: "{address}/v1", protocol: "http"}}}}}}}})
  Segment snippet   host: "{address}" (needs --analytics-next; use http)
  curl              curl {url}/v1/track -u {key}: -d '{{"userId": "u1", "event": "Signed Up"}}'
  status            {url}{status}{token}
Ctrl-C sends all waiting events and stops."""


def serve(
    configurations: Mapping[str, Configuration],
    *,
    host: str,
    port: int,
    idle: float,
    journal_file: Path | None,
    analytics_next: Path | None,
    emulator: str | None,
    access_policy: AccessPolicy,
    trust_proxy: bool,
    report: bool = False,
) -> int:
    """Serve sources, by write key, until a signal; return the exit code: 1 if an event was not delivered.

    The signals are Ctrl-C, SIGTERM, and SIGHUP unless it is ignored, as under `nohup`.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    with ExitStack() as stack:
        journal = stack.enter_context(open_journal(journal_file, configurations))
        sources = []
        for key, configuration in configurations.items():
            transport = stack.enter_context(HttpTransport(emulator))
            config = SiteConfig.from_configuration(PENDO_WEB, configuration, transport)
            on_processed = None
            if report and emulator:
                on_processed = stack.enter_context(EventReporter(emulator, config)).report
            sources.append(Source(key, config, idle, journal, on_processed=on_processed))
        api = _listen(sources, host, port, access_policy, trust_proxy=trust_proxy)
        api.app.register_blueprint(create_cdn(configurations, _bundles(analytics_next), emulator))
        # Set before any thread starts, because threads inherit the mask: a thread that does not block a signal could
        # receive it instead of the main thread.
        signals = [number for number in _STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        stack.enter_context(api)
        click.echo(_banner(api.url, sources, access_policy.token))
        _wait_for_signal(signals)
    return _print_summary(sources)


def _bundles(package: Path | None) -> Path | None:
    try:
        return find_bundles(package) if package else None
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error


def _wait_for_signal(signals: Sequence[signal.Signals]) -> None:
    """Wait for one of the signals; a second one ends the program immediately."""
    signal.sigwait(signals)
    for number in signals:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)


def _listen(
    sources: Iterable[Source], host: str, port: int, access_policy: AccessPolicy, *, trust_proxy: bool
) -> TrackingApi:
    try:
        return TrackingApi(sources, host, port, access_policy=access_policy, trust_proxy=trust_proxy)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        raise click.ClickException(message) from error


def _banner(url: str, sources: Sequence[Source], token: str) -> str:
    keys = ", ".join(source.write_key for source in sources)
    return _BANNER.format(
        url=url,
        address=urlsplit(url).netloc,
        keys=keys,
        key=sources[0].write_key,
        status=STATUS_PATH,
        token=f"  (Authorization: Bearer {token})" if token else "",
    )


def _print_summary(sources: Iterable[Source]) -> int:
    """Print the counts of each source and return the exit code: 1 if an event was not delivered."""
    undelivered = 0
    for source in sources:
        counts = source.status()
        undelivered += counts["undelivered"]
        click.echo(
            f"{source.write_key}: {counted(counts['received'], 'event')} in, {counted(counts['performed'], 'action')}, "
            f"{sum(counts['rejected'].values()):,} rejected, {counts['undelivered']:,} undelivered"
        )
    return min(undelivered, 1)

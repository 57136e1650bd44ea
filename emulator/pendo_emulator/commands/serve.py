"""`pendo-emulator serve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._shared.authority import ca_dir_option, cname_option, open_authority
from pendo_emulator.commands._shared.duration import SPAN
from pendo_emulator.commands._shared.server import (
    access_policy_for,
    agent_option,
    durability_option,
    log_option,
    serve_until_signal,
    start,
    store_option,
    tune,
    welcome,
    writer,
)
from pendo_emulator.limits import Limits
from pendo_emulator.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_USUAL = Limits()


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@store_option
@durability_option
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve.")
@click.option("--max-exchanges", type=click.IntRange(1), help="Forget the oldest requests beyond so many.")
@click.option("--max-age", type=SPAN, help="Forget requests that are older: 90s, 30m, 12h, 7d.")
@click.option("--max-keys", default=_USUAL.keys, show_default=True, type=click.IntRange(1), help="API keys to record.")
@click.option(
    "--max-connections", default=_USUAL.connections, show_default=True, type=click.IntRange(1), help="Open at once."
)
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST", help="A further name of the control API's.")
@click.option("--token", help="What the control API asks for; made up if --host is more than this machine.")
@log_option
@cname_option
@ca_dir_option
@agent_option
def command(
    *,
    host: str,
    port: int,
    workers: int,
    max_exchanges: int | None,
    max_age: float | None,
    max_keys: int,
    max_connections: int,
    hosts: tuple[str, ...],
    token: str | None,
    log: str,
    ca_dir: Path | None,
    **settings: Any,
) -> None:
    """Serve all of Pendo's hosts on one port, by HTTP, HTTPS and as a proxy, until Ctrl-C.

    Requests are recorded before they are answered. Of a key that was asked about within the last hour nothing is
    forgotten, whatever --max-exchanges and --max-age say.
    """
    limits = Limits(connections=max_connections, keys=max_keys, retention=Retention(max_exchanges, max_age))
    settings |= {
        "host": host,
        "authority": open_authority(ca_dir, settings["cnames"]) if ca_dir else None,
        "limits": limits,
        "access_policy": access_policy_for(host, hosts, token),
        "lines": writer(log),
    }
    tune()
    if workers > 1:
        sys.exit(_serve_with(workers, port, settings))
    with start(port=port, **settings) as emulator:
        click.echo(welcome(emulator))
        serve_until_signal(emulator)


def _serve_with(workers: int, port: int, settings: Mapping[str, Any]) -> int:
    """Serve with several processes on one port and one store."""
    from pendo_emulator.commands._shared.workers import serve  # noqa: PLC0415 - one process is the usual

    return serve(workers, port, settings)

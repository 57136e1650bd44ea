"""`pendo-emulator serve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._serving.state_options import state_options, take_state_options
from pendo_emulator.commands._shared.authority_options import ca_dir_option, cname_option, open_authority
from pendo_emulator.commands._shared.duration import DURATION
from pendo_emulator.commands._shared.rule_options import plan_option, read_plan_option, read_settings, settings_option
from pendo_emulator.commands._shared.server_options import agent_option, durability_option, log_option, store_option
from pendo_emulator.limits import Limits, Retention

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DEFAULTS = Limits()


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 chooses a free one.",
)
@store_option
@durability_option
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Number of server processes.")
@click.option("--max-exchanges", type=click.IntRange(1), help="Delete the oldest requests beyond this number.")
@click.option("--max-age", type=DURATION, help="Delete requests older than this: 90s, 30m, 12h, 7d.")
@click.option(
    "--max-keys",
    default=_DEFAULTS.keys,
    show_default=True,
    type=click.IntRange(1),
    help="Maximum number of API keys; requests with more keys are answered 429.",
)
@click.option(
    "--max-connections",
    default=_DEFAULTS.connections,
    show_default=True,
    type=click.IntRange(1),
    help="Maximum number of open connections.",
)
@click.option(
    "--max-streams",
    default=_DEFAULTS.streams,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Maximum number of open event streams of a process; the others are answered 503.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Another host name for the control API; may be repeated.",
)
@click.option("--token", help="Token for the control API.  [default: none; random if --host is not a loopback address]")
@log_option
@cname_option
@ca_dir_option
@agent_option
@settings_option
@plan_option
@state_options
def command(
    *,
    host: str,
    port: int,
    workers: int,
    max_exchanges: int | None,
    max_age: float | None,
    max_keys: int,
    max_connections: int,
    max_streams: int,
    hosts: tuple[str, ...],
    token: str | None,
    log: str,
    ca_dir: Path | None,
    settings_file: Path | None,
    plan_file: Path | None,
    **settings: Any,
) -> None:
    """Serve all of Pendo's hosts on one port until Ctrl-C, SIGTERM or SIGHUP.

    The port accepts HTTP and HTTPS and is a forward proxy to Pendo's hosts. Requests are recorded before they are
    answered. --max-exchanges and --max-age do not delete requests of an API key that was queried or configured within
    the last hour.
    """
    # These imports take 250 ms, which --help does not need.
    from pendo_contracts.common.access_policy import access_policy_for  # noqa: PLC0415
    from pendo_emulator.commands._shared.emulator_start import access_logger, serve, tune_process  # noqa: PLC0415

    state = take_state_options(settings, workers)
    retention = Retention(max_exchanges, max_age)
    limits = Limits(connections=max_connections, keys=max_keys, streams=max_streams, retention=retention)
    settings |= {
        "host": host,
        "authority": open_authority(ca_dir, settings["cnames"]) if ca_dir else None,
        "limits": limits,
        "access_policy": access_policy_for(host, hosts, token),
        "access_log": access_logger(log),
        "rules": read_settings(settings_file),
        "plan": read_plan_option(plan_file, settings_file),
        "run": state.run,
    }
    tune_process()

    def run(settings: Mapping[str, Any]) -> int:
        return _serve_with_workers(workers, port, settings) if workers > 1 else serve(port, settings)

    if state.import_path or state.export_folder:
        from pendo_emulator.commands._serving.serve_with_state import serve_with_state  # noqa: PLC0415 - rarely needed

        sys.exit(serve_with_state(state.import_path, state.export_folder, settings, run))
    sys.exit(run(settings))


def _serve_with_workers(workers: int, port: int, settings: Mapping[str, Any]) -> int:
    """Serve with several processes on one port and one store; return the exit code."""
    from pendo_emulator.commands._shared.serve_with_workers import serve_with_workers  # noqa: PLC0415 - rarely needed

    return serve_with_workers(workers, port, settings)

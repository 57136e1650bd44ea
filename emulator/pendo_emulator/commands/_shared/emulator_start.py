"""Functions of serve and exec: the start of an emulator, the start message, waiting for a signal."""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import sys
import time
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.commands.output_errors import discard_stdout
from pendo_contracts.common.safe_text import plural
from pendo_contracts.common.server_url import netloc
from pendo_contracts.typed_events.event_reader import typed_reader
from pendo_emulator.commands._shared.end_signals import collect_signals
from pendo_emulator.errors import EmulatorError, StoreError
from pendo_emulator.observability.access_log import FORMATS
from pendo_emulator.observability.log_setup import set_up_log
from pendo_emulator.observability.nonblocking_stderr import LOG_STREAM
from pendo_emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.http.application_interface import AccessLog
    from pendo_emulator.observability.counters import Counters

POLL_INTERVAL: Final = 0.05
PRELOAD_POLLS: Final = 4

_UNKNOWN_NAME: Final = frozenset({socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL})

log = logging.getLogger("pendo-emulator")


def serve(port: int, settings: Mapping[str, Any]) -> int:
    """Serve in this process until a signal; return the exit code."""
    with collect_signals() as signals, start(port=port, **settings) as emulator:
        click.echo(banner(emulator))
        serve_until_signal(emulator, signals)
    print_summary(emulator.counters)
    return 0


def start(**settings: Any) -> Emulator:
    """Create an emulator; raise a click error if its address, its store or its agent cannot be used."""
    try:
        return Emulator(**settings)
    except StoreError as error:
        raise click.ClickException(f"the store cannot be used: {error}") from error
    except EmulatorError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise address_in_use(settings.get("host", "127.0.0.1"), settings.get("port", 0), error) from error


def address_in_use(host: str, port: int, error: OSError) -> click.ClickException:
    """Return the error for an address on which the emulator cannot listen."""
    if error.errno in _UNKNOWN_NAME:
        problem = f"{host} has no known address: choose another --host"
    elif error.errno == errno.EADDRNOTAVAIL:
        problem = f"{host} is not an address of this machine: choose another --host"
    elif error.errno == errno.EADDRINUSE:
        problem = "the port is in use; choose another with --port"
    elif error.errno == errno.EACCES:
        problem = "no permission for this port; choose another with --port"
    else:
        problem = f"{error.strerror}; choose another --host or --port"
    return click.ClickException(f"cannot listen on {netloc(host, port)}: {problem}")


def access_logger(form: str) -> AccessLog | None:
    """Return a function that logs the exchanges of one transaction to stderr, or None for the format `none`."""
    if form == "none":
        return None
    formatted = FORMATS[form]

    def write(recorded: Sequence[tuple[Exchange, float]]) -> None:
        LOG_STREAM.write("".join([formatted(exchange, seconds) for exchange, seconds in recorded]))

    return write


def tune_process() -> None:
    """Prepare this process for many requests: set up its log, raise the open-file limit, collect garbage rarely.

    Also log exceptions that cannot be caught: Python's ssl raises one if a client's server name is not ASCII.
    """
    set_up_log()
    sys.unraisablehook = lambda error: log.warning("ignored exception: %s", error.exc_value)
    import resource  # noqa: PLC0415 - only POSIX has it

    maximum = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))
    gc.freeze()  # without gc.collect, which takes 20 ms and finds almost nothing
    gc.set_threshold(50_000, 50, 1000)


def banner(emulator: Emulator) -> str:
    """Return the start message: the emulator's address, and ways to reach its hosts."""
    return "\n".join(
        (
            f"Open {emulator.url}/ in a browser to see the events arrive.",
            f"Pendo's hosts are at {emulator.url} (selected by the Host header)",
            f"  without DNS   {emulator.host_url('data.eu.pendo.io')}/data/ptm.gif/<apiKey>",
            f"  content host  {emulator.host_url('cdn.eu.pendo.io')}  (for the setting Region or CNAME)",
            f"  by real name  HTTPS_PROXY={emulator.url}  (or use `pendo-emulator hosts`)",
            "  over TLS      on the same port; `pendo-emulator ca env` or `ca install` makes programs trust it",
            f"  control API   {emulator.control_url}/",
            *(
                [f"  access token  {emulator.access_policy.token}  (Authorization: Bearer)"]
                if emulator.access_policy.token
                else ()
            ),
            "Press Ctrl-C to stop.",
        )
    )


def serve_until_signal(emulator: Emulator, signals: Sequence[int], parent: int | None = None) -> None:
    """Wait until a signal is collected or the parent process ends; prepare later requests meanwhile.

    Preparing starts after PRELOAD_POLLS polls, because it would delay the first answers.
    """
    for poll in count(1):
        if signals or parent not in {None, os.getppid()}:
            break
        time.sleep(POLL_INTERVAL)
        if poll == PRELOAD_POLLS:
            typed_reader()
            emulator.preload()


def print_summary(counters: Counters) -> None:
    """Print the number of recorded requests; print nothing if the terminal is closed."""
    good, bad, not_judged = (counters.total(verdict) for verdict in ("good", "bad", "not-judged"))
    total = good + bad + not_judged
    others = f", {not_judged:,} not judged" if not_judged else ""
    try:
        click.echo(f"Stopped after {total:,} {plural(total, 'request')}: {good:,} good, {bad:,} broken{others}.")
    except OSError:
        discard_stdout()

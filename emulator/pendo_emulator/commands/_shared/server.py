"""What serve and exec have in common: an emulator that runs, and how people and programs find it."""

from __future__ import annotations

import gc
import logging
import os
import resource
import secrets
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_emulator.control.access import AccessPolicy
from pendo_emulator.observability.access_log import FORMATS, fields
from pendo_emulator.observability.stderr import LOG_STREAM
from pendo_emulator.server import Emulator
from pendo_emulator.storage.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.server import Lines

WAKING: Final = 0.05

log = logging.getLogger("pendo-emulator")

agent_option = click.option(
    "--agent",
    type=click.Path(exists=True, path_type=Path),
    help="Serve your own copy of @pendo/agent (node_modules/@pendo/agent) in place of the stand-in.",
)
store_option = click.option(
    "--store",
    metavar="FILE|URL",
    help="Keep what is recorded in this SQLite file, or in PostgreSQL (postgresql://user@host/database); without it, it"
    " goes when the emulator stops.",
)
durability_option = click.option(
    "--durability",
    type=click.Choice(["full", "normal", "memory"]),
    default="normal",
    show_default=True,
    help="What an answered request survives: a power cut, a crash, or nothing.",
)
log_option = click.option(
    "--log",
    type=click.Choice([*FORMATS, "none"]),
    default="text",
    show_default=True,
    help="How each request is told of on stderr; API keys are masked.",
)


def start(**settings: Any) -> Emulator:
    """Make an emulator; say what to do where its address is taken, its store unusable or its agent none."""
    from pendo_emulator.hosts.agent_script import NoAgentError  # noqa: PLC0415 - few have one

    try:
        return Emulator(**settings)
    except NoAgentError as error:
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        raise click.ClickException(f"the store cannot be used: {error}") from error
    except OSError as error:
        raise taken(settings.get("host", "127.0.0.1"), settings.get("port", 0), error) from error


def taken(host: str, port: int, error: OSError) -> click.ClickException:
    """Say what to do where nobody can listen."""
    return click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port")


def access_policy_for(host: str, hosts: Sequence[str], token: str | None) -> AccessPolicy:
    """Guard the control API; who lets other machines in without a token is given one."""
    local = host in {"localhost", "::1"} or host.startswith("127.")
    return AccessPolicy(frozenset(map(str.lower, (*hosts, host))), token or ("" if local else secrets.token_urlsafe()))


def writer(form: str) -> Lines | None:
    """Write a line for each exchange to stderr, those of one transaction at once."""
    if form == "none":
        return None
    written = FORMATS[form]

    def write(recorded: Sequence[tuple[Exchange, float]]) -> None:
        LOG_STREAM.write("".join(written(fields(exchange, seconds)) for exchange, seconds in recorded))

    return write


def tune() -> None:
    """Prepare this process for many requests: as many files as the system allows, and fewer looks at what lives on.

    A name in a TLS handshake that is not ASCII raises in Python's ssl where nobody can catch it: it becomes a line.
    """
    sys.unraisablehook = lambda error: log.warning("in passing: %s", error.exc_value)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)


def welcome(emulator: Emulator) -> str:
    """Say where the emulator is and how to reach its hosts."""
    return "\n".join(
        (
            f"Pendo's hosts are at {emulator.url} (told apart by Host header)",
            f"  without DNS   {emulator.host_url('data.eu.pendo.io')}/data/ptm.gif/<apiKey>",
            f"  content host  {emulator.host_url('cdn.eu.pendo.io')}  (for the Region or CNAME setting)",
            f"  by real name  HTTPS_PROXY={emulator.url}  (or what `pendo-emulator hosts` prints)",
            "  over TLS      on the same port; `pendo-emulator ca env` or `ca install` lets programs trust it",
            f"  control API   {emulator.control_url}/",
            *(
                [f"  its token     {emulator.access_policy.token}  (Authorization: Bearer)"]
                if emulator.access_policy.token
                else ()
            ),
            "Ctrl-C stops.",
        )
    )


def serve_until_signal(emulator: Emulator, parent: int | None = None) -> None:
    """Wait for Ctrl-C or SIGTERM, or until the parent is gone; load first what will be wanted next.

    The handlers only take note: what takes a lock there, as Event.set does, waits for itself when one more comes.
    """
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    emulator.warm()
    while not signals and parent in {None, os.getppid()}:
        time.sleep(WAKING)

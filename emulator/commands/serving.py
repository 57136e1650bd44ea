"""What serve and exec have in common: an emulator that runs, and how people and programs find it."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

import click

from emulator.real_agent import NoAgentError
from emulator.server import Emulator

if TYPE_CHECKING:
    from emulator.authority import Authority


WAKING: Final = 0.25

agent_option = click.option(
    "--agent",
    type=click.Path(exists=True, path_type=Path),
    help="Serve your own copy of @pendo/agent (node_modules/@pendo/agent) in place of the stand-in.",
)


def start(
    store: Path | None,
    host: str = "127.0.0.1",
    port: int = 0,
    cnames: tuple[str, ...] = (),
    authority: Authority | None = None,
    agent: Path | None = None,
) -> Emulator:
    """Make an emulator; say what to do where its address is taken or there is no such agent."""
    try:
        return Emulator(store, host, port, cnames, authority, agent)
    except NoAgentError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        raise click.ClickException(message) from error


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
            "Ctrl-C stops.",
        )
    )


def wait_for_signal() -> None:
    """Wait for Ctrl-C or SIGTERM.

    The kernel may hand the signal to a server thread; Python then runs the handler when the main thread next wakes.
    """
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    while not stopped.wait(WAKING):
        pass

"""`pendo-emulator`: serve, exec, check."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

import click

from contracts.region import REGIONS
from contracts.report import Judged, Report, as_json, as_text, summarize
from emulator.exchange import Exchange, ingest
from emulator.store import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.recording import Recorded
    from emulator.server import Emulator

KEPT: Final = 0
BROKEN: Final = 1
NOTHING: Final = 4

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"auto_envvar_prefix": "PENDO_EMULATOR"})
@click.version_option(package_name="pendo-emulator")
def main() -> None:
    """Pendo's ingest endpoints and snippet hosts on this machine: no account, no internet."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--store", type=_NEW_FILE, help="Keep what is recorded in this SQLite file; else it goes at the end.")
def serve(host: str, port: int, store: Path | None) -> None:
    """Serve all of Pendo's hosts on one port until Ctrl-C."""
    with _emulator(store, host, port) as emulator:
        click.echo(welcome(emulator))
        _wait_for_signal()


@main.command(name="exec", context_settings={"ignore_unknown_options": True})
@click.option("--store", type=_NEW_FILE, help="Keep what is recorded in this SQLite file.")
@click.option("--sent", "sent_file", type=_NEW_FILE, help="What CMD says it sent (JSON: place, type, number).")
@click.option("--stay", is_flag=True, help="Keep the emulator up afterwards, until Ctrl-C.")
@click.option("--json", "json_file", type=_NEW_FILE, help="Also write the report as JSON to this file.")
@click.option("--allow-empty", is_flag=True, help="It is fine if nothing at all arrives: exit 0 instead of 4.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_(
    command: tuple[str, ...],
    *,
    store: Path | None,
    sent_file: Path | None,
    stay: bool,
    json_file: Path | None,
    allow_empty: bool,
) -> None:
    """Run COMMAND against an emulator of its own and judge what it sent.

    The exit code is COMMAND's; 1 if COMMAND succeeded and contracts were broken, 4 if nothing arrived.
    """
    with _emulator(store) as emulator:
        code = _run(command, environment(emulator))
        report = _report(emulator, sent_file)
        _print(report, json_file)
        if stay:
            click.echo(welcome(emulator))
            _wait_for_signal()
    sys.exit(code or _exit_code(report, allow_empty=allow_empty))


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--cname", "cnames", multiple=True, metavar="HOST", help="A customer's host that stands for Pendo's.")
@click.option("--only", type=click.Choice(["schemas"]), help="Judge by the schemas alone, without any other rule.")
@click.option("--json", "json_file", type=_NEW_FILE, help="Also write the report as JSON to this file.")
@click.option("--allow-empty", is_flag=True, help="Nothing to check is fine: exit 0 instead of 4.")
def check(
    files: tuple[Path, ...], *, cnames: tuple[str, ...], only: str | None, json_file: Path | None, allow_empty: bool
) -> None:
    """Judge recorded requests: NDJSON (one request a line) or HAR files.

    Exit code 0: every contract kept; 1: broken; 2: wrong usage; 4: nothing was checked.
    """
    from contracts.recording import read_recording  # noqa: PLC0415 - serve and exec start without it

    del only  # there are no rules beside the schemas yet
    unreadable: list[str] = []
    entries = (entry for file in files for entry in read_recording(file, cnames))
    report = replace(summarize(_judge(entries, unreadable)), unreadable=tuple(unreadable))
    _print(report, json_file)
    sys.exit(_exit_code(report, allow_empty=allow_empty))


def environment(emulator: Emulator) -> dict[str, str]:
    """Name the emulator's address, and each host's, in environment variables."""
    hosts = {
        f"PENDO_{region.name.upper()}_{role.upper()}_URL": emulator.host_url(region.host(role))
        for region in REGIONS.values()
        for role in ("content", "data", "app")
    }
    return hosts | {"PENDO_EMULATOR_URL": emulator.url, "PENDO_EMULATOR_CONTROL_URL": emulator.control_url}


def welcome(emulator: Emulator) -> str:
    """Say where the emulator is and how to reach its hosts."""
    return "\n".join(
        (
            f"Pendo's hosts are at {emulator.url} (told apart by Host header)",
            f"  without DNS   {emulator.host_url('data.eu.pendo.io')}/data/ptm.gif/<apiKey>",
            f"  content host  {emulator.host_url('cdn.eu.pendo.io')}  (for the Region or CNAME setting)",
            f"  control API   {emulator.control_url}/",
            "Ctrl-C stops.",
        )
    )


def _emulator(store: Path | None, host: str = "127.0.0.1", port: int = 0) -> Emulator:
    from emulator.server import Emulator  # noqa: PLC0415 - check needs no server

    try:
        return Emulator(store, host, port)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error


def _run(command: tuple[str, ...], variables: Mapping[str, str]) -> int:
    try:
        return subprocess.run(command, env=os.environ | variables, check=False).returncode  # noqa: S603 - running it is the job
    except OSError as error:
        raise click.UsageError(f"cannot run {command[0]}: {error.strerror}") from error


def _report(emulator: Emulator, sent_file: Path | None) -> Report:
    import json  # noqa: PLC0415 - beside its only use

    sent = json.loads(sent_file.read_text("utf-8")) if sent_file and sent_file.exists() else None
    exchanges = emulator.recorder.read_all(Query())
    return summarize((_judged(f"exchange {exchange.id}", exchange) for exchange in exchanges), sent)


def _judge(entries: Iterator[Recorded], unreadable: list[str]) -> Iterator[Judged]:
    for entry in entries:
        if entry.envelope is None:
            unreadable.append(f"{entry.where}: {entry.problem}")
        else:
            yield _judged(entry.where, ingest(entry.envelope))


def _judged(where: str, exchange: Exchange) -> Judged:
    return Judged(where, exchange.beacon, exchange.verdicts)


def _print(report: Report, json_file: Path | None) -> None:
    click.echo(as_text(report, color=sys.stdout.isatty()), nl=False)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(as_json(report) + "\n", "utf-8")


def _exit_code(report: Report, *, allow_empty: bool) -> int:
    if not report.good:
        return BROKEN
    if report.requests == 0 and not allow_empty:
        click.echo("nothing was checked: no request arrived (--allow-empty if that is fine)", err=True)
        return NOTHING
    return KEPT


def _wait_for_signal() -> None:
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    stopped.wait()

"""`pendo-emulator exec`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.report import Report, summarize
from emulator.commands.reporting import allow_empty_option, exit_code, json_option, judged, publish
from emulator.commands.serving import environment, start, wait_for_signal, welcome
from emulator.store import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.server import Emulator

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("exec", context_settings={"ignore_unknown_options": True})
@click.option("--store", type=_FILE, help="Keep what is recorded in this SQLite file.")
@click.option("--sent", "sent_file", type=_FILE, help="What CMD says it sent (JSON: place, event type, number).")
@click.option("--stay", is_flag=True, help="Keep the emulator up afterwards, until Ctrl-C.")
@json_option
@allow_empty_option
@click.argument("cmd", nargs=-1, required=True, type=click.UNPROCESSED)
def command(
    cmd: tuple[str, ...],
    *,
    store: Path | None,
    sent_file: Path | None,
    stay: bool,
    json_file: Path | None,
    allow_empty: bool,
) -> None:
    """Run CMD against an emulator of its own and judge what it sent.

    The exit code is CMD's; 1 if CMD succeeded and contracts were broken, 4 if nothing arrived.
    """
    with start(store) as emulator:
        code = _run(cmd, environment(emulator))
        report = _report(emulator, sent_file)
        publish(report, json_file)
        if stay:
            click.echo(welcome(emulator))
            wait_for_signal()
    sys.exit(code or exit_code(report, allow_empty=allow_empty))


def _run(cmd: tuple[str, ...], variables: Mapping[str, str]) -> int:
    try:
        return subprocess.run(cmd, env=os.environ | variables, check=False).returncode  # noqa: S603 - the job
    except OSError as error:
        raise click.UsageError(f"cannot run {cmd[0]}: {error.strerror}") from error


def _report(emulator: Emulator, sent_file: Path | None) -> Report:
    sent = json.loads(sent_file.read_text("utf-8")) if sent_file and sent_file.exists() else None
    exchanges = emulator.recorder.read_all(Query())
    return summarize((judged(f"exchange {exchange.id}", exchange) for exchange in exchanges), sent)

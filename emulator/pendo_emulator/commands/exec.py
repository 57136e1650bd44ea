"""`pendo-emulator exec`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from pendo_contracts.judge import judge_stream
from pendo_contracts.report import Report, summarize
from pendo_contracts.rules import RULES
from pendo_emulator.clients.environment import child_environment
from pendo_emulator.commands._shared.authority import ca_dir_option, cname_option, open_authority
from pendo_emulator.commands._shared.report import allow_empty_option, exit_code, json_option, publish
from pendo_emulator.commands._shared.server import (
    agent_option,
    banner,
    serve_until_signal,
    start,
    store_option,
    tune_process,
)
from pendo_emulator.storage.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.server import Emulator

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("exec", context_settings={"ignore_unknown_options": True})
@store_option
@click.option("--sent", "sent_file", type=_FILE, help="JSON file of what CMD sent: {place: {event type: number}}.")
@click.option("--stay", is_flag=True, help="Keep the emulator running after CMD, until Ctrl-C.")
@cname_option
@ca_dir_option
@agent_option
@json_option
@allow_empty_option
@click.argument("cmd", nargs=-1, required=True, type=click.UNPROCESSED)
def command(
    cmd: tuple[str, ...],
    *,
    store: str | None,
    sent_file: Path | None,
    stay: bool,
    cnames: tuple[str, ...],
    ca_dir: Path | None,
    agent: Path | None,
    json_file: Path | None,
    allow_empty: bool,
) -> None:
    """Run CMD and check the requests that it sends to Pendo.

    CMD gets an emulator of its own and reaches it under the real names of Pendo's hosts: its environment has
    HTTPS_PROXY and variables that make it trust the emulator's certificates.

    The exit code is CMD's; if that is 0: 1 if a contract was broken, 4 if nothing arrived.
    """
    authority = open_authority(ca_dir, cnames)
    tune_process()
    with (
        start(store=store, cnames=cnames, authority=authority, agent=agent) as emulator,
        TemporaryDirectory() as folder,
    ):
        code = _run(cmd, child_environment(emulator, Path(folder)))
        report = _report(emulator, sent_file)
        publish(report, json_file)
        if stay:
            click.echo(banner(emulator))
            serve_until_signal(emulator)
    sys.exit(code or exit_code(report, allow_empty=allow_empty))


def _run(cmd: tuple[str, ...], variables: Mapping[str, str]) -> int:
    try:
        return subprocess.run(cmd, env=os.environ | variables, check=False).returncode  # noqa: S603 - running CMD is its job
    except OSError as error:
        raise click.UsageError(f"cannot run {cmd[0]}: {error.strerror}") from error


def _report(emulator: Emulator, sent_file: Path | None) -> Report:
    sent = json.loads(sent_file.read_text("utf-8")) if sent_file and sent_file.exists() else None
    exchanges = emulator.recorder.read_all(Query())
    return summarize(judge_stream(exchanges, RULES), sent)

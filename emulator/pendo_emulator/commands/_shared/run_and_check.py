"""Runs a command with its own emulator and checks the requests that the command sends."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from pendo_contracts.baseline.hide_known import MAX_GROUPS as KNOWN_GROUPS
from pendo_contracts.commands.output_errors import OutputError, discard_stdout
from pendo_contracts.commands.read_known import read_known
from pendo_contracts.report import Outcome, Report, conclude
from pendo_contracts.report.finding_groups import MAX_GROUPS
from pendo_emulator.clients.child_environment import child_environment
from pendo_emulator.clients.forward_proxy import ForwardProxy
from pendo_emulator.commands._shared.authority_options import open_authority
from pendo_emulator.commands._shared.child_process import Child, End
from pendo_emulator.commands._shared.emulator_start import banner, serve_until_signal, start, tune_process
from pendo_emulator.commands._shared.end_signals import collect_signals
from pendo_emulator.commands._shared.publish_report import publish
from pendo_emulator.commands._shared.rule_options import read_plan_option, read_settings
from pendo_emulator.recorder.live_check import check_once
from pendo_emulator.storage.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.commands.known_findings import KnownFiles
    from pendo_contracts.report.report import Sent
    from pendo_emulator.commands._shared.report_options import Output
    from pendo_emulator.server import Emulator


class _StartError(click.ClickException):
    exit_code = click.UsageError.exit_code


def run_and_check(
    cmd: tuple[str, ...],
    *,
    store: str | None,
    sent_file: Path | None,
    stay: bool,
    grace: float,
    http_proxy: bool,
    cnames: tuple[str, ...],
    ca_dir: Path | None,
    agent: Path | None,
    settings_file: Path | None,
    plan_file: Path | None,
    known: KnownFiles,
    strict: bool,
    output: Output,
    allow_empty: bool,
) -> int:
    """Run CMD and return the exit code of `exec`."""
    rules, plan = read_settings(settings_file), read_plan_option(plan_file, settings_file)
    emulator_settings = {"store": store, "cnames": cnames, "agent": agent, "rules": rules, "plan": plan}
    known_options = read_known(known, settings_file, datetime.now(UTC).date())
    max_groups = KNOWN_GROUPS if known_options else MAX_GROUPS
    with collect_signals() as signals, _started(ca_dir, emulator_settings) as emulator:
        first = emulator.recorder.from_now_on(Query())
        with (
            TemporaryDirectory(prefix="pendo-emulator-") as folder,
            ForwardProxy(emulator) if http_proxy else nullcontext() as proxy,
        ):
            variables = child_environment(emulator, Path(folder), proxy.url if proxy else "")
            child = _start_child(cmd, variables, signals, grace)
            end = child.wait()
            if not stay:
                child.end_survivors()
            report, problem = _report(emulator, first, sent_file, max_groups)
            if known_options:
                report = known_options.apply(report, update=not (end.exit_code or end.signal))
            checked = conclude(report, strict=strict, allow_empty=allow_empty)
            outcome = _combine(end, checked, problem)
            _publish(report, outcome, output)
            if stay:
                if not child.interrupted:
                    click.echo(banner(emulator))
                    serve_until_signal(emulator, signals)
                child.end_survivors()
    return outcome.exit_code


@contextmanager
def _started(ca_dir: Path | None, settings: dict[str, Any]) -> Iterator[Emulator]:
    """Run an emulator; exit with 2 if it cannot start, because 1 means a broken contract."""
    try:
        authority = open_authority(ca_dir, settings["cnames"])
        tune_process()
        emulator = start(authority=authority, **settings)
    except click.ClickException as error:
        raise _StartError(error.message) from error
    with emulator:
        yield emulator


def _start_child(cmd: Sequence[str], variables: dict[str, str], signals: list[int], grace: float) -> Child:
    try:
        return Child(cmd, os.environ | variables, signals, grace)
    except OSError as error:
        raise click.UsageError(f"cannot run {cmd[0]}: {error.strerror}") from error


def _report(emulator: Emulator, query: Query, sent_file: Path | None, max_groups: int) -> tuple[Report, str]:
    """Report on the exchanges of this run; also return what is wrong with the file of sent events, or ""."""
    sent, problem = _read_sent(sent_file) if sent_file else (None, "")
    recorder = emulator.recorder
    report = check_once(
        recorder.store, query, recorder.rules, sent, emulator.domains[1:], max_groups=max_groups,
        plan=recorder.plan.get(),
    )  # fmt: skip
    return report, problem


def _read_sent(file: Path) -> tuple[Sent | None, str]:
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        return None, f"cannot read {file}, which the command must write: {error.strerror}"
    except (ValueError, RecursionError) as error:
        return None, f"{file} is not JSON: {error}"
    if not _is_sent(document):
        return None, f"{file} is not of the form {{place: {{event type: number}}}}"
    return document, ""


def _is_sent(document: Any) -> bool:
    kinds = list(document.values()) if isinstance(document, dict) else [None]
    return all(isinstance(counts, dict) and all(map(_is_count, counts.values())) for counts in kinds)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _combine(end: End, checked: Outcome, problem: str) -> Outcome:
    """Return the outcome of a run: the exit code of a failed command, else the exit code of the check."""
    if end.signal:
        text = f"{end.signal} ended the command, exit code {end.exit_code} is the command's; it had sent {checked.text}"
        return Outcome("KILLED", end.exit_code, text, "command", end.exit_code)
    if end.exit_code:
        text = f"exit code {end.exit_code} is the command's; it had sent {checked.text}"
        return Outcome("FAILED", end.exit_code, text, "command", end.exit_code)
    if problem:
        return Outcome("UNREADABLE", click.UsageError.exit_code, problem, command_exit_code=0)
    if checked.exit_code:
        text = f"{checked.text} (exit code {checked.exit_code} is pendo-emulator's, the command's is 0)"
        return replace(checked, text=text, command_exit_code=0)
    return replace(checked, command_exit_code=0)


def _publish(report: Report, outcome: Outcome, output: Output) -> None:
    """Publish the report; if that fails and the command failed too, keep the command's exit code."""
    try:
        publish(report, outcome, output)
    except (click.ClickException, OutputError, OSError) as error:
        if outcome.owner != "command":
            raise
        discard_stdout()
        click.echo(f"Error: the report cannot be written: {error}", err=True)

"""Makes a scenario of a recording, runs it once, and writes its file."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.checking.recording_check import check_recordings
from pendo_contracts.common.safe_text import visible
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.scenarios.reading import parse_scenario
from pendo_destination.commands._scenario.run_scenarios import running_emulator, scenario_errors, write_file
from pendo_destination.commands._shared.target_options import exit_if_unreachable
from pendo_destination.scenarios.deriving.derive_scenario import as_yaml, derive_scenario
from pendo_destination.scenarios.deriving.recorded_case import read_case
from pendo_destination.scenarios.running.emulator import ScenarioEmulator
from pendo_destination.scenarios.running.run_scenario import run_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pendo_destination.scenarios.running.run_scenario import ScenarioRun

NOT_SHOWN: Final = 1


def new_scenario(recording: Path, output: Path, emulator: str | None, *, force: bool) -> int:
    """Write the scenario of a recording and return the exit code of `scenario new`."""
    if output.exists() and not force:
        raise click.UsageError(f"{visible(str(output))} exists: give another --output, or --force to replace it")
    with scenario_errors(), exit_if_unreachable(), running_emulator(emulator) as url:
        document = _derive(recording, url)
        run = _run(document, output, url)
        missing = [rule for rule in document["expect"]["findings"] if rule not in run.findings]
        document["expect"]["findings"] = [rule for rule in document["expect"]["findings"] if rule not in missing]
        further = [rule for rule in run.findings if rule not in document["expect"]["findings"]]
        document["expect"]["findings"] += further
        write_file(output, as_yaml(document))
    shown = run.inspection["causes"][0]
    _show(output, document, missing, further)
    if shown["cause"] == document["expect"]["cause"]:
        click.echo(f"The scenario shows the cause of the recording: {shown['cause']}")
        return 0
    click.echo(f"The scenario does not show the cause {document['expect']['cause']}; it shows {shown['cause']}: "
               "change its steps")  # fmt: skip
    return NOT_SHOWN


def _derive(recording: Path, url: str) -> dict[str, Any]:
    try:
        case = read_case(recording)
        findings = sorted({group.rule for group in check_recordings([recording]).findings})
        data = recording.read_bytes()
    except (OSError, RecordingError) as error:
        raise click.UsageError(f"UNREADABLE: {visible(str(error))}") from error
    with closing(ScenarioEmulator(url)) as emulator:
        return derive_scenario(case, emulator.inspect_bytes(data, recording.name), findings)


def _run(document: Mapping[str, Any], output: Path, url: str) -> ScenarioRun:
    text = as_yaml(document)
    return run_scenario(parse_scenario(text.encode(), str(output), output.stem), url)


def _show(output: Path, document: Mapping[str, Any], missing: list[str], further: list[str]) -> None:
    steps, faults = len(document["steps"]), len(document.get("faults", ())) + len(document.get("blocked", ()))
    click.echo(f"{visible(str(output))}: {steps} steps, {faults} faults and blocked requests")
    click.echo("It has ids and other values of the recording: keep it private.")
    if missing:
        click.echo(f"not shown by the scenario, and left out: {', '.join(missing)}")
    if further:
        click.echo(f"shown by the scenario, and not in the recording: {', '.join(further)}")
    click.echo(f"Write the symptom into {visible(str(output))}, and read what is only `possible`.")

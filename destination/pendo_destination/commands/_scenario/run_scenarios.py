"""Runs scenarios and shows the results."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.console import page_width
from pendo_contracts.commands.json_file import is_stdout, write_json
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.scenarios.reading import ScenarioError
from pendo_destination.commands._shared.target_options import check_emulator, exit_if_unreachable
from pendo_destination.scenarios.library import find_scenario, scenario_names
from pendo_destination.scenarios.pages import WIDTH, as_plain_text
from pendo_destination.scenarios.running.emulator import EmulatorRefusedError, started_emulator
from pendo_destination.scenarios.running.real_browser import BrowserError, launched_chromium
from pendo_destination.scenarios.running.run_scenario import play_with_python_agent, run_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pendo_contracts.scenarios.scenario import Scenario
    from pendo_destination.scenarios.running.run_scenario import Play, ScenarioRun

DIFFERENT: Final = 1


@dataclass(frozen=True, slots=True)
class Output:
    """The files to write, None for none."""

    json_file: Path | None = None
    har_path: Path | None = None


def show_scenario(name: str) -> None:
    """Print the page of a scenario."""
    with scenario_errors():
        click.echo(as_plain_text(find_scenario(name), page_width(sys.stdout, WIDTH)))


def run_scenarios(
    names: Sequence[str], emulator: str | None, agent: Path | None, output: Output, *, run_all: bool
) -> int:
    """Run scenarios and return the exit code of `scenario run`."""
    scenarios = _choose(names, run_all=run_all, in_browser=agent is not None)
    if agent and emulator:
        raise click.UsageError("give --agent or --emulator: a run in a browser starts an emulator with this agent")
    shows_text = not is_stdout(output.json_file)
    runs = []
    with scenario_errors(), exit_if_unreachable(), ExitStack() as stack:
        play: Play = stack.enter_context(launched_chromium()).play if agent else play_with_python_agent
        url = stack.enter_context(running_emulator(emulator, agent))
        for scenario in scenarios:
            run = run_scenario(scenario, url, play, in_browser=agent is not None)
            runs.append(run)
            if output.har_path:
                name = output.har_path if len(scenarios) == 1 else output.har_path / f"{scenario.name}.har"
                write_file(name, json.dumps(run.har))
            if shows_text:
                _show(run)
    shown = sum(run.reproduces for run in runs)
    if shows_text and len(runs) > 1:
        click.echo(f"{counted(len(runs), 'scenario')}, {shown} as expected, {len(runs) - shown} different")
    if output.json_file:
        documents = [run.to_json() for run in runs]
        write_json(documents[0] if len(documents) == 1 else {"scenarios": documents}, output.json_file)
    return 0 if shown == len(runs) else DIFFERENT


@contextmanager
def running_emulator(emulator: str | None, agent: Path | None = None) -> Iterator[str]:
    """Yield the URL of an emulator: of the given one, or of one that is started and stopped again."""
    if emulator:
        check_emulator(emulator)
        yield emulator
        return
    with started_emulator(agent) as url:
        yield url


@contextmanager
def scenario_errors() -> Iterator[None]:
    """Turn the errors of scenarios into wrong usage, which has exit code 2."""
    try:
        yield
    except (ScenarioError, EmulatorRefusedError, BrowserError) as error:
        raise click.UsageError(str(error)) from error


def write_file(file: Path, text: str) -> None:
    """Write a result; raise OutputFileError if that fails."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)
    except OSError as error:
        raise OutputFileError(f"cannot write {visible(str(file))}: {error.strerror}; give another file") from error


def _choose(names: Sequence[str], *, run_all: bool, in_browser: bool) -> list[Scenario]:
    """Return the scenarios to run; raise click.UsageError if the choice is wrong."""
    if bool(names) == run_all:
        raise click.UsageError("give names or files of scenarios, or --all; `pendo-destination scenario list` has them")
    with scenario_errors():
        scenarios = [find_scenario(name) for name in names or scenario_names()]
    if not in_browser:
        return scenarios
    without = [scenario.name for scenario in scenarios if not scenario.browser]
    if names and without:
        raise click.UsageError(f"{visible(', '.join(without))}: not for a browser; omit --agent")
    return [scenario for scenario in scenarios if scenario.browser]


def _show(run: ScenarioRun) -> None:
    expect = run.scenario.expect
    name = visible(run.scenario.name)
    if run.reproduces:
        rules = f"; rules: {', '.join(expect.findings)}" if expect.findings else ""
        click.echo(visible(f"AS EXPECTED {name}: {expect.cause} ({expect.certainty}){rules}", WIDTH * 4))
        return
    click.echo(f"DIFFERENT   {name}")
    for difference in run.differences:
        click.echo(f"  {visible(difference)}")

"""`pendo-destination scenario`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pendo_contracts.commands.json_file import json_option
from pendo_contracts.commands.option_types import NewFile
from pendo_destination.commands._shared.target_options import emulator_option

_NEW_FILE = NewFile("give the name of a file")


@click.group("scenario")
def command() -> None:
    """Run known problems, and make scenarios of recordings."""


@command.command("list")
@click.option("--browser", is_flag=True, help="List only those that the real agent in a browser can run.")
def list_scenarios(*, browser: bool) -> None:
    """List all scenarios: name and problem."""
    from pendo_destination.scenarios.library import find_scenario, scenario_names  # noqa: PLC0415 - start-up time

    scenarios = [find_scenario(name) for name in scenario_names()]
    width = max(len(scenario.name) for scenario in scenarios)
    for scenario in scenarios:
        if scenario.browser or not browser:
            click.echo(f"{scenario.name.ljust(width)}  {scenario.title}")


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print the page of a scenario: what you see in Pendo, why, how to recognize and how to fix it.

    NAME is a name of the list, or a file.
    """
    from pendo_destination.commands._scenario.run_scenarios import show_scenario  # noqa: PLC0415 - start-up time

    show_scenario(name)


@command.command("run")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "run_all", is_flag=True, help="Run all scenarios; with --agent those that a browser can run.")
@emulator_option
@click.option(
    "--agent",
    type=click.Path(exists=True, path_type=Path),
    help="Run in Chromium with your own copy of @pendo/agent (node_modules/@pendo/agent) instead of the Python agent.",
)
@click.option(
    "--har",
    "har_path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write the recorded traffic to this HAR file; of several scenarios, to a folder.",
)
@json_option
def run(
    names: tuple[str, ...],
    emulator: str | None,
    agent: Path | None,
    har_path: Path | None,
    json_file: Path | None,
    *,
    run_all: bool,
) -> None:
    """Run scenarios, and say whether each shows its problem.

    NAME is a name of the list, or a file. Without --emulator an emulator is started for the run. The traffic is
    recorded, checked with all rules and inspected, and the result is compared with what the scenario expects.

    Exit codes: 0: each scenario shows its symptom, findings and cause; 1: one does not; 2: wrong usage or a file that
    cannot be used; 3: the emulator does not answer; 5: a result cannot be written.
    """
    from pendo_destination.commands._scenario.run_scenarios import Output, run_scenarios  # noqa: PLC0415 - start-up time

    sys.exit(run_scenarios(names, emulator, agent, Output(json_file, har_path), run_all=run_all))


@command.command("new")
@click.argument("name")
@click.option(
    "--from",
    "recording",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The recording: a HAR file, or a capture (NDJSON).",
)
@click.option("--output", type=_NEW_FILE, help="The file to write.  [default: NAME.yaml in this folder]")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@emulator_option
def new(name: str, recording: Path, output: Path | None, emulator: str | None, *, force: bool) -> None:
    """Make a scenario of a recording.

    The pages, calls, pauses, bad answers and blocked requests of the recording become the steps and faults of a
    scenario. The scenario is run once: findings of the recording that the run does not show are left out and named.
    What a recording cannot show is in the file as `possible`. The file contains ids and other values of the recording.

    Exit codes: 0: the scenario shows the cause of the recording; 1: it is written, and does not show the cause;
    2: wrong usage or not a recording; 3: the emulator does not answer; 5: the file cannot be written.
    """
    from pendo_destination.commands._scenario.new_scenario import new_scenario  # noqa: PLC0415 - start-up time

    sys.exit(new_scenario(recording, output or Path(f"{name}.yaml"), emulator, force=force))


@command.command("docs")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def docs(folder: Path) -> None:
    """Write the pages of all scenarios as Markdown into FOLDER."""
    from pendo_destination.commands._scenario.run_scenarios import write_file  # noqa: PLC0415 - start-up time
    from pendo_destination.scenarios.pages import as_markdown_pages  # noqa: PLC0415 - start-up time

    for name, text in as_markdown_pages().items():
        write_file(folder / name, text)

"""Runs a scenario: `run_scenario` is the function for programs, `pendo-destination scenario run` the command.

scenario = find_scenario("adblock-beacons")             # or read_scenario(Path("case.yaml"))
with started_emulator() as url:                         # or the URL of a running emulator
run = run_scenario(scenario, url)
assert run.reproduces, run.differences
Path("run.har").write_text(json.dumps(run.har))
"""

from __future__ import annotations

import json
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.checking.recording_check import check_recordings
from pendo_destination.scenarios.running.comparison import find_differences
from pendo_destination.scenarios.running.emulator import ScenarioEmulator
from pendo_destination.scenarios.running.engage_steps import answer_differences, has_engage_steps
from pendo_destination.scenarios.running.har_log import HarLog
from pendo_destination.scenarios.running.virtual_tab import VirtualTab
from pendo_destination.transport.http_transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_contracts.scenarios.scenario import Scenario

    Play = Callable[[Scenario, str, str], dict[str, Any]]

CREATOR: Final = "pendo-destination scenario"


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """The result of a run.

    `har` is the recorded traffic, `inspection` the document of `pendo-emulator inspect --json` about it, and `findings`
    are the names of the rules that found something. `differences` are texts, () if the problem is seen as expected.
    """

    scenario: Scenario
    har: Mapping[str, Any]
    inspection: Mapping[str, Any]
    findings: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def reproduces(self) -> bool:
        """Whether the symptom, the findings and the cause are those that the scenario expects."""
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON, without the HAR."""
        return {
            "scenario": self.scenario.name,
            "reproduces": self.reproduces,
            "differences": list(self.differences),
            "findings": list(self.findings),
            "causes": self.inspection["causes"],
            "possible": self.inspection["possible"],
            "facts": self.inspection["facts"],
        }


def play_with_python_agent(scenario: Scenario, url: str, api_key: str) -> dict[str, Any]:
    """Make the steps with the Python agent against an emulator; return the traffic as a HAR."""
    log = HarLog(CREATOR)
    with closing(HttpTransport(url)) as transport, closing(ScenarioEmulator(url)) as emulator:
        keys = emulator.integration_keys(api_key) if has_engage_steps(scenario) else {}
        VirtualTab(scenario, api_key, transport, log, keys).run()
    return log.to_json()


def run_scenario(
    scenario: Scenario, url: str, play: Play = play_with_python_agent, *, in_browser: bool = False
) -> ScenarioRun:
    """Run a scenario against the emulator at a URL, with a new API key, and compare the result.

    `play` makes the steps and returns a HAR; `in_browser` says that it waits in real time, and that it does not ask the
    Engage API. Raises UnreachableError if the emulator does not answer, EmulatorRefusedError if it does not accept the
    settings.
    """
    api_key = str(uuid.uuid4())
    emulator = ScenarioEmulator(url)
    with closing(emulator):
        emulator.prepare(api_key, scenario)
        try:
            har = play(scenario, url, api_key)
        finally:
            emulator.forget(api_key)
        inspection = emulator.inspect(har, f"{scenario.name}.har")
    findings = find_rule_names(har)
    differences = find_differences(scenario.expect, inspection, findings, exact=not in_browser)
    answers = () if in_browser else answer_differences(scenario, har)
    return ScenarioRun(scenario, har, inspection, findings, (*answers, *differences))


def find_rule_names(har: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the rules and contracts with findings about a HAR, in alphabetical order."""
    with TemporaryDirectory(prefix="pendo-destination-") as folder:
        file = Path(folder) / "run.har"
        file.write_text(json.dumps(har), "utf-8")
        report = check_recordings([file])
    return tuple(sorted({group.rule for group in report.findings}))

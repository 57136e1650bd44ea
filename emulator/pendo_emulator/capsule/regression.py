"""The assertion of the test in a capsule."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from pendo_contracts.rules.rule_settings import read_rule_settings
from pendo_emulator.capsule.verdict import judge_recording, verdict_from_json

_NOT_A_PROBLEM: Final = frozenset({"healthy"})
_ERROR: Final = "error "
_COUNT: Final = " count"
_RUN: Final = "from pendo_destination.cli import main; main()"


def assert_fixed(folder: Path, recording: str | None = None) -> None:
    """Raise AssertionError unless a recording is free of the cause and of the errors of an unpacked capsule.

    Without a new recording, the scenario of the capsule is run if it has one, and must not show the problem; otherwise
    the recording of the capsule is judged, which shows it. A recording without any request to Pendo proves nothing and
    fails too.
    """
    scenario = folder / "scenario.yaml"
    if not recording and scenario.exists():
        _assert_scenario_fixed(scenario)
        return
    expected = verdict_from_json(json.loads((folder / "expected.json").read_text("utf-8")))
    rules = json.loads((folder / "settings.json").read_text("utf-8"))["rules"]
    name = json.loads((folder / "manifest.json").read_text("utf-8"))["recording"]
    file = Path(recording) if recording else folder / Path(name).name
    verdict, inspection = judge_recording(file, read_rule_settings(rules))
    causes = {text.partition(" ")[0] for text in verdict.causes}
    if expected.cause not in _NOT_A_PROBLEM and expected.cause in causes:
        shown = next(cause for cause in inspection.causes if cause.slug == expected.cause)
        raise AssertionError(f"{expected.cause}: {shown.sentence} {shown.fix}" + _hint(recording))
    before, after = dict(expected.findings), dict(verdict.findings)
    left = [key for key in before if key.startswith(_ERROR) and key.endswith(_COUNT) and after.get(key)]
    if left:
        rules_left = ", ".join(key[len(_ERROR) : -len(_COUNT)] for key in left)
        raise AssertionError(f"the recording still breaks {rules_left}" + _hint(recording))
    if expected.cause != "no-pendo-traffic" and "no-pendo-traffic" in causes:
        raise AssertionError("nothing is asked of Pendo in this recording: record the page where the problem was")


def _assert_scenario_fixed(scenario: Path) -> None:
    """Run a scenario in another process: its runner belongs to another package, which this one does not import."""
    result = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _RUN, "scenario", "run", str(scenario)],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if result.returncode == 0:
        raise AssertionError(f"the scenario still shows the problem:\n{result.stdout}")
    if result.returncode != 1:
        raise AssertionError(f"the scenario cannot be run:\n{result.stderr}")


def _hint(recording: str | None) -> str:
    return "" if recording else "\nThis is the recording of the capsule. Record the page again: pytest --recording FILE"

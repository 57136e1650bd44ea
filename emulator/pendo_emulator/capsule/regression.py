"""The assertion of the test in a capsule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from pendo_contracts.rules.rule_settings import read_rule_settings
from pendo_emulator.capsule.verdict import judge_recording, verdict_from_json

_NOT_A_PROBLEM: Final = frozenset({"healthy"})
_ERROR: Final = "error "
_COUNT: Final = " count"


def assert_fixed(folder: Path, recording: str | None = None) -> None:
    """Raise AssertionError unless a recording is free of the cause and of the errors of an unpacked capsule.

    Without a new recording it is that of the capsule, which shows the problem. A recording without any request to Pendo
    proves nothing and fails too.
    """
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


def _hint(recording: str | None) -> str:
    return "" if recording else "\nThis is the recording of the capsule. Record the page again: pytest --recording FILE"

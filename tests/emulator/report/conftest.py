"""Inspections for reports: one with the same text in every field, and those of the recordings in fixtures/support."""

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from pendo_contracts.comparison.compare import compare
from pendo_contracts.recordings import read_recording
from pendo_emulator.inspection.inspect_recording import inspect_recording
from pendo_emulator.inspection.inspection import Cause, Evidence, Facts, Inspection, Profile, Step
from pendo_emulator.report.recording_difference import find_difference

SUPPORT = Path(__file__).parents[3] / "fixtures/support"
GOOD, BAD = SUPPORT / "account-with-traits.har", SUPPORT / "account-without-traits.har"
# The words of a few fields select a text or a colour.
CHOSEN = {"kind": "visitor", "certainty": "possible", "source": "webhook"}


def filled(kind, text):
    """Return a value of a dataclass with a text in every field, tuple and mapping that holds texts."""
    given = dict.fromkeys(("name", "slug", "sentence", "fix", "refuted_by", "text", "entry", "outcome", "id"), text)
    given |= {
        "recorder": text,
        "api_key": text,
        "region": text,
        "time": 1_796_029_200_000,
        "started": 1_796_029_200_000,
    }
    given |= {"values": {text: text}, "fields": {text: [text]}, "events": {text: 3}, "further": {}}
    given |= {"evidence": (filled(Evidence, text),) * 5} if kind is Cause else {}
    names = {field.name for field in fields(kind)}
    lists = {field.name: (text,) * 3 for field in fields(kind) if "tuple[str" in str(field.type)}
    return kind(**lists | {name: value for name, value in (given | CHOSEN).items() if name in names})


@pytest.fixture(scope="package")
def hostile_inspection():
    """Return a function that gives an inspection with the same text in every field."""

    def make(text):
        facts = filled(Facts, text)
        parts = {name: getattr(facts, name) for name in Facts.__slots__} | {"profiles": (filled(Profile, text),) * 9}
        causes = (filled(Cause, text),) * 3
        story = tuple(filled(Step, text) for _ in range(40))
        return Inspection(text, causes, causes, Facts(**parts), story, 7, (text,) * 3)

    assert all(map(is_dataclass, (Facts, Profile, Cause, Step, Evidence)))
    return make


@pytest.fixture(scope="package")
def support_inspections():
    """Return the inspections of a session after and before the fix, and their difference."""
    good, bad = (inspect_recording(file, file.name) for file in (GOOD, BAD))
    return good, bad, find_difference(good, bad, compare(read_recording(GOOD), read_recording(BAD)))

"""Our answers to mapping cases equal the answers of Segment's published code."""

import json
from pathlib import Path

import pytest

from pendo_destination.conformance.mapping import judge

FIXTURE = Path(__file__).parents[3] / "fixtures" / "segment" / "mapping.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_answers_equal_the_answers_of_segments_code(group):
    cases = [case for case in CASES if case["group"] == group]
    assert [(case, difference) for case in cases if (difference := judge(case))] == []

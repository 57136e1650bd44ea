"""Mappings answer as Segment's published code does."""

import json
from pathlib import Path

import pytest

from pendo_destination.conformance.mapping import judge

FIXTURE = Path(__file__).parents[3] / "fixtures" / "segment" / "mapping.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_every_answer_is_the_published_one(group):
    cases = [case for case in CASES if case["group"] == group]
    assert [(case, found) for case in cases if (found := judge(case))] == []

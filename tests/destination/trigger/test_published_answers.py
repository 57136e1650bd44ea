"""Our answers to trigger cases equal the answers of Segment's published code."""

import json
from pathlib import Path
from typing import Any

import pytest

from pendo_destination.conformance.trigger import judge

FIXTURE = Path(__file__).parents[3] / "fixtures" / "segment" / "trigger.json"
CASES: list[dict[str, Any]] = json.loads(FIXTURE.read_text("utf-8"))
GROUPS = sorted({(case["kind"], case["group"]) for case in CASES})


@pytest.mark.parametrize(("kind", "group"), GROUPS)
def test_answers_equal_the_answers_of_segments_code(kind: str, group: str) -> None:
    cases = [case for case in CASES if (case["kind"], case["group"]) == (kind, group)]
    assert [(case, difference) for case in cases if (difference := judge(case))] == []


@pytest.mark.parametrize(
    ("case", "path"),
    [
        ({"kind": "parse", "fql": 'type = "track"', "error": {"name": "Error", "message": "no"}}, "/error"),
        ({"kind": "parse", "fql": "type", "error": {"name": "Error", "message": "no"}}, "/error"),
        ({"kind": "eval", "fql": 'type = "track"', "event": {"type": "track"}, "result": False}, "/result"),
        ({"kind": "eval_ast", "ast": {"operator": "and", "children": [None]}, "event": {}, "result": True}, "/result"),
        ({"kind": "generate", "ast": {"operator": "and", "children": []}, "fql": "x"}, "/fql"),
    ],
)
def test_wrong_answer_is_reported(case: dict[str, Any], path: str) -> None:
    difference = judge(case)
    assert difference
    assert difference.path == path

"""Pipelines of real clients are read and give the documented results."""

import json
from functools import partial

import pytest

from pendo_emulator.engage.pipeline import read_request, run_request
from pendo_emulator.engage.pipeline.sources.row_selection import select_rows
from tests.emulator.engage.pipeline.pipeline_runs import CONTEXT, FIXTURES, answer

PIPELINES = sorted((FIXTURES / "pipelines").glob("*.json"))
RECORDED = [
    pytest.param(json.loads(line), id=f"{file.stem}:{number}")
    for file in sorted((FIXTURES / "requests").glob("*.ndjson"))
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
]


@pytest.fixture(scope="module")
def sources():
    files = sorted((FIXTURES / "rows").glob("*.ndjson"))
    return {file.stem: [json.loads(line) for line in file.read_text("utf-8").splitlines()] for file in files}


@pytest.mark.parametrize("recorded", RECORDED)
def test_recorded_request_is_read_and_answered_in_the_recorded_form(recorded):
    name = next(key for key in recorded["body"]["request"]["pipeline"][0]["source"] if key != "timeSeries")
    document = answer(recorded["body"], {name: []}).document()
    head = recorded["head"]
    assert ("startTime" in document) == ('"startTime"' in head)
    if "startTime" in document:
        assert head.startswith(f'{{"startTime": {document["startTime"]}, "results": [')
    counted = {"count": None} in recorded["body"]["request"]["pipeline"]
    assert document["results"] == ([{"count": 0}] if counted else [])


@pytest.mark.parametrize("recorded", RECORDED)
def test_name_and_request_id_of_recorded_requests_are_kept(recorded):
    request = read_request(recorded["body"], CONTEXT)
    given = recorded["body"]["request"]
    assert (request.name, request.request_id) == (given.get("name"), given.get("requestId"))
    assert request.mime_type == "application/json"


@pytest.mark.parametrize("file", PIPELINES, ids=lambda file: file.stem)
def test_pipeline_gives_its_answer(file, sources):
    case = json.loads(file.read_text("utf-8"))
    opened = {name: partial(select_rows, rows) for name, rows in sources.items()}
    request = read_request(case["document"], CONTEXT, source_names=sources)
    assert run_request(request, opened).document() == case["answer"]

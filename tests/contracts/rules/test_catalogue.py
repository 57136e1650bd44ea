"""The rules agree with the labelled recordings, and each rule finds exactly its own broken fixture."""

import json
import lzma
from pathlib import Path

import pytest

from pendo_contracts import check_recordings, check_requests
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.rules.catalogue import RULES
from tests.contracts.rules.session_builder import judged

FIXTURES = Path(__file__).parents[3] / "fixtures"
NAMES = [rule.description.name for rule in RULES]
CHUNKS = 8

# A time in a wrong unit breaks the schema too.
BREAKS_THE_SCHEMA = {"time-unit"}


def found(report, severities=("error", "warning", "note")):
    firsts = (group.first for group in report.findings)
    return {finding.rule for finding in firsts if finding.contract == RULES_CONTRACT and finding.severity in severities}


def schemas_are_kept(report):
    return all(group.first.contract == RULES_CONTRACT for group in report.findings)


def sessions(chunk):
    with lzma.open(FIXTURES / "rules/sessions.ndjson.xz") as lines:
        for number, line in enumerate(lines):
            if number % CHUNKS == chunk:
                yield json.loads(line)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_findings_agree_with_the_labels_of_the_sessions(chunk):
    results = {}
    for session in sessions(chunk):
        report = check_requests(judged(session["requests"]))
        if found(report, ("error", "warning")) != set(session["expect"]):
            results[session["name"]] = found(report), session["expect"]
        if session["expect"] == [] and not session["schema_breaks"] and not schemas_are_kept(report):
            results[session["name"]] = "a schema is broken"
    assert results == {}


def test_every_rule_has_a_kept_and_a_broken_fixture():
    folders = [folder for folder in (FIXTURES / "rules").iterdir() if folder.is_dir()]
    assert sorted(folder.name for folder in folders) == sorted(NAMES)
    assert {file.name for folder in folders for file in folder.iterdir()} == {"kept.ndjson", "broken.ndjson"}


@pytest.mark.parametrize("name", NAMES)
def test_each_rule_finds_its_broken_fixture_only(name):
    folder = FIXTURES / "rules" / name
    broken, kept = check_recordings([folder / "broken.ndjson"]), check_recordings([folder / "kept.ndjson"])
    assert (found(broken), found(kept)) == ({name}, set())
    assert schemas_are_kept(kept)
    assert schemas_are_kept(broken) or name in BREAKS_THE_SCHEMA


@pytest.mark.parametrize("name", NAMES)
def test_fixtures_show_the_decoded_events(name):
    for file in sorted((FIXTURES / "rules" / name).iterdir()):
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        for line, request in zip(lines, judged(lines), strict=True):
            payload = request.beacon.payload
            assert "events" not in line or line["events"] == payload


@pytest.mark.parametrize("file", sorted((FIXTURES / "captures").glob("*.ndjson")), ids=lambda file: file.stem)
def test_captures_of_the_real_agent_have_no_errors(file):
    errors = found(check_recordings([file]), ("error",))
    # This page was redirected to data2.pendo.io by its test server.
    assert errors == ({"unlisted-host"} if "redirect" in file.stem else set())


def test_descriptions_are_complete():
    assert len(NAMES) == len(set(NAMES)) == 31
    for rule in RULES:
        about = rule.description
        texts = (about.summary, about.symptom, about.reason, about.fix, about.source)
        assert all(texts), about.name
        assert rule.__module__.split(".")[-2:] == [about.section, about.name.replace("-", "_")]

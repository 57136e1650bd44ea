"""A large test session of a user's repository: each violation is reported once, with the test that sent it."""

import json
import os
import re
import subprocess

import html5lib
import pytest
from junitparser import JUnitXml

TESTS = 200
EVERY = 10
CODE = f"""
import pytest, requests
from pendo_contracts.wire import jzb

EVENT = {{
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": None,
    "url": "https://app.example/", "props": {{"load_time": 284.3}}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {{"channel": "Direct"}}, "sequence": 0,
    "bytes": 320,
}}
PACKED = {{0: "!", 5: jzb.encode([EVENT | {{"browser_time": "now"}}])}}

@pytest.mark.parametrize("number", range({TESTS}))
def test_many(pendo, number):
    packed = PACKED.get(number % {EVERY}) or jzb.encode([EVENT])
    url = f"{{pendo.host_url('data.eu.pendo.io')}}/data/ptm.gif/{{pendo.api_key}}"
    requests.get(f"{{url}}?v=2.291.4_prod&ct=1795376101259&jzb={{packed}}", timeout=30)
"""
RULES = {0: "wire#alphabet", 5: "event#/$defs/moment/type"}
IN_TERMINAL = {"wire: alphabet": RULES[0], "/$defs/moment/type": RULES[5]}
SENT = sorted((RULES[n % EVERY], f"test_many[{n}]") for n in range(TESTS) if n % EVERY in RULES)
FORMATS = ("json", "junit", "sarif", "html")
TEST = re.compile(r"test_many\[\d+\]")


@pytest.fixture(scope="module")
def session(environment, tmp_path_factory):
    """Run the session with the wheel in an empty folder; return its output and its reports by format."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "test_shop.py").write_text(CODE, "utf-8")
    reports = [f"--pendo-report={name}:out/report.{name}" for name in FORMATS]
    options = ["-n", "2", "-p", "no:cacheprovider", "-p", "no:schemathesis", *reports]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    done = subprocess.run(
        [environment / "python", "-m", "pytest", *options], cwd=folder, env=variables | {"COLUMNS": "200"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert f"{len(SENT)} failed, {TESTS - len(SENT)} passed" in done.stdout
    assert "Using --randomly-seed=" in done.stdout
    return {"terminal": done.stdout} | {name: (folder / f"out/report.{name}").read_text("utf-8") for name in FORMATS}


def pairs(rule, text):
    return [(rule, test) for test in TEST.findall(text)]


def test_terminal_names_each_violation_once_below_its_test(session):
    sections = re.findall(r"^_{3,} (\S+) _{3,}\n(.*?)(?=^_{3,} |^={3,})", session["terminal"], re.DOTALL | re.MULTILINE)
    found = [
        (IN_TERMINAL[reference], test)
        for test, text in sections
        for reference in re.findall(r"^E +rule +(?:pendo_contracts/\S+ )?(.*)", text, re.MULTILINE)
    ]
    assert sorted(found) == SENT
    failures = re.findall(r"^FAILED .*", session["terminal"], re.MULTILINE)
    assert sorted(TEST.findall("\n".join(failures))) == sorted(test for _, test in SENT)


def test_json_lists_each_violation_once(session):
    groups = [group for group in json.loads(session["json"])["findings"] if group["severity"] == "error"]
    assert sorted(pair for group in groups for pair in pairs(group["rule"], json.dumps(group["where"]))) == SENT
    assert sum(group["count"] for group in groups) == len(SENT)


def test_junit_lists_each_violation_once(session):
    failed = [case for suite in JUnitXml.fromstring(session["junit"].encode()) for case in suite if case.result]
    found = [pair for case in failed for pair in pairs(case.classname.removeprefix("rules."), case.result[0].text)]
    assert sorted(found) == SENT


def test_sarif_lists_each_violation_once(session):
    (run,) = json.loads(session["sarif"])["runs"]
    found = [
        pair
        for result in run["results"]
        if result["level"] == "error"
        for place in (*result["locations"], *result["relatedLocations"])
        for name in place.get("logicalLocations", ())
        for pair in pairs(result["ruleId"], name["fullyQualifiedName"])
    ]
    assert sorted(found) == SENT


def test_html_lists_each_violation_once(session):
    page = html5lib.parse(session["html"], namespaceHTMLElements=False)
    found = [
        pair
        for rule in page.findall(".//article[@data-severity='error']")
        for place in rule.findall(".//ul[@class='places']/li")
        for pair in pairs(rule.findtext("header/h3/code"), "".join(place.itertext()))
    ]
    assert sorted(found) == SENT

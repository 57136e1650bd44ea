"""A large test session in several processes: each violation is reported once, with the test that sent it."""

import json
import re

import pytest

pytest_plugins = ["pytester"]

TESTS = 200
EVERY = 10
SESSION = f"""
import pytest, requests
from pendo_contracts.wire import jzb

EVENT = {{
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": None,
    "url": "https://app.example/", "props": {{"load_time": 284.3}}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {{"channel": "Direct"}}, "sequence": 0,
    "bytes": 320,
}}

@pytest.mark.parametrize("number", range({TESTS}))
def test_many(pendo, number):
    packed = jzb.encode([EVENT]) if number % {EVERY} else "!"
    url = f"{{pendo.host_url('data.eu.pendo.io')}}/data/ptm.gif/{{pendo.api_key}}"
    requests.get(f"{{url}}?v=2.291.4_prod&ct=1795376101259&jzb={{packed}}", timeout=30)
"""
SENDERS = {f"test_many[{number}]" for number in range(0, TESTS, EVERY)}


def senders_in(text):
    return re.findall(r"test_many\[\d+\]", text)


@pytest.fixture
def session(pytester):
    pytester.makepyfile(SESSION)
    reports = [f"--pendo-report={name}:report.{name}" for name in ("json", "junit", "sarif", "html")]
    result = pytester.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider", "-p", "no:schemathesis", *reports)
    result.assert_outcomes(passed=TESTS - len(SENDERS), failed=len(SENDERS))
    return result


def test_each_violation_of_a_large_session_is_reported_once_in_each_format(pytester, session):
    failures = [line for line in session.outlines if line.startswith("FAILED")]
    assert sorted(senders_in("\n".join(failures))) == sorted(SENDERS)
    texts = {name: (pytester.path / f"report.{name}").read_text("utf-8") for name in ("json", "junit", "sarif", "html")}
    (group,) = (one for one in json.loads(texts["json"])["findings"] if one["severity"] == "error")
    assert (group["rule"], group["count"]) == ("wire#alphabet", len(SENDERS))
    assert sorted(senders_in(json.dumps(group["where"]))) == sorted(SENDERS)
    (result,) = (one for one in json.loads(texts["sarif"])["runs"][0]["results"] if one["ruleId"] == "wire#alphabet")
    places = [*result["locations"], *result["relatedLocations"]]
    names = [one["fullyQualifiedName"] for place in places for one in place.get("logicalLocations", ())]
    assert sorted(senders_in("\n".join(names))) == sorted(SENDERS)
    for name in ("junit", "html"):
        assert set(senders_in(texts[name])) == SENDERS

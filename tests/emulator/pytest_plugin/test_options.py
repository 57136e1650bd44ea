"""The options, marks and fixtures of the pytest plugin."""

import json

import pytest

pytest_plugins = ["pytester"]

BROKEN = """
import pytest, requests

def send(pendo):
    requests.get(f"{pendo.host_url('data.eu.pendo.io')}/data/ptm.gif/{pendo.api_key}?jzb=!", timeout=30)

%s
def test_broken_request(pendo):
    send(pendo)
"""


def test_broken_contract_fails_its_test_and_shows_what_arrived(run):
    result = run(BROKEN % "")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Captured Pendo call*", "BROKEN request to eu ptm.gif (exchange *)"])


def test_check_can_be_switched_off(pytester, run):
    pytester.makeini("[pytest]\npendo_check = off\n")
    result = run(BROKEN % "")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("BROKEN *")


def test_wrong_value_of_pendo_check_is_explained(pytester, run):
    pytester.makeini("[pytest]\npendo_check = warn\n")
    assert "it must be error or off" in run(BROKEN % "").stderr.str()


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("pendo_allow('id-twins')", "takes a rule and a reason"),
        ("pendo_allow('id-twin', reason='x')", "did you mean 'id-twins'"),
        ("pendo_plan()", "takes one argument, the path of a plan"),
        ("pendo_plan('none.json')", "none.json"),
        ("pendo_fault('ptm.gif')", "takes only keyword arguments"),
        ("pendo_region('eu')", "the test does not use the fixture pendo_region"),
    ],
)
def test_wrong_mark_is_explained(run, mark, message):
    result = run(BROKEN % f"@pytest.mark.{mark}")
    assert result.ret
    assert message in result.stdout.str() + result.stderr.str()


REGIONS = """
import pytest

@pytest.mark.pendo_region("eu", "jp")
def test_region(pendo_region):
    assert pendo_region.name in {"eu", "jp"}
"""


def test_region_mark_selects_regions(run):
    run(REGIONS).assert_outcomes(passed=2)


def test_unknown_region_lists_the_regions(run):
    result = run(REGIONS.replace('"jp"', '"mars"'))
    assert "'mars' is not a region; the regions are " in result.stdout.str() + result.stderr.str()


SOURCE = """
import requests

EVENT = {"type": "track", "event": "Logged In", "userId": "u1", "messageId": "m1", "timestamp": "2026-01-02T03:04:05Z"}

def test_source(segment_source, pendo):
    for name, event in (("identify", {"userId": "u1", "traits": {"plan": "a"}}), ("track", EVENT)):
        url = f"{segment_source.url}/v1/{name}"
        assert requests.post(url, json=event, auth=(segment_source.write_key, ""), timeout=10).ok
    segment_source.stop()
    pendo.expect(type="track", name="Logged In")
"""


def test_segment_source_sends_to_the_space_of_the_test(run):
    result = run(SOURCE)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= Pendo =*", "*identify*"])


WARNING = """
import pytest, requests
from pendo_contracts.wire import jzb

EVENT = {
    "type": "load", "browser_time": 1795376101244, "visitor_id": " v1", "account_id": None,
    "url": "https://app.example/", "props": {"load_time": 284.3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"}, "sequence": 0,
    "bytes": 320,
}

%s
def test_warning(pendo):
    url = f"{pendo.host_url('data.eu.pendo.io')}/data/ptm.gif/{pendo.api_key}"
    requests.get(f"{url}?v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode([EVENT])}", timeout=30)
    pendo.expect(1, type="load")
"""


def test_warning_fails_a_test_only_if_strict_and_not_allowed(run):
    allowed = WARNING % "@pytest.mark.pendo_allow('id-whitespace', reason='the old importer adds a space')"
    run(WARNING % "").assert_outcomes(passed=1)
    run(WARNING % "", "--pendo-strict").assert_outcomes(failed=1)
    run(allowed, "--pendo-strict").assert_outcomes(passed=1)


TIME = """
import json, pytest, requests
from pendo_contracts.wire import jzb

@pytest.mark.pendo_allow("event#/$defs/moment/type", reason="the old importer sends text")
@pytest.mark.parametrize("number", range(30))
def test_time(pendo, number):
    event = {
        "type": "load", "browser_time": "now", "visitor_id": "v1", "account_id": None, "url": "https://app.example/",
        "props": {"load_time": 284.3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX", "frameId": "MA1vCZHQC0awDKEB",
        "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"}, "sequence": 0, "bytes": 320,
    }
    later = event | ({"type": "loud"} if number == 7 else {})
    url = f"{pendo.host_url('data.eu.pendo.io')}/data/ptm.gif/{pendo.api_key}"
    requests.get(f"{url}?v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode([event, later])}", timeout=30)
"""


def test_allowed_findings_do_not_count_as_broken(run, pytester):
    run(TIME, "--pendo-report", "json:a.json").assert_outcomes(passed=29, failed=1)
    report = json.loads((pytester.path / "a.json").read_text("utf-8"))
    rows = {row["type"]: (row["received"], row["broken"]) for row in report["rows"]}
    assert (rows, report["broken"]) == ({"load": (59, 0), "loud": (1, 1)}, 1)


AGENT = """
import requests

def test_agent(pendo):
    url = f"{pendo.host_url('cdn.eu.pendo.io')}/agent/static/{pendo.api_key}/pendo.js"
    assert "my own agent" in requests.get(url, timeout=30).text
"""


def test_own_agent_is_served(pytester, run):
    agent = pytester.makefile(".js", agent="/* my own agent */ const loadAgent = () => 1;\nexport { loadAgent };")
    pytester.makeini("[pytest]\npendo_check = off\n")
    run(AGENT, "--pendo-agent", str(agent)).assert_outcomes(passed=1)
    missing = run(AGENT, "--pendo-agent", "none.js")
    assert missing.ret
    assert "none.js" in missing.stdout.str() + missing.stderr.str()


def test_unknown_report_format_lists_the_formats(run):
    assert "the formats are text, json, junit" in run(AGENT, "--pendo-report", "pdf:a.pdf").stderr.str()


@pytest.mark.parametrize("end", ["pytest.fail('x')", "pytest.skip('x')", "assert False"])
def test_violations_of_a_test_that_ends_early_are_reported(pytester, run, end):
    run(f"{BROKEN % ''}    {end}\n", "--pendo-report", "text:report.txt")
    assert "the jzb has '!'" in (pytester.path / "report.txt").read_text("utf-8")


def test_report_that_cannot_be_written_fails_the_session(pytester, run):
    pytester.makeini("[pytest]\npendo_check = off\n")
    (pytester.path / "folder").mkdir()
    result = run(BROKEN % "", "--pendo-report", "json:folder", "--pendo-report", "text:report.txt")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["cannot write the Pendo report to *folder: *"])
    assert (pytester.path / "report.txt").exists()


def test_redacted_reports_contain_no_visitor(pytester, run):
    code = (WARNING % "").replace('" v1"', '" grace@shop.test"')
    run(code, "--pendo-redact", "--pendo-report", "json:a.json", "--pendo-report", "html:a.html")
    for file in ("a.json", "a.html"):
        text = (pytester.path / file).read_text("utf-8")
        assert ("id-whitespace" in text, "grace" in text) == (True, False)


UNUSED = """
import sys

OURS = ("pendo_contracts", "pendo_destination", "pendo_emulator")

def test_nothing_is_imported():
    print(*sorted(name for name in sys.modules if name.partition(".")[0] in OURS))
"""
# The entry of the plugin, and the package around it.
ENTRY = "pendo_emulator pendo_emulator.pytest_plugin"


def test_unused_plugin_imports_only_its_entry(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(UNUSED)
    result = pytester.runpytest_subprocess("-s", "-q", "-p", "pendo_emulator.pytest_plugin")
    result.assert_outcomes(passed=1)
    assert ENTRY in result.stdout.str().splitlines()
    result.stdout.no_fnmatch_line("*Pendo*")

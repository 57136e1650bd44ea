"""In GitHub Actions the pytest plugin prints annotations and writes the step summary."""

import pytest

from pendo_contracts.report.formats.github_annotations import LIMIT

pytest_plugins = ["pytester"]

LOUD = 12
CODE = f"""
import requests
from pendo_contracts.wire import jzb

def send(pendo, events):
    url = f"{{pendo.host_url('data.eu.pendo.io')}}/data/ptm.gif/{{pendo.api_key}}"
    requests.get(f"{{url}}?v=2.291.4_prod&ct=1795376101259&jzb={{jzb.encode(events)}}", timeout=30)

def test_types(pendo):
    send(pendo, [{{"type": f"loud{{n}}", "visitor_id": "grace@shop.test", "browser_time": 1}} for n in range({LOUD})])

def test_time(pendo):
    send(pendo, [{{"type": "load", "visitor_id": "grace@shop.test", "browser_time": "now"}}])
"""
XDIST = ("-p", "xdist", "-p", "pendo_emulator.pytest_plugin", "-n", "2", "-p", "no:cacheprovider")


@pytest.fixture
def summary(monkeypatch, pytester):
    """Make the sessions steps of GitHub Actions in a subfolder of a repository; return the file of the summary."""
    file = pytester.path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(pytester.path.parent))
    return file


def annotations(result):
    return [line for line in result.outlines if line.startswith("::")]


def test_annotations_name_the_test_and_its_line(run, pytester, summary):
    printed = annotations(run(CODE))
    name = next(pytester.path.glob("test_*.py")).name
    (time,) = (line for line in printed if "is of type string" in line)
    assert time.startswith(f"::error file={pytester.path.name}/{name},line=11,title=event#")
    assert f"Seen: {name}::test_time exchange " in time
    assert "## ❌ BROKEN" in summary.read_text("utf-8")


def test_annotations_and_summary_contain_no_visitor(run, summary):
    public = "".join(annotations(run(CODE))) + summary.read_text("utf-8")
    assert "grace" not in public


def test_processes_of_xdist_publish_once_within_the_limits(pytester, summary, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(CODE)
    printed = annotations(pytester.runpytest_subprocess(*XDIST))
    assert sum(line.startswith("::error ") for line in printed) == LIMIT
    (rest,) = (line for line in printed if "without an annotation" in line)
    assert "errors without an annotation" in rest
    assert summary.read_text("utf-8").count("## ❌") == 1


@pytest.mark.parametrize("options", [("--pendo-github", "off"), ("-o", "pendo_github=off"), ("-o", "pendo_check=off")])
def test_annotations_can_be_switched_off(run, summary, options):
    assert annotations(run(CODE, *options)) == []
    assert not summary.exists()


def test_annotations_can_be_switched_on_elsewhere(run, summary, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert annotations(run(CODE)) == []
    assert annotations(run(CODE, "--pendo-github", "on"))
    assert summary.exists()


def test_summary_that_cannot_be_written_fails_the_session(run, summary):
    summary.mkdir()
    result = run("def test_nothing(pendo):\n    pass\n" + CODE.replace("test_t", "skip_t").replace('"now"', "1"))
    assert annotations(result) == []
    result = run(CODE)
    result.stdout.fnmatch_lines(["*cannot add to the step summary *"])


def test_wrong_value_is_explained(run):
    assert "pendo_github is 'yes': it must be on or off" in run(CODE, "-o", "pendo_github=yes").stderr.str()

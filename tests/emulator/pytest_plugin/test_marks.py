"""The marks of the pytest plugin, and how a broken contract fails a test."""

from xml.etree import ElementTree as ET

import pytest

pytest_plugins = ["pytester"]

MARKED = """
import pytest, requests

def status(pendo):
    return requests.get(f"{pendo.url}/data/guide.gif/{pendo.api_key}", timeout=30).status_code

@pytest.mark.pendo_fault(status=500)
class TestMarked:
    def test_class_mark_applies(self, pendo):
        assert status(pendo) == 500

    @pytest.mark.pendo_fault(status=503, times=1)
    def test_own_mark_applies_before_class_mark(self, pendo):
        assert [status(pendo), status(pendo)] == [503, 500]

def test_without_mark_has_no_fault(pendo):
    assert status(pendo) == 200
"""
INVALID = """
import pytest

@pytest.mark.pendo_fault(endpoint="ptm")
def test_mark_with_invalid_fault(pendo):
    pass
"""
UNKNOWN_PROFILE = INVALID.replace('endpoint="ptm"', 'profile="adblok"')


@pytest.mark.parametrize(
    ("code", "outcome", "message"),
    [
        (MARKED, {"passed": 3}, ""),
        (INVALID, {"errors": 1}, "*did you mean*ptm.gif*"),
        (UNKNOWN_PROFILE, {"errors": 1}, "*the mark pendo_fault is wrong: *did you mean adblock?*"),
    ],
)
def test_fault_of_a_mark_applies_only_to_its_test(run, code, outcome, message):
    result = run(code, "-o", "pendo_check=off")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines([message])


def test_marker_is_registered(run):
    run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.pendo_fault(*"])


IDLE_FUNCTION = """
import pytest

@pytest.mark.pendo_fault(status=500)
def test_mark_without_the_fixture(pendo_server):
    pass
"""
IDLE_CLASS = """
import pytest

@pytest.mark.pendo_fault(status=500)
class TestMarked:
    def test_mark_with_the_pendo_fixture(self, pendo):
        pass

    def test_mark_without_the_fixture(self):
        pass
"""
IDLE_UNITTEST = """
import pytest, unittest

class TestCase(unittest.TestCase):
    @pytest.mark.pendo_fault(status=500)
    def test_mark_without_the_fixture(self):
        pass
"""
INDIRECT = """
import pytest

@pytest.fixture
def app(pendo):
    return pendo.api_key

@pytest.mark.pendo_fault(status=500)
def test_mark_with_indirect_fixture(app):
    pass

@pytest.mark.pendo_fault(status=500)
@pytest.mark.usefixtures("pendo")
def test_mark_with_usefixtures():
    pass
"""
BROKEN = """
import requests

def test_broken_request(pendo):
    requests.get(f"{pendo.host_url('data.eu.pendo.io')}/data/ptm.gif/{pendo.api_key}?jzb=!", timeout=30)
    pendo.assert_kept()
"""


@pytest.mark.parametrize("code", [IDLE_FUNCTION, IDLE_CLASS, IDLE_UNITTEST])
def test_fault_mark_without_the_pendo_fixture_is_a_collection_error(run, code):
    result = run(code)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*the mark pendo_fault on test_mark_without_the_fixture has no effect*fixture pendo:*"]
    )
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_fault_mark_works_if_another_fixture_uses_pendo(run):
    run(INDIRECT).assert_outcomes(passed=2)


def test_first_line_of_summary_and_junit_names_the_broken_contract(pytester, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    result = run(BROKEN, "--junit-xml=junit.xml")
    result.stdout.fnmatch_lines(["FAILED *::test_broken_request - *NotKeptError: BROKEN request to eu ptm.gif*"])
    message = ET.parse(pytester.path / "junit.xml").find(".//failure").get("message")
    assert message.startswith("pendo_emulator.errors.NotKeptError: BROKEN request to eu ptm.gif")

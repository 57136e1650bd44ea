import pytest

pytest_plugins = ["pytester"]

MARKED = """
import pytest, requests

def status(pendo):
    return requests.get(f"{pendo.url}/data/guide.gif/{pendo.api_key}", timeout=5).status_code

@pytest.mark.pendo_fault(status=500)
class TestMarked:
    def test_by_its_class(self, pendo):
        assert status(pendo) == 500

    @pytest.mark.pendo_fault(status=503, times=1)
    def test_by_itself_first(self, pendo):
        assert [status(pendo), status(pendo)] == [503, 500]

def test_unmarked(pendo):
    assert status(pendo) == 200
"""
INVALID = """
import pytest

@pytest.mark.pendo_fault(endpoint="ptm")
def test_invalid(pendo):
    pass
"""


@pytest.mark.parametrize(
    ("code", "outcome", "message"), [(MARKED, {"passed": 3}, ""), (INVALID, {"errors": 1}, "*did you mean*ptm.gif*")]
)
def test_a_marked_fault_applies_only_to_its_test(pytester, code, outcome, message):
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("--strict-markers", "-p", "no:cacheprovider")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines([message])


def test_the_marker_is_registered(pytester):
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.pendo_fault(*"])

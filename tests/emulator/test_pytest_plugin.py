import pytest

pytest_plugins = ["pytester"]

BOTH = """
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
WRONG = """
import pytest

@pytest.mark.pendo_fault(endpoint="ptm")
def test_wrong(pendo):
    pass
"""


@pytest.mark.parametrize(
    ("code", "outcome", "said"), [(BOTH, {"passed": 3}, ""), (WRONG, {"errors": 1}, "*did you mean*ptm.gif*")]
)
def test_faults_that_a_test_is_marked_with_strike_in_that_test_alone(pytester, code, outcome, said):
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("--strict-markers", "-p", "no:cacheprovider")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines([said])


def test_the_mark_is_known(pytester):
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.pendo_fault(*"])

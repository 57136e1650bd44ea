import pytest

from pendo_destination import ConfigurationError, DestinationError, UnreachableError
from pendo_destination.destinations.delivery_outcome import DeliveryOutcome, try_step
from pendo_destination.errors import Problem


def test_problem_without_a_path_is_at_the_root():
    assert str(Problem("", "is empty", "give an object")) == "/: is empty\n    give an object"
    assert str(Problem("/a", "is empty")) == "/a: is empty"


@pytest.mark.parametrize(
    "error", [DestinationError("no", kind="rejected"), ConfigurationError("no", kind="mapping")], ids=type
)
def test_expected_failure_becomes_an_outcome(error):
    def fail(_argument):
        raise error

    assert try_step(fail, None) == DeliveryOutcome(failure=error)


@pytest.mark.parametrize("error", [UnreachableError("no answer"), RuntimeError("a bug")], ids=type)
def test_unreachable_host_and_bugs_are_raised(error):
    def fail(_argument):
        raise error

    with pytest.raises(type(error)) as raised:
        try_step(fail, None)
    assert raised.value is error

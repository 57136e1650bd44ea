import pytest
from click.testing import CliRunner

from pendo_contracts.contract import contract
from pendo_emulator.cli import main


@pytest.fixture
def fault(pendo):
    """Run a subcommand for the test's API key."""

    def run(name, *words):
        return CliRunner().invoke(main, ["fault", name, "--url", pendo.url, "--key", pendo.api_key, *words])

    return run


def test_a_fault_is_added_listed_and_cleared(fault, pendo, send):
    added = fault("add", "--endpoint", "ptm.gif", "--status", "503", "--no-cors", "--times", "1")
    assert (added.exit_code, [active.fault.label for active in pendo.faults()]) == (0, ["status=503 no_cors"])
    assert [send().status_code, send().status_code] == [503, 200]
    assert (
        '1 of 2 struck by {"endpoint": "ptm.gif", "status": 503, "no_cors": true, "times": 1}' in fault("list").stdout
    )
    assert "1 faults cleared" in fault("clear").stdout
    assert "nothing goes wrong" in fault("list").stdout


def test_every_member_of_a_fault_is_an_option(fault):
    for name in contract("fault").schema["properties"]:
        assert f"--{name.replace('_', '-')}" in fault("add", "--help").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--endpoint", "ptm"], "is not one of"),
        (["--endpoint", "ptm.gif"], "`status` missing"),
        (["--status", "42", "--times", "0"], "/0/status: 42 is below 200 (send 200 or more); /0/times: 0 is below 1"),
    ],
)
def test_wrong_usage_says_everything_that_is_wrong(fault, words, said):
    done = fault("add", *words)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_without_an_emulator_it_says_what_to_do(fault):
    done = fault("list", "--url", "http://127.0.0.1:9")
    assert (done.exit_code, "no emulator at http://127.0.0.1:9: start one" in done.stderr) == (1, True)

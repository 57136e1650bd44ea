import pytest
from click.testing import CliRunner

from pendo_contracts.contract import load_contract
from pendo_emulator.cli import main


@pytest.fixture
def fault(pendo):
    """Run a subcommand of `fault` for the test's API key."""

    def run(name, *options):
        return CliRunner().invoke(main, ["fault", name, "--url", pendo.url, "--key", pendo.api_key, *options])

    return run


def test_fault_is_added_listed_and_cleared(fault, pendo, send):
    added = fault("add", "--endpoint", "ptm.gif", "--status", "503", "--no-cors", "--times", "1")
    assert (added.exit_code, [active.fault.label for active in pendo.faults()]) == (0, ["status=503 no_cors"])
    assert [send().status_code, send().status_code] == [503, 200]
    assert (
        'applied to 1 of 2 requests: {"endpoint": "ptm.gif", "status": 503, "no_cors": true, "times": 1}'
        in fault("list").stdout
    )
    assert "deleted 1 fault" in fault("clear").stdout
    assert "no faults set" in fault("list").stdout


def test_every_member_of_a_fault_is_an_option(fault):
    for name in load_contract("fault").schema["properties"]:
        assert f"--{name.replace('_', '-')}" in fault("add", "--help").stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--endpoint", "ptm"], "is not one of"),
        ([], "the fault has no effect: add one, such as --status 503"),
        (["--endpoint", "ptm.gif"], "the fault has no effect"),
        (["--status", "42", "--times", "0"], "/0/status: 42 is below 200 (send 200 or more); /0/times: 0 is below 1"),
    ],
)
def test_wrong_usage_lists_every_mistake(fault, options, message):
    done = fault("add", *options)
    assert (done.exit_code, message in done.stderr) == (2, True)


def test_missing_emulator_is_explained(fault):
    done = fault("list", "--url", "http://127.0.0.1:9")
    assert (done.exit_code, "no emulator answers at http://127.0.0.1:9: start one" in done.stderr) == (1, True)

"""The command `scenario`: results, files, exit codes and messages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_destination.cli import main
from pendo_destination.scenarios.library import scenario_names

ROOT = Path(__file__).parents[3]
HAR = ROOT / "fixtures/support/account-without-traits.har"


@pytest.fixture
def command(pendo_server, tmp_path, monkeypatch):
    """Return a function that runs `pendo-destination scenario` in an empty folder, and returns exit code and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENDO_EMULATOR_URL", pendo_server.url)

    def run(*words):
        done = CliRunner().invoke(main, ["scenario", *map(str, words)])
        return done.exit_code, done.output

    return run


def test_list_names_every_scenario(command):
    listed = [line.split()[0] for line in command("list")[1].splitlines()]
    assert listed == list(scenario_names())
    assert {line.split()[0] for line in command("list", "--browser")[1].splitlines()} < set(listed)


def test_show_prints_the_page(command):
    code, output = command("show", "csp-events")
    assert (code, output.startswith("csp-events\n  The Content-Security-Policy"), "How to fix it" in output) == (
        0,
        True,
        True,
    )


def test_run_writes_result_and_traffic(command):
    code, output = command("run", "csp-events", "--json", "out.json", "--har", "out.har")
    assert (code, output) == (0, "AS EXPECTED csp-events: csp-blocked-data (proved); rules: not-received, resent\n")
    result = json.loads(Path("out.json").read_text("utf-8"))
    assert (result["scenario"], result["reproduces"], result["causes"][0]["cause"]) == (
        "csp-events",
        True,
        "csp-blocked-data",
    )
    assert json.loads(Path("out.har").read_text("utf-8"))["log"]["entries"]


def test_several_runs_have_a_summary_and_a_folder_of_traffic(command):
    code, output = command("run", "csp-events", "no-group-call", "--har", "out")
    assert (code, output.splitlines()[-1]) == (0, "2 scenarios, 2 as expected, 0 different")
    assert sorted(file.name for file in Path("out").iterdir()) == ["csp-events.har", "no-group-call.har"]
    code, output = command("run", "csp-events", "no-group-call", "--json", "-")
    assert [one["scenario"] for one in json.loads(output)["scenarios"]] == ["csp-events", "no-group-call"]


def test_difference_is_shown_and_fails(command):
    text = (ROOT / "fixtures/scenarios/csp-events.yaml").read_text("utf-8")
    Path("own.yaml").write_text(text.replace("cause: csp-blocked-data", "cause: adblock-beacons"), "utf-8")
    code, output = command("run", "own.yaml")
    assert code == 1
    assert output == "DIFFERENT   own\n  cause: csp-blocked-data (proved), not adblock-beacons (proved)\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run"], "give names or files of scenarios, or --all"),
        (["run", "csp-event"], "did you mean csp-events?"),
        (["run", "none.yaml"], "none.yaml: cannot be read: No such file or directory"),
        (["run", "no-group-call", "--agent", "."], "no-group-call: not for a browser; omit --agent"),
        (["run", "csp-events", "--agent", "."], "give --agent or --emulator"),
        (["show", "x"], "`pendo-destination scenario list` names all"),
        (["new", "x", "--from", ROOT / "README.md"], "UNREADABLE: "),
        (["run", "csp-events", "--emulator", "https://app.pendo.io"], "is a real host of Pendo"),
    ],
)
def test_wrong_usage_says_what_to_do(words, message, command):
    code, output = command(*words)
    assert (code, message in output) == (2, True), output


def test_missing_emulator_has_its_own_exit_code(command):
    code, output = command("run", "csp-events", "--emulator", "http://127.0.0.1:1")
    assert (code, "start one with `pendo-emulator serve`" in output) == (3, True)


def test_new_writes_a_scenario_that_runs(command):
    code, output = command("new", "acme", "--from", HAR)
    assert (code, "shows the cause of the recording: account-traits-missing" in output) == (0, True)
    assert command("run", "acme.yaml")[0] == 0


def test_new_replaces_a_file_only_with_force(command):
    Path("acme.yaml").write_text("mine", "utf-8")
    code, output = command("new", "acme", "--from", HAR)
    assert (code, "--force to replace it" in output, Path("acme.yaml").read_text("utf-8")) == (2, True, "mine")
    assert command("new", "acme", "--from", HAR, "--force")[0] == 0


def test_docs_writes_a_page_for_each_scenario(command):
    assert command("docs", "pages")[0] == 0
    assert {file.stem for file in Path("pages").iterdir()} == {*scenario_names(), "README"}


def test_file_that_cannot_be_written_has_its_own_exit_code(command):
    Path("file").write_text("", "utf-8")
    code, output = command("run", "csp-events", "--har", "file/out.har")
    assert (code, "cannot write file/out.har" in output) == (5, True)

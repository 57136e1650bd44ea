"""`pendo-emulator capsule`: make, show, verify and run, and the test in a capsule."""

import json
import shutil
import signal
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from pendo_emulator.capsule.regression import assert_fixed
from pendo_emulator.cli import main

ROOT = Path(__file__).parents[3]
PROGRAM = str(Path(sys.executable).parent / "pendo-emulator")
BAD, GOOD = (ROOT / f"fixtures/support/account-{name}-traits.har" for name in ("without", "with"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["capsule", *map(str, arguments)])


@pytest.fixture
def capsule(run, tmp_path):
    assert run("make", BAD).exit_code == 0
    return tmp_path / "account-without-traits.capsule.zip"


def test_capsule_is_written_into_the_current_folder_and_is_reproduced(run, capsule):
    result = run("verify", capsule)
    assert result.exit_code == 0
    assert "REPRODUCED  account-traits-missing (proved)" in result.output


def test_capsule_is_a_recording_for_other_commands(capsule):
    result = CliRunner().invoke(main, ["inspect", str(capsule)])
    assert result.exit_code == 0
    assert "nothing else is said of it" in " ".join(result.output.split())


def test_show_lists_what_is_kept_and_what_is_dropped(run, capsule):
    output = run("show", capsule).output
    assert "CAUSE      account-traits-missing" in output
    assert "cookies" in output
    assert "data.pendo.io" in output


def test_verify_says_what_differs(run, capsule, tmp_path):
    with zipfile.ZipFile(capsule) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    expected = json.loads(files["expected.json"])
    expected["causes"] = ["no-account (proved)"]
    changed = tmp_path / "changed.capsule.zip"
    write_with_manifest(changed, {**files, "expected.json": json.dumps(expected).encode()})
    result = run("verify", changed)
    assert result.exit_code == 1
    assert "cause: no-account (proved) before, account-traits-missing" in result.output


def write_with_manifest(file, files):
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {name: sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in {**files, "manifest.json": json.dumps(manifest)}.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("name", ["show", "verify", "run"])
def test_other_file_is_refused(run, name):
    result = run(name, BAD)
    assert result.exit_code == 2
    assert "REFUSED" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.har"], "cannot open missing.har"),
        ([ROOT / "README.md"], "UNREADABLE"),
        ([BAD, "--key", ROOT / "fixtures/support/nothing"], "cannot read"),
        ([BAD, "--key", "short"], "at least 16"),
        ([BAD, "--scenario", "short"], "cannot use short"),
    ],
)
def test_wrong_use_of_make_is_explained(run, tmp_path, arguments, message):
    (tmp_path / "short").write_text("secret")
    result = run("make", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert list(tmp_path.glob("*.zip")) == []


def test_scenario_with_a_value_of_the_recording_is_refused(run, tmp_path):
    scenario = (ROOT / "fixtures/scenarios/no-group-call.yaml").read_text("utf-8")
    (tmp_path / "plain.yaml").write_text(scenario)
    (tmp_path / "personal.yaml").write_text(f"{scenario}# about user-17\n")
    assert run("make", BAD, "--scenario", "personal.yaml").exit_code == 2
    assert run("make", BAD, "--scenario", "plain.yaml").exit_code == 0
    assert "SCENARIO   included" in run("show", "account-without-traits.capsule.zip").output


def test_settings_of_rules_are_part_of_the_capsule(run, tmp_path):
    (tmp_path / "rules.toml").write_text('[rules]\nid-too-long = "off"\nhalf-cname = {severity = "error"}\n')
    assert run("make", BAD, "--settings", "rules.toml").exit_code == 0
    file = "account-without-traits.capsule.zip"
    assert "SETTINGS   included" in run("show", file).output
    assert run("verify", file).exit_code == 0


def test_test_in_the_capsule_fails_until_the_problem_is_fixed(capsule, tmp_path):
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(capsule) as archive:
        archive.extractall(folder)
    for recording in (None, str(BAD)):
        with pytest.raises(AssertionError, match="account-traits-missing"):
            assert_fixed(folder, recording)
    shutil.copy(GOOD, folder / "new.har")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"]
    result = subprocess.run(
        [*command, "--recording", "new.har"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_run_opens_the_console_with_the_requests_and_the_verdict(capsule):
    command = [PROGRAM, "capsule", "run", str(capsule), "--print-only"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = []
            while not (lines and lines[-1].startswith("Console: ")):
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            address = lines[-1].removeprefix("Console: ").strip()
            base, _, key = address.partition("/?key=")
            found = requests.get(f"{base}/_emulator/keys/{key}/inspection", timeout=60).json()
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()
    assert "What to do:" in "".join(lines)
    assert found["causes"][0]["cause"] == "account-traits-missing"
    assert process.returncode == 0

"""The GitHub Action, the pre-commit hook and the GitLab template are valid, and their steps do what they say."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import html5lib
import pytest
import yaml

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "fixtures/captures/region-eu.ndjson"
BROKEN = ROOT / "fixtures/broken/requests.ndjson"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci/gitlab/pendo-emulator.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
INPUT = re.compile(r"\$\{\{ inputs\.(\w+) \}\}")


@pytest.fixture
def shell(environment, built, tmp_path):
    """Return a function that runs a script in an empty folder with the wheel installed; pip has no network."""
    (wheel,) = built.glob("*.whl")
    shutil.copy(KEPT, tmp_path / "kept recording.ndjson")
    shutil.copy(BROKEN, tmp_path / "broken.ndjson")
    variables = {
        "PATH": f"{environment}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path), "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1", "PENDO_EMULATOR_CA_DIR": str(tmp_path / "ca"), "PENDO_PACKAGE": str(wheel),
        "GITHUB_ACTION_PATH": str(wheel),
    }  # fmt: skip

    def run(script, **more):
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=tmp_path, env=variables | more, capture_output=True, text=True, check=False, timeout=100
        )

    return run


@pytest.fixture
def act(shell):
    """Return a function that runs the action's scripts with inputs, like GitHub; it returns the last result."""

    def run(**inputs):
        values = {name: about["default"] for name, about in ACTION["inputs"].items()} | inputs
        for step in ACTION["runs"]["steps"]:
            if "run" in step:
                variables = {name: INPUT.sub(lambda m: values[m[1]], text) for name, text in step["env"].items()}
                done = shell(step["run"], **variables)
                if done.returncode:
                    break
        return done

    return run


def assert_reports(folder, broken):
    (run,) = json.loads((folder / "pendo-emulator.sarif").read_text("utf-8"))["runs"]
    assert bool([result for result in run["results"] if result["level"] == "error"]) is broken
    html5lib.parse((folder / "pendo-emulator.html").read_text("utf-8"))


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-actions", "action.yml"), ("vendor.gitlab-ci", "ci/gitlab/pendo-emulator.yml")],
)
def test_files_keep_the_schemas_of_their_products(schema, file):
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", schema, ROOT / file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_scripts_of_the_action_contain_no_expression():
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize(("recording", "code"), [("kept recording.ndjson", 0), ("broken.ndjson", 1)])
def test_action_checks_recordings(act, tmp_path, recording, code):
    done = act(recordings=f"{recording}\n", options="--no-github")
    assert done.returncode == code, done.stdout + done.stderr
    assert_reports(tmp_path, broken=bool(code))


@pytest.mark.parametrize(("recording", "code"), [("kept recording.ndjson", 0), ("broken.ndjson", 1)])
def test_action_runs_a_command(act, tmp_path, recording, code):
    done = act(command="exec", run=f"pendo-destination replay '{recording}' | cat")
    assert done.returncode == code, done.stdout + done.stderr
    assert_reports(tmp_path, broken=bool(code))


@pytest.mark.parametrize("name", ["command", "recordings", "options", "sarif", "html"])
def test_inputs_of_the_action_are_no_shell_commands(act, tmp_path, name):
    act(**{"recordings": "broken.ndjson", name: '$(touch "intruder")`touch intruder`"; touch intruder; "'})
    assert not (tmp_path / "intruder").exists()


@pytest.mark.parametrize(("recording", "code"), [("kept recording.ndjson", 0), ("broken.ndjson", 1)])
@pytest.mark.parametrize("job", [".pendo-emulator-check", ".pendo-emulator-exec"])
def test_gitlab_jobs_write_their_reports(shell, tmp_path, job, recording, code):
    script = "\n".join([*GITLAB[".pendo-emulator"]["before_script"], *GITLAB[job]["script"]])
    done = shell(script, PENDO_RECORDINGS=recording, PENDO_RUN=f"pendo-destination replay '{recording}' | cat")
    assert done.returncode == code, done.stdout + done.stderr
    assert_reports(tmp_path, broken=bool(code))
    artifacts = GITLAB[".pendo-emulator"]["artifacts"]
    assert all((tmp_path / name).exists() for name in (*artifacts["paths"], artifacts["reports"]["junit"]))


@pytest.mark.parametrize(("recording", "code"), [("kept recording.ndjson", 0), ("broken.ndjson", 1)])
def test_pre_commit_hook_checks_the_files_that_it_is_given(shell, recording, code):
    (hook,) = HOOKS
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert re.search(hook["files"], recording)
    done = shell(f"{hook['entry']} '{recording}'")
    assert done.returncode == code, done.stdout + done.stderr

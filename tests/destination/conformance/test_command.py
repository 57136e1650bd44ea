import json
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[3] / "fixtures"
COMMAND = Path(sys.executable).parent / "pendo-destination"
CASES = {
    "mapping": "segment/mapping.json",
    "trigger": "segment/trigger.json",
    "actions": "segment/actions.json",
    "classic": "segment/classic.json",
    "agent": "agent/cases.json",
}


def run(*words):
    return subprocess.run([COMMAND, "conformance", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("suite", CASES)
def test_all_published_cases_pass(suite):
    file = FIXTURES / CASES[suite]
    done = run("--suite", suite, str(file))
    assert (done.returncode, done.stdout) == (0, f"{len(json.loads(file.read_text()))} passed, 0 failed\n")


@pytest.mark.parametrize("suite", CASES)
def test_failing_cases_are_listed_and_fail_the_command(suite, tmp_path):
    wrong = json.loads((FIXTURES / CASES[suite]).read_text())[:20]
    for case in wrong:
        case.pop("error", None)
        for answer in {"output", "ast", "result", "expect", "expect_if_obj_delete_existed"} & set(case):
            case[answer] = [{}] if suite == "agent" else {"plugins": [], "steps": []}
    (tmp_path / "cases.json").write_text(json.dumps(wrong))
    done = run("--suite", suite, str(tmp_path / "cases.json"))
    assert done.returncode == 1
    assert wrong[0]["id"] in done.stdout
    assert done.stdout.splitlines()[-1].endswith("failed")


@pytest.mark.parametrize("suite", CASES)
def test_error_names_the_suite_of_the_cases(suite):
    other = next(name for name in CASES if name != suite)
    done = run("--suite", other, str(FIXTURES / CASES[suite]))
    assert (done.returncode, f"has cases of the suite {suite}: use --suite {suite}" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("{}", "must be a list of cases"),
        ("[]", "must be a list of cases"),
        ('[{"id": "c"}]', "case c does not belong to the suite mapping: it has no `mapping`"),
    ],
)
def test_file_without_cases_is_a_usage_error(text, message, tmp_path):
    (tmp_path / "cases.json").write_text(text)
    done = run("--suite", "mapping", str(tmp_path / "cases.json"))
    assert (done.returncode, message in done.stderr) == (2, True)

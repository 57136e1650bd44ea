import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.case_selection import only_in_test_all

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "tests/node/node_modules"


def run_bench(package, *options):
    command = [sys.executable, "-m", f"tests.bench.{package}", *map(str, options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def require(*programs):
    if missing := [program for program in programs if not shutil.which(program)]:
        pytest.skip(f"not installed: {' '.join(missing)}")


def test_destination_and_segments_code_match_the_same_events(tmp_path):
    require("node", "taskset")
    if not MODULES.exists():
        pytest.skip("Segment's packages are not installed; install them with: npm ci --prefix tests/node")
    done = run_bench("destination", MODULES, "--count", 500, "--pairs", 1, "--json", tmp_path / "figures.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "x Segment's code, Node" in done.stdout


def test_engine_bench_measures_the_wait_of_a_test(tmp_path):
    require("wrk", "taskset")
    done = run_bench("engine", "--only", "emulator in a test", "--json", tmp_path / "figures.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Emulator(), first response" in done.stdout


@only_in_test_all
def test_revision_bench_prints_the_ratio_of_two_commits(tmp_path):
    require("wrk", "taskset", "git")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    options = ("--base", "HEAD", "--new", "HEAD", "--pairs", 1, "--only", "start", "--json", tmp_path / "figures.json")
    done = run_bench("revisions", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "start, serve: first response" in done.stdout


def test_check_bench_prints_the_ratio_to_a_bare_loop(tmp_path):
    require("taskset")
    done = run_bench("check", "--count", 300, "--pairs", 1, "--json", tmp_path / "figures.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "x bare loop" in done.stdout


@only_in_test_all
def test_console_bench_measures_a_visit_of_the_timeline(tmp_path):
    require("chromium", "taskset")
    options = ("--only", "large", "--exchanges", 300, "--rounds", 1, "--json", tmp_path / "figures.json")
    done = run_bench("console", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 exchanges: interactive" in done.stdout


@only_in_test_all
def test_console_bench_measures_ingest_with_open_consoles(tmp_path):
    require("taskset")
    options = ("--only", "ingest", "--requests", 100, "--pairs", 1, "--json", tmp_path / "figures.json")
    done = run_bench("console", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ingest with 10 open consoles: processor" in done.stdout


def test_rule_bench_prints_the_time_of_each_rule():
    done = run_bench("check.rule_costs", 200, 400)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "account-lost, us" in done.stdout


def test_pytest_bench_prints_the_ratio_to_a_session_without_the_plugin(tmp_path):
    require("taskset")
    done = run_bench("pytest_plugin", "--pairs", 1, "--json", tmp_path / "figures.json")
    assert done.returncode == 0, done.stdout + done.stderr
    ratios = [line for line in done.stdout.splitlines() if "x no plugin" in line]
    assert [line.partition(" tests")[0] for line in ratios] == ["pytest, 1", "pytest, 1,000", "pytest, 200"]


@only_in_test_all
def test_engage_bench_stays_within_its_budgets():
    done = run_bench("engage", "--exchanges", 3000)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "schema while events arrive" in done.stdout

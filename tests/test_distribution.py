"""The wheel works in a repository that has folders with the names of our packages."""

import os
import subprocess
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.bench.size.__main__ import installed_packages

ROOT = Path(__file__).parents[1]
PACKAGES = {"pendo_contracts", "pendo_destination", "pendo_emulator"}
TEST = """
import requests
from pendo_emulator import Emulator, Space

def test_arrives(pendo, pendo_region):
    url = pendo.host_url(pendo_region.content_host) + f"/agent/static/{pendo.api_key}/pendo.js"
    assert requests.get(url, timeout=10).status_code == 200
    assert len(pendo.wait(endpoint="pendo.js")) == 1
    assert isinstance(pendo, Space)
"""
EVENT = (
    '{"type": "track", "event": "Signed Up", "userId": "u1", "messageId": "m1", "timestamp": "2026-01-02T03:04:05Z"}\n'
)


@pytest.fixture
def repository(tmp_path):
    """Make a user's repository with packages named like our folders."""
    for name in ("contracts", "destination", "emulator"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('imported by mistake')\n", "utf-8")
    (tmp_path / "test_end_to_end.py").write_text(TEST, "utf-8")
    (tmp_path / "events.ndjson").write_text(EVENT, "utf-8")
    return tmp_path


def run(environment, repository, *command):
    variables = os.environ | {
        "PATH": f"{environment}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": ".",
        "PENDO_EMULATOR_CA_DIR": str(repository / "ca"),
    }
    done = subprocess.run(
        [environment / command[0], *command[1:]], cwd=repository, env=variables, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_wheel_installs_only_our_packages(built):
    (wheel,) = built.glob("*.whl")
    top = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == PACKAGES


def test_wheel_contains_every_tracked_file_of_the_packages(built):
    (wheel,) = built.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = {
        str(file.relative_to(folder.parent))
        for folder in ROOT.glob("*/pendo_*")
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.name != "README.md"
    }
    assert files - packed == set()


def test_no_package_of_an_installation_without_extras_is_another_pytest_plugin():
    plugins = {
        name for name in installed_packages() for entry in distribution(name).entry_points if entry.group == "pytest11"
    }
    assert plugins == set(), "each session of pytest would load them"


def test_sdist_contains_the_sources_and_the_licence(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "emulator/pendo_emulator/cli.py"} <= names


def test_plugin_works_next_to_folders_named_like_the_packages(environment, repository):
    code, said = run(environment, repository, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert code == 0, said
    assert "7 passed" in said


def test_commands_work_next_to_folders_named_like_the_packages(environment, repository):
    send = ("pendo-destination", "send", "events.ndjson", "--api-key", "k", "--region", "eu")
    code, said = run(environment, repository, "pendo-emulator", "exec", "--", *send)
    assert code == 0, said
    assert "KEPT" in said

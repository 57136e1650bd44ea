import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("pendo-")]
SERVERS = [line for line in LINES if line.startswith("pendo-emulator serve ")]
COMMANDS = [line for line in LINES if line not in SERVERS]


def test_the_readme_starts_with_the_two_commands_that_matter():
    assert BLOCKS[0] == "make run\nmake test\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_does_what_it_says(command, tmp_path):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    line = command.replace("run/", f"{tmp_path}/")
    environment = os.environ | {"PATH": path, "PENDO_EMULATOR_CA_DIR": str(tmp_path / "ca")}
    done = subprocess.run(line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", SERVERS)
def test_a_server_of_the_readme_serves_until_it_is_told_to_stop(command, tmp_path):
    program, *words = shlex.split(command)
    line = [Path(sys.executable).with_name(program), *words, "--port", "0"]
    with subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().split()[4]
        assert requests.get(f"{url}/readyz", timeout=10).json() == {"status": "ready"}
        server.terminate()
    assert server.returncode == 0


@pytest.mark.parametrize("command", ["pendo-emulator", "pendo-destination"])
def test_every_command_is_in_the_readme(command):
    told = subprocess.run(
        [Path(sys.executable).with_name(command), "--help"], capture_output=True, text=True, check=True
    )
    names = re.findall(r"^  ([a-z]+) ", told.stdout.partition("Commands:")[2], re.MULTILINE)
    assert [name for name in names if f"{command} {name}" not in README] == []

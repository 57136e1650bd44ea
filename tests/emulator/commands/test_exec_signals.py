import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from select import select

import pytest

from tests.end_signals import END_SIGNALS

COMMAND = [str(Path(sys.executable).parent / "pendo-emulator"), "exec", "--allow-empty", "--json", "report.json"]
TIMEOUT = 60
# Each script creates a file when it is ready, then waits.
OBEYS = "touch ready; exec sleep 60"
TELLS = "trap 'touch told; exit 3' INT TERM HUP; touch ready; while :; do sleep 0.1; done"
IGNORES = "trap '' INT TERM HUP; touch ready; while :; do sleep 0.1; done"
LEAVES_GRANDCHILD = "(trap '' INT TERM HUP; echo $BASHPID > pid; touch ready; while :; do sleep 0.1; done) & wait"
DETACHES = "setsid --wait bash -c 'trap \"\" INT TERM HUP; echo $$ > pid; touch ready; while :; do sleep 0.1; done'"
LEAVES_BACKGROUND = "(echo $BASHPID > pid; exec sleep 60) & while [ ! -s pid ]; do sleep 0.1; done"


def wait_for(condition):
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def start(tmp_path, ca_folder):
    """Start `exec` with a script, in a session without a terminal, and wait until the script is ready."""
    started = []

    def run(script, *options):
        (tmp_path / "tmp").mkdir()
        process = subprocess.Popen(
            [*COMMAND, "--ca-dir", ca_folder, *options, "--", "bash", "-c", script],
            cwd=tmp_path,
            env=os.environ | {"TMPDIR": str(tmp_path / "tmp")},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        wait_for(lambda: (tmp_path / "ready").exists() or process.poll() is not None)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def end(process, number):
    process.send_signal(number)
    return process.communicate(timeout=TIMEOUT)[0].splitlines()[-1]


@pytest.mark.parametrize("number", END_SIGNALS)
def test_signal_reaches_the_child_and_the_report_follows(start, tmp_path, number):
    process = start(TELLS)
    line = end(process, number)
    assert (process.returncode, (tmp_path / "told").exists()) == (3, True)
    assert line.startswith("FAILED exit code 3 is the command's")
    outcome = json.loads((tmp_path / "report.json").read_text())["outcome"]
    assert (outcome["owner"], outcome["exit_code"], outcome["command_exit_code"]) == ("command", 3, 3)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_child_ended_by_a_signal_gives_128_plus_its_number(start):
    process = start(OBEYS)
    assert end(process, signal.SIGTERM).startswith("KILLED SIGTERM ended the command, exit code 143 is the command's")
    assert process.returncode == 143


def test_child_that_kills_itself_gives_128_plus_the_number(start):
    process = start("touch ready; kill -SEGV $$")
    process.communicate(timeout=TIMEOUT)
    assert process.returncode == 128 + signal.SIGSEGV


@pytest.mark.parametrize("script", [IGNORES, LEAVES_GRANDCHILD, DETACHES])
def test_processes_alive_after_the_grace_period_are_killed(start, tmp_path, script):
    process = start(script, "--grace", "0.3")
    end(process, signal.SIGTERM)
    if (tmp_path / "pid").exists():
        wait_for(lambda: not runs(int((tmp_path / "pid").read_text())))
    assert process.returncode in {137, 143}
    assert (tmp_path / "report.json").exists()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_process_left_in_the_background_ends_with_the_command(start, tmp_path):
    process = start(LEAVES_BACKGROUND)
    process.communicate(timeout=TIMEOUT)
    assert (process.returncode, runs(int((tmp_path / "pid").read_text()))) == (0, False)


def test_signal_to_the_whole_group_reaches_the_child_once(start, tmp_path):
    process = start("trap 'echo told >> count' TERM; touch ready; while [ ! -e count ]; do sleep 0.1; done; sleep 0.5")
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=TIMEOUT)
    assert (tmp_path / "count").read_text() == "told\n"


class Terminal:
    """A shell with job control and its own terminal."""

    def __init__(self, folder):
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], os.environ | {"PS1": "PROMPT>", "HISTFILE": ""})
        self._text = ""

    def type(self, text):
        os.write(self._end, text.encode())

    def expect(self, pattern):
        """Read until a pattern appears; the next call continues after it."""
        deadline = time.monotonic() + TIMEOUT / 2
        while not (match := re.search(pattern, self._text)):
            assert select([self._end], [], [], max(0, deadline - time.monotonic()))[0], self._text
            self._text += os.read(self._end, 4096).decode(errors="replace")
        self._text = self._text[match.end() :]

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._end)


@pytest.fixture
def terminal(tmp_path):
    shell = Terminal(tmp_path)
    shell.expect("PROMPT>")
    yield shell
    shell.close()


def at_terminal(script, ca_folder):
    return f"{' '.join(COMMAND)} --ca-dir {ca_folder} -- {script}\n"


def test_child_keeps_the_terminal_and_job_control(terminal, ca_folder):
    # The child stops its group itself: after a Ctrl-Z the kernel can withhold from the shell what is typed next.
    stop_and_read = "kill -TSTP 0; read line; echo got $line; test -t 0 && echo on a ter''minal"
    terminal.type(at_terminal(f"bash -c '{stop_and_read}'", ca_folder))
    terminal.expect("Stopped")
    terminal.expect("PROMPT>")
    terminal.type("fg\n")
    terminal.expect("read line")  # the shell names the command that it continues
    terminal.type("hello\n")
    terminal.expect("got hello")
    terminal.expect("on a terminal")
    terminal.expect("NOTHING RECEIVED")


def test_terminal_ctrl_c_reaches_the_child_once_before_the_report(terminal, ca_folder):
    script = "bash -c 'trap \"echo to''ld; exit 3\" INT; echo re''ady; while :; do sleep 0.1; done'; echo code $?"
    terminal.type(at_terminal(script, ca_folder))
    terminal.expect("ready")
    terminal.type("\x03")
    terminal.expect("told")
    terminal.expect(r"FAILED\S* exit code 3")
    terminal.expect("code 3")

"""`pendo-emulator serve`: signals, the summary, and addresses that cannot be used."""

import signal
import subprocess

import pytest

from pendo_emulator.commands._shared.emulator_start import print_summary
from pendo_emulator.observability.counters import Counters
from tests.end_signals import END_SIGNALS


@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
@pytest.mark.parametrize("number", END_SIGNALS)
def test_serve_ends_on_a_signal_with_a_summary(serve, options, number):
    process = serve(*options)
    process.send_signal(number)
    text = process.communicate(timeout=60)[0]
    assert (process.returncode, text) == (0, "Stopped after 0 requests: 0 good, 0 broken.\n")


@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
def test_serve_under_nohup_continues_after_sighup(serve, options):
    process = serve(*options, prefix=["nohup"])
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    process.terminate()
    assert process.wait(timeout=60) == 0


def test_summary_counts_requests_that_are_not_judged(capsys):
    counters = Counters()
    for verdict in ("good", "bad", "not-judged"):
        counters.add(verdict)
    print_summary(counters)
    assert capsys.readouterr().out == "Stopped after 3 requests: 1 good, 1 broken, 1 not judged.\n"


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine: choose another --host"),
        ("no.such.invalid", "no.such.invalid has no known address: choose another --host"),
    ],
)
def test_host_that_is_not_this_machine_is_explained(run, host, problem):
    done = run("serve", "--port", "0", "--host", host)
    assert (done.returncode, done.stderr) == (1, f"Error: cannot listen on {host}:0: {problem}\n")


def test_port_in_use_is_explained(run, pendo_server):
    done = run("serve", "--port", pendo_server.url.rpartition(":")[2])
    assert (done.returncode, "choose another with --port" in done.stderr) == (1, True)

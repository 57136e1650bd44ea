import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from pendo_emulator.tls.authority import FILE

COMMANDS = Path(sys.executable).parent


@pytest.fixture
def run(tmp_path):
    """Run a command whose user has a home of their own, and only the tools named."""

    def command(*words, path=""):
        environment = {"HOME": str(tmp_path), "PATH": path, "PENDO_EMULATOR_CA_DIR": str(tmp_path / "ca")}
        return subprocess.run(
            [COMMANDS / "pendo-emulator", *words], env=environment, capture_output=True, text=True, check=False
        )

    return command


def test_export_prints_the_certificate_and_never_the_key(run, tmp_path):
    printed = run("ca", "export", "--cname", "data.customer.example").stdout
    assert ssl.PEM_cert_to_DER_cert(printed) in ssl.create_default_context(cadata=printed).get_ca_certs(
        binary_form=True
    )
    assert "PRIVATE" not in printed
    assert printed in (tmp_path / "ca" / FILE).read_text()


def test_env_prints_what_a_shell_takes(run):
    lines = run("ca", "env").stdout
    shown = subprocess.run(
        ["sh", "-c", f'{lines}\ncat "$NODE_EXTRA_CA_CERTS"'], capture_output=True, text=True, check=True
    )
    assert shown.stdout == run("ca", "export").stdout


def test_install_puts_it_into_the_store_that_is_named_and_uninstall_takes_it_out(run, tmp_path):
    path = os.environ["PATH"]
    assert (
        run("ca", "install", "--into", "chromium", path=path).stdout
        == f"installed in Chromium's roots ({tmp_path}/.pki/nssdb)\n"
    )
    assert (
        run("ca", "uninstall", "--into", "chromium", path=path).stdout
        == f"gone from Chromium's roots ({tmp_path}/.pki/nssdb)\n"
    )


def test_install_says_what_is_missing_and_fails_if_nothing_was_done(run):
    done = run("ca", "install")
    assert (done.returncode, done.stdout) == (1, "")
    assert "not installed in Chromium's roots" in done.stderr
    assert "not installed in the system's roots" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(run):
    done = run("ca", "export", "--ca-dir", "/proc/none")
    assert (done.returncode, done.stderr) == (
        1, "Error: cannot keep a certificate authority in /proc/none: No such file or directory; choose with --ca-dir\n"
    )  # fmt: skip

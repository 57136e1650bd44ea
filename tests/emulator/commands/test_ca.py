import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from pendo_emulator.tls.authority import AUTHORITY_FILE

COMMANDS = Path(sys.executable).parent


@pytest.fixture
def run(tmp_path):
    """Run a command with a temporary home; `path` is its PATH."""

    def command(*arguments, path=""):
        environment = {"HOME": str(tmp_path), "PATH": path, "PENDO_EMULATOR_CA_DIR": str(tmp_path / "ca")}
        return subprocess.run(
            [COMMANDS / "pendo-emulator", *arguments], env=environment, capture_output=True, text=True, check=False
        )

    return command


def test_export_prints_the_certificate_without_the_key(run, tmp_path):
    printed = run("ca", "export", "--cname", "data.customer.example").stdout
    assert ssl.PEM_cert_to_DER_cert(printed) in ssl.create_default_context(cadata=printed).get_ca_certs(
        binary_form=True
    )
    assert "PRIVATE" not in printed
    assert printed in (tmp_path / "ca" / AUTHORITY_FILE).read_text()


def test_env_prints_shell_exports(run):
    lines = run("ca", "env").stdout
    shown = subprocess.run(
        ["sh", "-c", f'{lines}\ncat "$NODE_EXTRA_CA_CERTS"'], capture_output=True, text=True, check=True
    )
    assert shown.stdout == run("ca", "export").stdout


def test_install_and_uninstall_change_the_named_store(run, tmp_path):
    path = os.environ["PATH"]
    assert (
        run("ca", "install", "--into", "chromium", path=path).stdout
        == f"installed in Chromium's trust store ({tmp_path}/.pki/nssdb)\n"
    )
    assert (
        run("ca", "uninstall", "--into", "chromium", path=path).stdout
        == f"removed from Chromium's trust store ({tmp_path}/.pki/nssdb)\n"
    )


def test_uninstall_says_that_nothing_was_installed(run, tmp_path):
    done = run("ca", "uninstall", "--into", "chromium")
    text = f"not installed in Chromium's trust store ({tmp_path}/.pki/nssdb): nothing to remove\n"
    assert (done.returncode, done.stdout) == (0, text)
    path = os.environ["PATH"]
    run("ca", "install", "--into", "chromium", path=path)
    run("ca", "uninstall", "--into", "chromium", path=path)
    assert run("ca", "uninstall", "--into", "chromium", path=path).stdout == text


def test_install_fails_if_no_store_can_be_changed(run):
    done = run("ca", "install")
    assert (done.returncode, done.stdout) == (1, "")
    assert "not installed in Chromium's trust store" in done.stderr
    assert "not installed in the system's trust store" in done.stderr


def test_an_unwritable_folder_is_named(run):
    done = run("ca", "export", "--ca-dir", "/proc/none")
    problem = "cannot write the certificate authority to /proc/none: No such file or directory"
    assert (done.returncode, done.stderr) == (1, f"Error: {problem}; choose another folder with --ca-dir\n")

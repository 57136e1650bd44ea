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


@pytest.mark.parametrize("replaced", [False, True])
def test_env_twice_in_a_shell_changes_nothing(tmp_path, replaced):
    before = "--cname a.example.com" if replaced else ""
    command = f"{COMMANDS / 'pendo-emulator'} ca env --ca-dir {tmp_path / 'twice'}"
    script = f"""
        eval "$({command} {before})" && eval "$({command} --cname b.example.com)" && cp "$SSL_CERT_FILE" first
        eval "$({command})" && cmp "$SSL_CERT_FILE" first
    """
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    pem = (tmp_path / "first").read_text()
    own = [
        root
        for root in ssl.create_default_context(cadata=pem).get_ca_certs()
        if "pendo-emulator local authority" in str(root["subject"])
    ]
    assert len(own) == 1
    assert pem.count("BEGIN CERTIFICATE") > 10


def test_env_prints_absolute_paths_for_a_relative_folder(tmp_path):
    command = [COMMANDS / "pendo-emulator", "ca", "env", "--ca-dir", "relative"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    values = [line.partition("=")[2] for line in done.stdout.splitlines()]
    assert len(values) == 4
    assert all(value.startswith(f"{tmp_path}/relative/") for value in values)


def test_corrupt_authority_is_refused_in_one_line(run, tmp_path):
    (tmp_path / "ca").mkdir(mode=0o700)
    (tmp_path / "ca" / AUTHORITY_FILE).write_text("junk")
    done = run("ca", "env")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "delete it to get a new one" in done.stderr


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
    assert "the certificate is valid for pendo.io and all subdomains" in done.stderr
    assert (done.returncode, done.stdout) == (1, "")
    assert "not installed in Chromium's trust store" in done.stderr
    assert "not installed in the system's trust store" in done.stderr


def test_error_contains_the_folder_that_cannot_be_written(run):
    done = run("ca", "export", "--ca-dir", "/proc/none")
    problem = "cannot write the certificate authority to /proc/none: No such file or directory"
    assert (done.returncode, done.stderr) == (1, f"Error: {problem}; choose another folder with --ca-dir\n")

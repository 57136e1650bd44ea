import subprocess

import pytest

from pendo_emulator.tls.authority import Authority
from pendo_emulator.tls.trust_store import NssStore, SystemStore

UPDATE = "/usr/sbin/update-ca-certificates"


@pytest.fixture
def pem(tls_emulator):
    return tls_emulator.authority.pem


@pytest.fixture
def system(tmp_path):
    """Create a system trust store in a temporary folder, managed by the real tool."""
    for folder in ("local", "etc"):
        (tmp_path / folder).mkdir()
    (tmp_path / "conf").touch()
    options = ("--certsconf", tmp_path / "conf", "--certsdir", tmp_path, "--hooksdir", tmp_path)
    folders = ("--localcertsdir", tmp_path / "local", "--etccertsdir", tmp_path / "etc")
    store = SystemStore(tmp_path / "local", (UPDATE, *map(str, options + folders)))
    return store if not store.obstacle() else pytest.skip(store.obstacle())


@pytest.fixture
def nss(tmp_path):
    store = NssStore(tmp_path / "nssdb")
    return store if not store.obstacle() else pytest.skip(store.obstacle())


def test_system_store_adds_and_removes_the_certificate(system, pem, tmp_path):
    other = Authority.make(["example.org"]).pem
    (system.folder / "other.crt").write_bytes(other)
    system.install(pem)
    assert (tmp_path / "etc/ca-certificates.crt").read_bytes() == other + pem
    system.uninstall()
    assert (tmp_path / "etc/ca-certificates.crt").read_bytes() == other
    system.uninstall()


def test_nss_store_holds_only_the_latest_certificate(nss, pem):
    nss.install(Authority.make(["pendo.io"]).pem)
    nss.install(pem)
    listed = subprocess.run(
        ["certutil", "-d", f"sql:{nss.folder}", "-L", "-a", "-n", "pendo-emulator"], capture_output=True, check=True
    ).stdout.replace(b"\r\n", b"\n")
    assert listed == pem
    assert nss.may_hold_certificate()
    nss.uninstall()
    nss.uninstall()
    assert not nss.may_hold_certificate()


def test_certificates_with_similar_nicknames_stay(nss, pem, tmp_path):
    nss.install(pem)
    (tmp_path / "other.pem").write_bytes(Authority.make(["example.org"]).pem)
    add = [
        "certutil",
        "-d",
        f"sql:{nss.folder}",
        "-A",
        "-n",
        "my pendo-emulator",
        "-t",
        "C,,",
        "-i",
        tmp_path / "other.pem",
    ]
    subprocess.run(add, check=True)
    nss.install(pem)
    nss.uninstall()
    assert not nss.may_hold_certificate()
    subprocess.run(["certutil", "-d", f"sql:{nss.folder}", "-L", "-n", "my pendo-emulator"], check=True)


def test_obstacles_are_explained(tmp_path, monkeypatch):
    assert "needs root" in SystemStore(tmp_path / "nowhere", ("sh",)).obstacle()
    monkeypatch.setenv("PATH", "")
    assert "apt-get install libnss3-tools" in NssStore(tmp_path).obstacle()
    assert "ca export" in SystemStore(tmp_path).obstacle()

"""Capsules that anybody can have made: broken, truncated and hostile ones are refused with a reason."""

import io
import json
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from pendo_emulator.capsule.archive import CapsuleError
from pendo_emulator.capsule.capsule import read_capsule

FORMATS = sorted((Path(__file__).parents[3] / "fixtures/capsules").glob("format-*.capsule.zip"))


def read_files(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


FILES = read_files(FORMATS[-1].read_bytes())


def manifest_of(files, **changes):
    """Return a manifest that is right for these files, apart from the changes."""
    digests = {name: sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    return json.dumps({**json.loads(FILES["manifest.json"]), "files": digests, **changes}).encode()


def archive_of(files, change=None):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
        if change:
            change(archive)
    return stream.getvalue()


def with_files(**changed):
    """Return a capsule with some other files, and a right manifest; None removes a file."""
    files = {name: changed.get(name, data) for name, data in FILES.items()} | changed
    files = {name: data for name, data in files.items() if data is not None}
    return archive_of({**files, "manifest.json": manifest_of(files)})


def with_manifest(**changes):
    return archive_of({**FILES, "manifest.json": manifest_of(FILES, **changes)})


def with_link(archive):
    info = zipfile.ZipInfo("scenario.yaml")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def with_copy(archive):
    with pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("settings.json", "{}")


def reads(data, folder):
    file = folder / "case.capsule.zip"
    file.write_bytes(data)
    return read_capsule(file)


WHOLE = archive_of(FILES)
HOSTILE = {
    "no zip archive": (b"GIF89a", "no"),
    "empty file": (b"", "not a complete zip archive"),
    "truncated": (WHOLE[:-200], "not a complete zip archive"),
    "damaged": (WHOLE.replace(WHOLE[300:310], b"\xff" * 10), ""),
    "path above the folder": (archive_of(FILES, lambda archive: archive.writestr("../x", "x")), "outside the folder"),
    "absolute path": (archive_of(FILES, lambda archive: archive.writestr("/tmp/x", "x")), "outside the folder"),
    "path of windows": (archive_of(FILES, lambda archive: archive.writestr("..\\x", "x")), "outside the folder"),
    "folder": (archive_of(FILES, lambda archive: archive.writestr("folder/", "")), "outside the folder"),
    "another file": (archive_of(FILES, lambda archive: archive.writestr("run.sh", "x")), "does not belong"),
    "a conftest": (archive_of(FILES, lambda archive: archive.writestr("conftest.py", "x")), "does not belong"),
    "symbolic link": (archive_of(FILES, with_link), "no ordinary file"),
    "zip bomb": (with_files(**{"settings.json": b" " * 50_000_000}), "too much"),
    "large manifest": (archive_of({**FILES, "manifest.json": b" " * 9_000_000}), "too much"),
    "many files": (archive_of({f"file{number}": b"" for number in range(60)}), "60 files"),
    "no manifest": (archive_of({name: data for name, data in FILES.items() if name != "manifest.json"}), "no manifest"),
    "manifest is no JSON": (archive_of({**FILES, "manifest.json": b"{"}), "not JSON"),
    "manifest is nested": (archive_of({**FILES, "manifest.json": b"[" * 100_000}), "not JSON"),
    "manifest is a list": (archive_of({**FILES, "manifest.json": b"[]"}), "not that of a capsule"),
    "newer format": (with_manifest(format=2), "use a newer program"),
    "format zero": (with_manifest(format=0), "no format 0"),
    "format is a text": (with_manifest(format="1"), "not that of a capsule"),
    "kept is a list": (with_manifest(kept=[]), "not complete"),
    "recording elsewhere": (with_manifest(recording="../../etc/passwd"), "not complete"),
    "changed recording": (archive_of({**FILES, "recording.har": b"{}"}), "not the one that manifest.json describes"),
    "script as the test": (with_files(**{"test_capsule.py": b"import os"}), "could do anything"),
    "script in the page": (
        with_files(**{"inspection.html": FILES["inspection.html"] + b"<ScRipt>alert(1)</script>"}),
        "contains a script",
    ),
    "page without policy": (with_files(**{"inspection.html": b"<p onclick=x>"}), "no policy"),
    "missing file": (with_files(**{"expected.json": None}), "expected.json is missing"),
    "other expectation": (with_files(**{"expected.json": b"[]"}), "another form"),
    "unknown rule": (with_files(**{"settings.json": b'{"rules": {"no-such-rule": "off"}}'}), "no rule"),
    "unknown fault": (with_files(**{"faults.json": b'[{"command": "rm"}]'}), ""),
    "scenario is no text": (with_files(**{"scenario.yaml": b"\xff\xfe"}), ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_capsule_is_refused_with_a_reason(name, tmp_path):
    data, reason = HOSTILE[name]
    with pytest.raises(CapsuleError) as refused:
        reads(data, tmp_path)
    assert reason in str(refused.value)
    assert str(refused.value).isprintable()
    assert [file.name for file in tmp_path.iterdir()] == ["case.capsule.zip"]


def test_file_that_is_there_twice_is_refused(tmp_path):
    with pytest.raises(CapsuleError, match="twice"):
        reads(archive_of(FILES, with_copy), tmp_path)


@pytest.mark.parametrize("cut", range(0, len(WHOLE), len(WHOLE) // 20))
def test_each_truncation_is_refused(cut, tmp_path):
    with pytest.raises(CapsuleError):
        reads(WHOLE[:cut], tmp_path)


@pytest.mark.parametrize("file", FORMATS, ids=lambda file: file.name)
def test_capsule_of_each_format_opens_and_is_reproduced(file):
    capsule = read_capsule(file)
    assert capsule.changes() == []
    assert capsule.expected.cause == "account-traits-missing"

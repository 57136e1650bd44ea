import errno
import resource
from contextlib import contextmanager
from pathlib import Path

import pytest

from pendo_contracts.common.crash_safe_files import append_line, write_atomically


@contextmanager
def full_disk_after(size):
    """Limit the size of this process's files to a number of bytes, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_failed_write_keeps_the_old_file_and_leaves_no_draft(tmp_path):
    file = tmp_path / "x.json"
    write_atomically(file, "old")
    with full_disk_after(1000), pytest.raises(OSError, match="too large") as caught:
        write_atomically(file, "new" * 1000)
    assert caught.value.filename == str(file)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"x.json": "old"}


def test_failed_write_leaves_no_new_file(tmp_path):
    with full_disk_after(1000), pytest.raises(OSError, match="too large"):
        write_atomically(tmp_path / "x.json", "new" * 1000)
    assert not list(tmp_path.iterdir())


def test_permissions_and_links_are_kept(tmp_path):
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_atomically(link, b"new")
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)


def test_new_file_has_the_given_permissions_or_the_umask(tmp_path):
    (tmp_path / "usual").touch()
    write_atomically(tmp_path / "a", "")
    write_atomically(tmp_path / "b", "", 0o600)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("usual", "a", "b")]
    assert modes == [modes[0], modes[0], 0o600]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_device_is_written_to_and_not_replaced():
    with pytest.raises(OSError, match="No space") as caught:
        write_atomically(Path("/dev/full"), "x")
    assert caught.value.errno == errno.ENOSPC
    assert Path("/dev/full").is_char_device()
    write_atomically(Path("/dev/null"), "x")


def test_full_disk_leaves_only_complete_lines(tmp_path):
    file = tmp_path / "x.ndjson"
    with file.open("wb", buffering=0) as stream, full_disk_after(1000):
        for _ in range(3):
            append_line(stream, b"x" * 299)
        with pytest.raises(OSError, match="too large"):
            append_line(stream, b"x" * 299)
    assert file.read_bytes() == (b"x" * 299 + b"\n") * 3

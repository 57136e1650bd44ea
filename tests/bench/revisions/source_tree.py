"""Makes runnable copies of the project: of a commit or of the working tree."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
BUILD: Final = ROOT / "build/bench/revisions"


@dataclass(frozen=True)
class SourceTree:
    """A copy of the project whose console scripts can run with this Python and its installed dependencies."""

    name: str
    folder: Path

    def command(self, script: str) -> list[str]:
        """Return the command that runs a console script of this copy."""
        return [sys.executable, "-P", str(self.folder / f"{script}.py")]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make Python import this copy instead of the installed project."""
        hatch = self._project.get("tool", {}).get("hatch", {}).get("build", {})
        roots = hatch.get("dev-mode-dirs", ["."])
        return {"PYTHONPATH": os.pathsep.join(str(self.folder / root) for root in roots)}

    def prepare(self) -> None:
        """Write the console scripts and compile all modules; raise RuntimeError if Python imports another copy."""
        for script, entry_point in self._project["project"]["scripts"].items():
            module, _, function = entry_point.partition(":")
            (self.folder / f"{script}.py").write_text(f"from {module} import {function}\n{function}()\n")
            self._require_own_module(module)
        compile_all = [sys.executable, "-m", "compileall", "-q", str(self.folder)]
        subprocess.run(compile_all, check=True, stdout=subprocess.DEVNULL)

    def _require_own_module(self, module: str) -> None:
        find = [sys.executable, "-P", "-c", f"import {module}; print({module}.__file__)"]
        environment = os.environ | self.environment
        file = subprocess.run(find, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout.strip()
        if not Path(file).is_relative_to(self.folder):
            raise RuntimeError(f"{self.name}: Python imports {module} from {file}, not from {self.folder}")

    @property
    def _project(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))


def export_commit(commit: str, folder: Path) -> SourceTree:
    """Export a commit to a new folder in `folder`."""
    revision = _git("rev-parse", "--short=12", f"{commit}^{{commit}}").decode().strip()
    tree = SourceTree(revision, Path(tempfile.mkdtemp(prefix=f"{revision}-", dir=folder)))
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", revision))) as archive:
        archive.extractall(tree.folder, filter="data")
    tree.prepare()
    return tree


def copy_working_tree(folder: Path) -> SourceTree:
    """Copy the working tree without tests to a new folder in `folder`; later edits do not affect the copy."""
    tree = SourceTree("working tree", Path(tempfile.mkdtemp(prefix="working-tree-", dir=folder)))
    names = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").decode().split("\0")
    for name in names:
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (tree.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tree.folder / name)
    tree.prepare()
    return tree


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout

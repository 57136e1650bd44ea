"""Prints the size of an installation without extras, in MB per package, and fails if it exceeds the limit.

The sizes are those of the files in this environment, without compiled Python files. Needs no network.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

PROJECT: Final = "pendo-emulator"
PACKAGES: Final = ("contracts/pendo_contracts", "destination/pendo_destination", "emulator/pendo_emulator")
ROOT: Final = Path(__file__).parents[3]
LIMIT: Final = 80  # MB; a larger installation is a mistake, or needs a reason
MEGABYTE: Final = 1_000_000


def main() -> int:
    """Print the sizes, the largest first; return 1 if their sum exceeds the limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.size", description=__doc__)
    parser.add_argument("--limit", type=float, default=LIMIT, help="the limit in MB")
    limit = parser.parse_args().limit
    sizes = {name: size_of(name) for name in installed_packages()} | {PROJECT: size_of_project()}
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        sys.stdout.write(f"{name:28} {size:7.2f} MB\n")
    total = sum(sizes.values())
    sys.stdout.write(f"{'an installation without extras':28} {total:5.2f} MB, the limit is {limit:g} MB\n")
    return int(total > limit)


def installed_packages() -> set[str]:
    """Return the packages that the project needs without its extras, directly or through others."""
    found, pending = set[str](), [PROJECT]
    while pending:
        for text in distribution(pending.pop()).requires or ():
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                found.add(name)
                pending.append(name)
    return found


def size_of(package: str) -> float:
    """Return the size of an installed package in MB."""
    files = distribution(package).files or ()
    return sum_sizes(Path(str(file.locate())) for file in files)


def size_of_project() -> float:
    """Return the size of the project's own packages in MB."""
    return sum_sizes(file for package in PACKAGES for file in (ROOT / package).rglob("*"))


def sum_sizes(files: Iterable[Path]) -> float:
    """Return the size in MB of files that exist and are not compiled Python files."""
    return sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc") / MEGABYTE


if __name__ == "__main__":
    sys.exit(main())

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "contracts": {"pendo_contracts"},
    "destination": {"pendo_contracts", "pendo_destination"},
    "emulator": {"pendo_contracts", "pendo_emulator"},
}


def imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down_and_the_two_sides_are_strangers(package):
    for file in (ROOT / package).rglob("*.py"):
        ours = set(imported(file)) & {"pendo_contracts", "pendo_destination", "pendo_emulator", "tests"}
        assert ours <= MAY_IMPORT[package], file


def test_contracts_know_no_server_no_socket_and_no_clock():
    strange = {"flask", "werkzeug", "requests", "socket", "time", "sqlalchemy", "threading"}
    for file in (ROOT / "contracts").rglob("*.py"):
        assert not strange & set(imported(file)), file

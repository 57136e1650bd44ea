"""Packages, folders and files import only from their own layer and from lower layers."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("contracts/pendo_contracts", "destination/pendo_destination", "emulator/pendo_emulator")
MAY_IMPORT = {
    "pendo_contracts": {"pendo_contracts"},
    "pendo_destination": {"pendo_contracts", "pendo_destination"},
    "pendo_emulator": {"pendo_contracts", "pendo_emulator"},
}
# Each line is one layer, the lowest first; a file may import from its own layer and from lower layers. A folder
# inside a folder can have a layer of its own.
LAYERS = {
    "pendo_contracts": (
        "common terminal verdict keyword_explanations",
        "wire contract",
        "recordings typed_events",
        "judged_request finding",
        "rules",
        "plans",
        "lint scenarios",
        "judge report redaction",
        "checking coverage baseline contract_diff comparison",
        "commands",
    ),
    "pendo_destination": (
        "errors javascript",
        "mapping trigger",
        "transport runtime",
        "agent",
        "destinations",
        "browser",
        "explain samples source conformance",
        "scenarios",
        "commands",
        "cli",
    ),
    "pendo_emulator": (
        "errors addresses response limits limit_errors clock",
        "exchange engage",
        "faults subscription storage",
        "recorder profiles engage.rows engage.store engage.sources",
        "events",
        "state",
        "hosts",
        "observability tls clients",
        "inspection",
        "report",
        "capsule",
        "http control console engage.api",
        "app server wsgi worker_processes",
        "api_key_space",
        "pytest_parts",
        "commands pytest_plugin",
        "cli",
    ),
}
WEB = {"flask", "werkzeug"}
TERMINAL = {"click"}
WITHOUT_WEB = [
    "contracts",
    *(
        f"emulator/pendo_emulator/{folder}"
        for folder in (
            "http",
            "hosts",
            "recorder",
            "storage",
            "faults",
            "tls",
            "engage/pipeline",
            "engage/rows",
            "engage/store",
        )
    ),
]
WITH_TERMINAL = {"report", "commands", "cli.py"}


def module_of(file):
    parts = file.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(file): file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))}


def imports(file):
    """Yield the modules that a file imports, also inside functions and for type checkers only."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in FILES else node.module for name in submodules)


FRONT_DOORS = set(MAY_IMPORT)


@pytest.fixture(scope="module")
def graph():
    """Map each module of the packages to those that it imports."""
    return {name: {module for module in imports(file) if module in FILES} - {name} for name, file in FILES.items()}


def layer(module):
    package, _, rest = module.partition(".")
    names = {name: number for number, line in enumerate(LAYERS[package]) for name in line.split()}
    first, _, inner = rest.partition(".")
    return names.get(f"{first}.{inner.partition('.')[0]}", names.get(first))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_destination_and_emulator_do_not_import_each_other(package, graph):
    for name, modules in graph.items():
        if name.partition(".")[0] == package:
            assert {module.partition(".")[0] for module in modules} <= MAY_IMPORT[package], name


def test_there_are_no_import_cycles(graph):
    TopologicalSorter({name: modules for name, modules in graph.items() if name not in FRONT_DOORS}).prepare()


def test_every_file_has_a_layer():
    assert [name for name in FILES if name not in FRONT_DOORS and layer(name) is None] == []


def test_packages_import_only_packages_of_lower_layers(graph):
    upward = [
        f"{name} -> {module}"
        for name, modules in graph.items()
        for module in modules - FRONT_DOORS
        if name not in FRONT_DOORS and name.partition(".")[0] == module.partition(".")[0]
        if layer(name) < layer(module)
    ]
    assert upward == []


def test_contracts_use_no_server_socket_or_clock():
    forbidden = {"flask", "werkzeug", "requests", "socket", "time", "sqlalchemy", "threading"}
    for file in (ROOT / "contracts").rglob("*.py"):
        assert not forbidden & {module.partition(".")[0] for module in imports(file)}, file


@pytest.mark.parametrize("folder", WITHOUT_WEB)
def test_engine_does_not_import_flask_or_werkzeug(folder):
    for file in (ROOT / folder).rglob("*.py"):
        found = WEB & {module.partition(".")[0] for module in imports(file)}
        assert not found or file.name == "wsgi_adapter.py", file


def test_only_reports_and_commands_import_terminal_libraries():
    for file in FILES.values():
        if TERMINAL & {module.partition(".")[0] for module in imports(file)}:
            assert WITH_TERMINAL & set(file.parts), file


def test_no_folder_has_more_than_sixteen_files():
    folders = {file.parent for package in PACKAGES for file in (ROOT / package).rglob("*") if file.is_file()}
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder in folders
        if "__pycache__" not in folder.parts
        if (count := sum(file.is_file() and file.name != "__init__.py" for file in folder.iterdir())) > 16
    }
    assert crowded == {}

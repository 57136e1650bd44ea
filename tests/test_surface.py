"""The public names of each package are exactly the names in its `__all__`."""

import ast
import importlib
import inspect
import pkgutil

import pytest

import pendo_contracts
import pendo_contracts.recordings
import pendo_destination
import pendo_emulator

FRONT_DOORS = (pendo_contracts, pendo_destination, pendo_emulator)
# Their names are imported at first use.
LAZY_PACKAGES = (*FRONT_DOORS, pendo_contracts.recordings)
PACKAGES = [
    module.name
    for package in FRONT_DOORS
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if module.ispkg and module.name not in {package.__name__ for package in LAZY_PACKAGES}
]


def typed_names(package):
    """List the names that a package's `__init__` imports for type checkers."""
    tree = ast.parse(inspect.getsource(package))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    return {alias.name for node in checked.body for alias in node.names}


@pytest.mark.parametrize("name", PACKAGES)
def test_dunder_all_lists_exactly_the_public_names(name):
    package = importlib.import_module(name)
    public = {
        key for key, value in vars(package).items()
        if not key.startswith(("_", "@")) and getattr(value, "__name__", "") != f"{name}.{key}"
    }  # fmt: skip
    assert set(getattr(package, "__all__", ())) == public


@pytest.mark.parametrize("package", LAZY_PACKAGES, ids=lambda package: package.__name__)
def test_every_name_in_dunder_all_can_be_imported(package):
    assert {name for name in package.__all__ if inspect.ismodule(getattr(package, name))} == set()
    assert typed_names(package) == set(package.__all__)
    with pytest.raises(AttributeError):
        package.no_such_name  # noqa: B018 - the access is the test

import importlib
import pkgutil

import pytest

import contracts
import destination
import emulator

PACKAGES = [
    module.name
    for package in (contracts, destination, emulator)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if module.ispkg
]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_says_in_all_exactly_what_it_offers(name):
    package = importlib.import_module(name)
    offered = {
        key for key, value in vars(package).items()
        if not key.startswith(("_", "@")) and getattr(value, "__name__", "") != f"{name}.{key}"
    }  # fmt: skip
    assert set(getattr(package, "__all__", ())) == offered

import importlib
import pkgutil

import pytest

import pendo_contracts
import pendo_destination
import pendo_emulator

PACKAGES = [
    module.name
    for package in (pendo_contracts, pendo_destination, pendo_emulator)
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

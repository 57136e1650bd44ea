"""The exceptions of the package are one tree."""

import pendo_emulator
from pendo_emulator import errors


def test_package_exceptions_are_three_classes_with_one_base():
    tree = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    assert set(tree) == {"EmulatorError", "StoreError", "NotKeptError"} <= set(pendo_emulator.__all__)
    assert all(issubclass(error, errors.EmulatorError) for error in tree.values())
    assert issubclass(errors.NotKeptError, AssertionError)

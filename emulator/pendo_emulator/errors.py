"""The exceptions that this package raises.

    EmulatorError          a setting or an argument is wrong; base class
    ├── StoreError         the store cannot be used: its text says why, and what to do
    └── NotKeptError       the exchanges are not as expected; also an AssertionError

`str` says what is wrong and what to do. A document that breaks its contract raises BrokenDocumentError of
pendo_contracts. Wrong use of Python itself, such as an unknown argument, raises Python's own exceptions.
"""

from __future__ import annotations


class EmulatorError(Exception):
    """A setting or an argument is wrong; base class of the package's exceptions."""


class StoreError(EmulatorError):
    """The store cannot be used; the text says why, and what to do."""


class NotKeptError(EmulatorError, AssertionError):
    """The exchanges are not as expected; the text is a report of the exchanges that arrived."""

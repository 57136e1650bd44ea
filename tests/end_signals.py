"""The signals that end a program, for parametrized tests."""

import signal

import pytest


def unless_ignored(number):
    """Skip a signal that this process ignores: its children inherit that (nohup, a background job), and respect it."""
    ignored = signal.getsignal(number) == signal.SIG_IGN
    return pytest.param(number, marks=pytest.mark.skipif(ignored, reason=f"{number.name} is ignored here"))


END_SIGNALS = [unless_ignored(signal.SIGINT), signal.SIGTERM, unless_ignored(signal.SIGHUP)]

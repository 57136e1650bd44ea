"""The signals that end a program, for parametrized tests."""

import signal

import pytest

# A child inherits an ignored SIGHUP, for example from nohup; the programs respect that.
HANGUP_IGNORED = pytest.mark.skipif(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, reason="SIGHUP is ignored here")
END_SIGNALS = [signal.SIGINT, signal.SIGTERM, pytest.param(signal.SIGHUP, marks=HANGUP_IGNORED)]

"""Reads the address that `pendo-emulator serve` prints."""

import re


def read_address(server):
    """Return the URL in the first line of a server's output, without a path."""
    return re.search(r"http://[\w.]+:\d+", server.stdout.readline())[0]

"""The fixed files of a capsule, format 1: what it is, and the test that fails until the problem is fixed.

Other texts need another number of the format, because a capsule with other texts is refused.
"""

from __future__ import annotations

from typing import Final

README: Final = """This is a capsule of pendo-emulator: a recording of web requests that shows a problem with Pendo,
without personal data.

Open inspection.html in a browser to read what is wrong and what to do.
manifest.json lists what the recording still contains of the original ("kept").

With pendo-emulator on your computer (CAPSULE is the zip file):

  pendo-emulator capsule show CAPSULE      what is in it
  pendo-emulator capsule verify CAPSULE    whether the problem is still found
  pendo-emulator capsule run CAPSULE       look at the requests in the console

To test a fix, unpack the file, record the page again, and run in the folder:

  pytest --recording NEW.har
"""

TEST: Final = '''"""The test of a capsule of pendo-emulator: it fails until the problem is fixed."""

from pathlib import Path

from pendo_emulator.capsule.regression import assert_fixed


def test_problem_is_fixed(request):
    assert_fixed(Path(__file__).parent, request.config.getoption("--recording", None))
'''

DROPPED: Final = (
    "names of files and pages",
    "cookies",
    "headers, except those that explain causes",
    "answers, except the policies and snippets of pages, and the names of Segment's destinations",
    "bodies of requests that are not for Pendo, except type and ids of calls to Segment",
    "queries of requests that are not for Pendo",
    "comments, initiators, timings, addresses of servers, WebSocket messages, console messages",
)

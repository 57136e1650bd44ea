"""Runs pytest-httpserver, which records every request; /count returns how many. Argument: port."""

import re
import signal
import sys

from pytest_httpserver import HTTPServer
from werkzeug import Response

server = HTTPServer(port=int(sys.argv[1]), threaded=True)
server.expect_request("/count").respond_with_handler(lambda _: Response(str(len(server.log))))
server.expect_request(re.compile("/data/.*")).respond_with_data(b"")
server.start()
signal.pause()

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

BIN = Path(sys.executable).parent


@pytest.fixture
def web_server():
    """Start servers that answer with a status, and with headers by path; give the URL and the requests of each."""
    servers = []

    def start(status, headers_by_path=None):
        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                requests.append(f"{self.command} {self.path}")
                self.send_response(status)
                for header in {"Content-Length": "0", **(headers_by_path or {}).get(self.path, {})}.items():
                    self.send_header(*header)
                self.end_headers()

            do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = answer  # noqa: N815 - http.server's names

            def log_message(self, *_):
                """Log nothing."""

        requests = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", requests

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def run(tmp_path):
    """Run `pendo-destination` in an empty folder."""

    def command(*words, env=None, stdin=b""):
        line = [BIN / "pendo-destination", *map(str, words)]
        done = subprocess.run(line, capture_output=True, cwd=tmp_path, check=False, env=env, input=stdin)
        return subprocess.CompletedProcess(line, done.returncode, done.stdout.decode(), done.stderr.decode())

    return command

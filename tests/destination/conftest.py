from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@pytest.fixture
def web_server():
    """Return a function that starts a server with a status, headers by path and a body; it returns URL and requests."""
    servers = []

    def start(status, headers_by_path=None, body=b"", other_headers=None):
        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                requests.append(f"{self.command} {self.path}")
                self.send_response(status)
                headers = {"Content-Length": str(len(body)), "X-Cookie": self.headers.get("Cookie", "")}
                headers |= (headers_by_path or {}).get(self.path, other_headers or {})
                for header in headers.items():
                    self.send_header(*header)
                self.end_headers()
                with suppress(OSError):  # the client has closed the connection
                    self.wfile.write(body)

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

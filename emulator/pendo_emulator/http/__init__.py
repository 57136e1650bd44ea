"""The HTTP server: listener, connections, parser, TLS streams."""

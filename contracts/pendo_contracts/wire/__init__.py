"""Hosts, endpoints and encodings of requests to Pendo, and the decoding of these requests."""

"""The wire: hosts, endpoints and encodings of requests to Pendo, and their decoding."""

"""Makes `certifi` name the roots in SSL_CERT_FILE, for programs that ask it alone; put this folder into PYTHONPATH.

tap-pendo sends prepared requests, for which `requests` does not read REQUESTS_CA_BUNDLE.
"""

import os

import certifi

if roots := os.environ.get("SSL_CERT_FILE"):
    certifi.where = lambda: roots

"""Runs the pact mock server with both forms of a beacon as interactions. Arguments: port, API key."""

import json
import signal
import sys

import pact_ffi as ffi

PORT, KEY = int(sys.argv[1]), sys.argv[2]
FORMATS = {"GET": ("v", "ct", "jzb"), "POST": ("v", "ct", "s")}

ffi.init("PACT_LOG_LEVEL")
pact = ffi.new_pact("agent", "data host")
for method, parameters in FORMATS.items():
    interaction = ffi.new_interaction(pact, method)
    ffi.with_request(interaction, method, f"/data/ptm.gif/{KEY}")
    for parameter in parameters:
        matcher = {"pact:matcher:type": "regex", "regex": "[A-Za-z0-9._-]+", "value": "1"}
        ffi.with_query_parameter_v2(interaction, parameter, 0, json.dumps(matcher))
    ffi.response_status(interaction, 200)
server = ffi.create_mock_server_for_transport(pact, "127.0.0.1", PORT, "http", None)
signal.pause()

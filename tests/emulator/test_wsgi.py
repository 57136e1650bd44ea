"""The application that other WSGI servers load."""

import os
import subprocess
import sys

ASK = """
from pendo_emulator.wsgi import application, maintenance
client = application.test_client()
beacon = client.get("/data/guide.gif/k", headers={"Host": "data.pendo.io"})
keys = client.get("/_emulator/keys", headers={"Host": "localhost", "Authorization": "Bearer secret"})
print(beacon.status_code, keys.status_code, keys.json, client.get("/_emulator/keys").status_code)
maintenance.__exit__()
"""


def test_it_records_where_it_is_told_and_asks_for_a_token_where_there_is_one(tmp_path):
    for token, refused in (("secret", 401), ("", 200)):
        environment = os.environ | {
            "PENDO_EMULATOR_STORE": str(tmp_path / f"{token}.db"),
            "PENDO_EMULATOR_TOKEN": token,
        }
        done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False)
        assert done.stdout == f"200 200 {{'k': 1}} {refused}\n", done.stderr

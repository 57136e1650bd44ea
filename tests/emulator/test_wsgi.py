"""The application for other WSGI servers."""

import os
import subprocess
import sys

PROGRAM = """
from pendo_emulator.wsgi import application, maintenance
client = application.test_client()
beacon = client.get("/data/guide.gif/k", headers={"Host": "data.pendo.io"})
keys = client.get("/_emulator/keys", headers={"Host": "localhost", "Authorization": "Bearer secret"})
print(beacon.status_code, keys.status_code, keys.json, client.get("/_emulator/keys").status_code)
maintenance.__exit__()
"""


def test_environment_variables_set_store_and_token(tmp_path):
    for token, without_token in (("secret", 401), ("", 200)):
        environment = os.environ | {
            "PENDO_EMULATOR_STORE": str(tmp_path / f"{token}.db"),
            "PENDO_EMULATOR_TOKEN": token,
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
        )
        assert done.stdout == f"200 200 {{'k': 1}} {without_token}\n", done.stderr

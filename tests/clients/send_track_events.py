"""Sends track events with PyPI's `pendo`; prints the answers' statuses, or the errors, as a JSON list.

send_track_events.py SECRET BASE_URL EVENT...
"""

import json
import sys

from pendo import Pendo
from pendo.exc import PendoException

secret, base_url, *events = sys.argv[1:]
client = Pendo(secret, url=base_url)


def send(event):
    """Return the status of the answer, or the client's error; a text is sent as the body."""
    try:
        answer = client.track(event) if isinstance(event, dict) else client.post("data/track", data=event)
    except PendoException as error:
        return str(error)
    return int(answer.status_code)


print(json.dumps([send(json.loads(event)) for event in events]), flush=True)  # noqa: T201 - the result

"""The statements that write integration keys, objects of the Engage API, and event rows."""

from __future__ import annotations

from typing import Final

from pendo_emulator.storage.tables import ENGAGE_KEYS, ENGAGE_OBJECTS, EVENT_ROWS

ENGAGE_STATEMENTS: Final = {
    "integration keys": ENGAGE_KEYS.select("api_key = ?"),
    "set integration key": ENGAGE_KEYS.upsert(),
    "delete integration keys": "DELETE FROM engage_keys WHERE api_key = ? AND can_write = ?",
    "engage object": "SELECT document FROM engage_objects WHERE api_key = ? AND kind = ? AND id = ?",
    "set engage object": ENGAGE_OBJECTS.upsert(),
    "delete engage object": "DELETE FROM engage_objects WHERE api_key = ? AND kind = ? AND id = ? RETURNING id",
    "delete engage objects": "DELETE FROM engage_objects WHERE api_key = ? AND kind = ?",
    "delete engage objects of clients": "DELETE FROM engage_objects WHERE api_key = ? AND origin = 'api'",
    "set event row": EVENT_ROWS.upsert(),
    "delete event rows": "DELETE FROM event_rows WHERE api_key = ?",
}

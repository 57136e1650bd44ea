"""The statements that write what the Engage API reads: profiles, event rows, its objects and integration keys."""

from __future__ import annotations

from typing import Final

from pendo_emulator.storage.tables import ENGAGE_KEYS, ENGAGE_OBJECTS, EVENT_ROWS, PROFILE_POSITIONS, PROFILES

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

# Profiles, and the positions of their derivation.
PROFILE_STATEMENTS: Final = {
    "set profile": PROFILES.upsert(),
    "delete schemas": "DELETE FROM profiles WHERE api_key = ? AND kind = 'schema'",
    "delete profiles": "DELETE FROM profiles WHERE api_key = ?",
    "set profile position": PROFILE_POSITIONS.upsert(),
    "move profile position": (
        "UPDATE profile_positions SET last_id = ? WHERE api_key = ? AND last_id = ? AND token = ? RETURNING last_id"
    ),
    "profile position": PROFILE_POSITIONS.select("api_key = ?"),
    "delete profile position": "DELETE FROM profile_positions WHERE api_key = ?",
}

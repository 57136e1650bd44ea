"""The statements that write profiles and the positions of their derivation."""

from __future__ import annotations

from typing import Final

from pendo_emulator.storage.tables import PROFILE_POSITIONS, PROFILES

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

"""One track event, as the agent sends it (TRACK) and as the webhook posts it (EVENT)."""

TRACK = {
    "type": "track", "track_event_name": "Report Exported", "visitor_id": "u1", "account_id": None,
    "browser_time": 1767323045678, "url": "https://app.example/", "props": {}, "parentTabId": None,
    "tabId": "QLNwO3VnijXxcKFX", "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {},
    "sequence": 1, "bytes": 320,
}  # fmt: skip
EVENT = {
    "type": "track", "event": "Report Exported", "userId": "u1", "properties": {},
    "timestamp": "2026-01-02T03:04:05.678Z",
}  # fmt: skip

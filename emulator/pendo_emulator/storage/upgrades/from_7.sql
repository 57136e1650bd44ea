CREATE TABLE engage_keys (
  integration_key TEXT NOT NULL,
  api_key TEXT NOT NULL,
  can_write BOOLEAN NOT NULL,
  PRIMARY KEY (integration_key)
) {CLUSTERED};

CREATE INDEX engage_keys_of ON engage_keys (api_key);

CREATE TABLE engage_objects (
  api_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT{ORDERED} NOT NULL,
  origin TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (api_key, kind, id)
);

CREATE TABLE event_rows (
  api_key TEXT NOT NULL,
  source TEXT NOT NULL,
  day BIGINT NOT NULL,
  row_key TEXT{ORDERED} NOT NULL,
  visitor TEXT{ORDERED} NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (api_key, source, day, row_key)
) {CLUSTERED};

CREATE INDEX event_rows_by_visitor ON event_rows (api_key, visitor, day);

UPDATE journal SET version = 8;

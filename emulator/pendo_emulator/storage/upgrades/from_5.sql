CREATE TABLE profile_positions (
  api_key TEXT NOT NULL,
  last_id BIGINT NOT NULL,
  derivation INTEGER NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (api_key)
) {CLUSTERED};

CREATE TABLE profiles (
  api_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT{ORDERED} NOT NULL,
  last_seen BIGINT NOT NULL,
  document TEXT NOT NULL,
  search TEXT NOT NULL,
  PRIMARY KEY (api_key, kind, id)
);

CREATE INDEX profiles_by_last_seen ON profiles (api_key, kind, last_seen, id);

UPDATE journal SET version = 6;

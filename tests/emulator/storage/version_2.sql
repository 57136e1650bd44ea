CREATE TABLE journal (
  version INTEGER NOT NULL,
  last_id BIGINT NOT NULL,
  change BIGINT NOT NULL,
  probed_at BIGINT NOT NULL
);

INSERT INTO journal VALUES (2, 0, 0, 0);

CREATE TABLE exchanges (
  id {ID} PRIMARY KEY,
  api_key TEXT NOT NULL,
  region TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  headers TEXT NOT NULL,
  body {BYTES} NOT NULL,
  received_at BIGINT NOT NULL,
  status INTEGER NOT NULL,
  good BOOLEAN NOT NULL,
  fault TEXT NOT NULL,
  notes TEXT NOT NULL,
  refusal TEXT NOT NULL,
  events {JSON} NOT NULL
);

CREATE INDEX exchanges_by_key ON exchanges (api_key, id);

CREATE TABLE tallies (
  api_key TEXT NOT NULL,
  region TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  type TEXT NOT NULL,
  received BIGINT NOT NULL,
  broken BIGINT NOT NULL,
  PRIMARY KEY (api_key, region, endpoint, type)
) {CLUSTERED};

CREATE TABLE setups (
  api_key TEXT PRIMARY KEY,
  faults TEXT NOT NULL,
  subscription TEXT NOT NULL,
  change BIGINT NOT NULL
) {CLUSTERED};

CREATE INDEX setups_by_change ON setups (change);

CREATE TABLE tests (api_key TEXT PRIMARY KEY, asked_at BIGINT NOT NULL) {CLUSTERED};

ALTER TABLE events RENAME TO events_1;

ALTER TABLE exchanges RENAME TO exchanges_1;

DROP INDEX exchanges_by_key;

CREATE TABLE journal (
  version INTEGER NOT NULL,
  last_id BIGINT NOT NULL,
  change BIGINT NOT NULL,
  probed_at BIGINT NOT NULL
);

CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  api_key TEXT NOT NULL,
  region TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  received_at BIGINT NOT NULL,
  status INTEGER NOT NULL,
  good BOOLEAN NOT NULL,
  fault TEXT NOT NULL,
  notes TEXT NOT NULL,
  refusal TEXT NOT NULL,
  events TEXT NOT NULL
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
) WITHOUT ROWID;

CREATE TABLE setups (
  api_key TEXT PRIMARY KEY,
  faults TEXT NOT NULL,
  subscription TEXT NOT NULL,
  change BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX setups_by_change ON setups (change);

CREATE TABLE tests (api_key TEXT PRIMARY KEY, asked_at BIGINT NOT NULL) WITHOUT ROWID;

INSERT INTO exchanges
SELECT id, api_key, region, endpoint, method, url, headers, body, received_at, status, good, fault, notes, '', (
  SELECT json_group_array(json_array(type, name, visitor_id, account_id, json(iif(kept, 'true', 'false'))))
  FROM (SELECT * FROM events_1 WHERE exchange_id = exchanges_1.id ORDER BY position)
)
FROM exchanges_1;

INSERT INTO tallies
SELECT api_key, region, CASE WHEN endpoint LIKE '/%' THEN '' ELSE endpoint END AS tallied, '', count(*),
  sum(CASE WHEN good THEN 0 ELSE 1 END)
FROM exchanges_1 GROUP BY api_key, region, tallied;

INSERT INTO tallies
SELECT api_key, region, CASE WHEN endpoint LIKE '/%' THEN '' ELSE endpoint END AS tallied, type, count(*),
  sum(CASE WHEN kept THEN 0 ELSE 1 END)
FROM events_1 GROUP BY api_key, region, tallied, type;

INSERT INTO journal SELECT 2, coalesce(max(id), 0), 0, 0 FROM exchanges_1;

DROP TABLE events_1;

DROP TABLE exchanges_1;

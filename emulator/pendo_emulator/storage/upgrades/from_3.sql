CREATE TABLE cleared_keys (api_key TEXT NOT NULL, change BIGINT NOT NULL, PRIMARY KEY (api_key));

CREATE INDEX cleared_keys_by_change ON cleared_keys (change);

UPDATE journal SET version = 4;

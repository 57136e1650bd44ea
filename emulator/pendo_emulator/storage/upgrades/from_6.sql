CREATE TABLE source_reports (
  api_key TEXT NOT NULL,
  number BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (api_key, number)
) {CLUSTERED};

UPDATE journal SET version = 7;

DROP TABLE event_rows;

CREATE TABLE event_rows (
  api_key TEXT NOT NULL,
  source TEXT NOT NULL,
  day BIGINT NOT NULL,
  row_key TEXT{ORDERED} NOT NULL,
  visitor TEXT NOT NULL,
  account TEXT NOT NULL,
  server TEXT NOT NULL,
  remote_ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  tab TEXT NOT NULL,
  detail TEXT NOT NULL,
  events BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (api_key, source, day, row_key)
) {CLUSTERED};

UPDATE journal SET version = 9;

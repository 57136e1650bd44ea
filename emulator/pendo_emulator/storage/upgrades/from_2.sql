ALTER TABLE exchanges RENAME COLUMN refusal TO rejection;

ALTER TABLE exchanges ADD COLUMN verdicts TEXT;

ALTER TABLE tallies RENAME TO counts;

ALTER TABLE setups RENAME TO key_settings;

DROP INDEX setups_by_change;

CREATE INDEX key_settings_by_change ON key_settings (change);

ALTER TABLE tests RENAME TO active_keys;

ALTER TABLE active_keys RENAME COLUMN asked_at TO used_at;

ALTER TABLE journal RENAME COLUMN probed_at TO checked_at;

UPDATE journal SET version = 3;

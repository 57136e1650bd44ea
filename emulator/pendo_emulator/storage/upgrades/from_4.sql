CREATE TABLE plans (name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (name));

UPDATE journal SET version = 5;

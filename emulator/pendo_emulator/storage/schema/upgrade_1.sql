ALTER TABLE events RENAME TO events_1;

ALTER TABLE exchanges RENAME TO exchanges_1;

DROP INDEX exchanges_by_key;

{SCHEMA};

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

UPDATE journal SET last_id = (SELECT coalesce(max(id), 0) FROM exchanges_1);

DROP TABLE events_1;

DROP TABLE exchanges_1;

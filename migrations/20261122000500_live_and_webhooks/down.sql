GRANT CREATE ON SCHEMA public TO echosensei_system;
DROP FUNCTION ingest_webhooks(uuid[], uuid[], uuid[], bytea[], text[], bytea[], timestamptz, text, text, int);
DROP TABLE webhook_inbox, webhook_receipts;
DROP FUNCTION prune_live_events(interval);
DROP FUNCTION publish_live_event(jsonb);
DROP TABLE live_events;

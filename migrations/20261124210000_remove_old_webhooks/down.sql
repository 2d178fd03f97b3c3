DROP FUNCTION drop_empty_inbox_months(timestamptz);
DROP FUNCTION webhook_inbox_is_empty(timestamptz, timestamptz);
DROP FUNCTION prune_webhooks(timestamptz, int);
REVOKE DELETE ON webhook_receipts FROM echosensei_system;
DROP INDEX webhook_receipts_age;

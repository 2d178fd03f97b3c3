DROP FUNCTION prune_failed_webhooks(timestamptz, int);
REVOKE DELETE ON webhook_inbox FROM echosensei_app;
DROP INDEX webhook_inbox_replay;
DROP INDEX webhook_inbox_failed;
-- What is sealed can not be read by the version before, and goes.
ALTER TABLE webhook_inbox NO FORCE ROW LEVEL SECURITY;
DELETE FROM webhook_inbox WHERE sealed;
ALTER TABLE webhook_inbox FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_inbox ALTER COLUMN body SET STORAGE EXTENDED;
ALTER TABLE webhook_inbox DROP COLUMN sealed, DROP COLUMN replay_asked_at;

-- What providers sent is sealed from now on (crates/server/src/webhooks/payload.rs), bound to its row. What lies there already is
-- read as it is until its time has come. Sealed bytes do not shrink, so that nobody tries: they are compressed before.
ALTER TABLE webhook_inbox ADD COLUMN sealed boolean NOT NULL DEFAULT false, ADD COLUMN replay_asked_at timestamptz;
ALTER TABLE webhook_inbox ALTER COLUMN sealed SET DEFAULT true;
ALTER TABLE webhook_inbox ALTER COLUMN body SET STORAGE EXTERNAL;
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'webhook_inbox'::regclass LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN body SET STORAGE EXTERNAL', part);
        EXECUTE format('ALTER TABLE %s ALTER COLUMN sealed SET DEFAULT true', part);
    END LOOP;
END
$$;
-- Few rows at any time: what failed, and what is to be done again.
CREATE INDEX webhook_inbox_failed ON webhook_inbox (organization_id, received_at DESC, id DESC) WHERE state = 'failed';
CREATE INDEX webhook_inbox_replay ON webhook_inbox (connection_id, received_at, id) WHERE replay_asked_at IS NOT NULL;
GRANT DELETE ON webhook_inbox TO echosensei_app;

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- What was given up, or never done, is not kept for ever either: at most so many of before that moment.
CREATE FUNCTION prune_failed_webhooks(older_than timestamptz, at_most int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    deliveries bigint;
BEGIN
    DELETE FROM webhook_inbox i
    USING (SELECT x.organization_id, x.received_at, x.id FROM webhook_inbox x
           WHERE x.received_at < older_than LIMIT at_most) old
    WHERE i.organization_id = old.organization_id AND i.received_at = old.received_at AND i.id = old.id;
    GET DIAGNOSTICS deliveries = ROW_COUNT;
    RETURN deliveries;
END
$$;
REVOKE ALL ON FUNCTION prune_failed_webhooks(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_failed_webhooks(timestamptz, int) TO echosensei_app;
ALTER FUNCTION prune_failed_webhooks(timestamptz, int) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

-- Live events, kept for an hour so that a browser can resume after a reconnect. Publishing takes a lock per
-- organization until commit, so ids of one organization appear in the order in which they become visible and
-- "everything after id N" misses nothing.
CREATE TABLE live_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX live_events_age ON live_events (created_at);
CALL isolate_by_tenant('live_events');

CREATE FUNCTION publish_live_event(event jsonb) RETURNS bigint
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    new_id bigint;
    notice text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('live_events'), hashtext(current_organization()::text));
    INSERT INTO live_events (organization_id, payload) VALUES (current_organization(), event) RETURNING id INTO new_id;
    notice := json_build_object('organization_id', current_organization(), 'id', new_id, 'event', event)::text;
    -- A notification holds less than 8,000 bytes; a longer event is read from the table by its id.
    IF octet_length(notice) > 7900 THEN
        notice := json_build_object('organization_id', current_organization(), 'id', new_id)::text;
    END IF;
    PERFORM pg_notify('live_events', notice);
    RETURN new_id;
END
$$;

CREATE FUNCTION prune_live_events(older_than interval) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ WITH gone AS (DELETE FROM live_events WHERE created_at < now() - older_than RETURNING 1) SELECT count(*) FROM gone $$;
GRANT SELECT, DELETE ON live_events TO echosensei_system;
ALTER FUNCTION prune_live_events(interval) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION prune_live_events(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_live_events(interval) TO echosensei_app;

-- What providers sent, as they sent it. Unique per connection and event; the promise again lives in a small table.
CREATE TABLE webhook_receipts (
    connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- SHA-256 of the raw body: a repeated delivery is byte-identical
    event_key bytea NOT NULL,
    organization_id uuid NOT NULL,
    inbox_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (connection_id, event_key)
);
CALL isolate_by_tenant('webhook_receipts');

CREATE TABLE webhook_inbox (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    event_type text NOT NULL,
    body bytea NOT NULL,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'ignored', 'failed')),
    error text,
    processed_at timestamptz,
    PRIMARY KEY (organization_id, received_at, id)
) PARTITION BY RANGE (received_at);
CALL isolate_by_tenant('webhook_inbox');

GRANT SELECT, INSERT ON live_events TO echosensei_app;
GRANT SELECT ON webhook_receipts TO echosensei_app;
GRANT SELECT, UPDATE ON webhook_inbox TO echosensei_app;
GRANT SELECT, INSERT ON webhook_receipts, webhook_inbox TO echosensei_system;
GRANT INSERT ON jobs TO echosensei_system;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO echosensei_system;

-- Takes deliveries of any number of tenants in one statement and one commit: receipt, inbox row and job each.
-- A delivery that is known already yields nothing and is acknowledged all the same.
CREATE FUNCTION ingest_webhooks(
    inbox_ids uuid[], connections uuid[], organizations uuid[], event_keys bytea[], event_types text[], bodies bytea[],
    at_time timestamptz, job_name text, job_queue text, job_attempts int)
    RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH delivery AS (
        SELECT DISTINCT ON (connection_id, event_key) *
        FROM unnest(inbox_ids, connections, organizations, event_keys, event_types, bodies)
            AS d (inbox_id, connection_id, organization_id, event_key, event_type, body)
    ), fresh AS (
        INSERT INTO webhook_receipts (connection_id, event_key, organization_id, inbox_id, received_at)
        SELECT connection_id, event_key, organization_id, inbox_id, at_time FROM delivery
        -- a fixed order, so that two batches with the same deliveries can not deadlock
        ORDER BY connection_id, event_key
        ON CONFLICT DO NOTHING
        RETURNING inbox_id
    ), stored AS (
        INSERT INTO webhook_inbox (id, organization_id, connection_id, received_at, event_type, body)
        SELECT d.inbox_id, d.organization_id, d.connection_id, at_time, d.event_type, d.body
        FROM delivery d JOIN fresh USING (inbox_id)
        RETURNING id, organization_id
    ), queued AS (
        INSERT INTO jobs (name, queue, max_attempts, payload, organization_id)
        SELECT job_name, job_queue, job_attempts,
               jsonb_build_object('inbox_id', id, 'organization_id', organization_id, 'received_at', at_time), organization_id
        FROM stored
        RETURNING 1
    )
    SELECT count(queued) FROM pg_notify('jobs', job_queue) LEFT JOIN queued ON true
$$;
ALTER FUNCTION ingest_webhooks(uuid[], uuid[], uuid[], bytea[], text[], bytea[], timestamptz, text, text, int) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION ingest_webhooks(uuid[], uuid[], uuid[], bytea[], text[], bytea[], timestamptz, text, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_webhooks(uuid[], uuid[], uuid[], bytea[], text[], bytea[], timestamptz, text, text, int) TO echosensei_app;

REVOKE CREATE ON SCHEMA public FROM echosensei_system;

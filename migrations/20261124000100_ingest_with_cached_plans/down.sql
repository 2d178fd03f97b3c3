DELETE FROM webhook_receipts r WHERE NOT EXISTS (SELECT FROM connections c WHERE c.id = r.connection_id);
ALTER TABLE webhook_receipts ADD CONSTRAINT webhook_receipts_connection_id_fkey
    FOREIGN KEY (connection_id) REFERENCES connections (id) ON DELETE CASCADE;
ALTER TABLE webhook_inbox ALTER COLUMN body SET COMPRESSION DEFAULT;
CREATE OR REPLACE FUNCTION ingest_webhooks(
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

ALTER TABLE calls ADD COLUMN recording_key text, ADD COLUMN recording_bytes bigint, ADD COLUMN recording_type text,
    ADD COLUMN recording_peaks real[] NOT NULL DEFAULT '{}';
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
ALTER TABLE recordings NO FORCE ROW LEVEL SECURITY;
UPDATE calls c SET recording_key = r.storage_key, recording_bytes = r.bytes, recording_type = r.content_type, recording_peaks = r.peaks
FROM recordings r WHERE r.organization_id = c.organization_id AND r.started_at = c.started_at AND r.call_id = c.id;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION erase_connection(wanted uuid)
    RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM connections c WHERE c.id = wanted AND c.organization_id = current_organization()) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT c.recording_key FROM calls c WHERE c.connection_id = wanted AND c.recording_key IS NOT NULL;
    DELETE FROM call_turns t USING call_keys k
        WHERE k.connection_id = wanted AND t.organization_id = k.organization_id AND t.call_id = k.call_id
          AND t.started_at = k.started_at;
    DELETE FROM webhook_inbox i WHERE i.connection_id = wanted;
    DELETE FROM calls c WHERE c.connection_id = wanted;
    DELETE FROM connections c WHERE c.id = wanted;
END
$$;
REVOKE DELETE ON webhook_receipts FROM echosensei_system;
DROP TABLE recordings;

-- A kept sound has a row of its own: a call's row stays narrow (the waveform alone is 1.6 kB, and lists never read it), and
-- later facts about a recording need no room in `calls`. Whether there is one, and why not, stays with the call.
CREATE TABLE recordings (
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    -- of the call, so that its recording lies in the same month
    started_at timestamptz NOT NULL,
    storage_key text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    content_type text NOT NULL,
    -- loudness over the length, at most 400 values from 0 to 1; empty: the sound could not be decoded
    peaks real[] NOT NULL DEFAULT '{}',
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, started_at, call_id),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id) ON DELETE CASCADE
) PARTITION BY RANGE (started_at);
CALL isolate_by_tenant('recordings');
GRANT SELECT, INSERT, UPDATE, DELETE ON recordings TO echosensei_app;
GRANT SELECT ON recordings TO echosensei_system;

-- What was kept so far, whatever the tenant: row security is forced on the owner too, so it is lifted for the move. The
-- lock keeps everybody else out until the migration ends.
LOCK TABLE calls IN ACCESS EXCLUSIVE MODE;
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
ALTER TABLE recordings NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    month timestamptz;
BEGIN
    FOR month IN SELECT DISTINCT date_trunc('month', started_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
                 FROM calls WHERE recording_key IS NOT NULL LOOP
        PERFORM ensure_month_partition('recordings', month);
    END LOOP;
END
$$;
INSERT INTO recordings (organization_id, call_id, started_at, storage_key, bytes, content_type, peaks, stored_at)
SELECT organization_id, id, started_at, recording_key, coalesce(recording_bytes, 0),
       coalesce(recording_type, 'audio/mpeg'), recording_peaks, updated_at
FROM calls WHERE recording_key IS NOT NULL;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
ALTER TABLE recordings FORCE ROW LEVEL SECURITY;

ALTER TABLE calls DROP COLUMN recording_key, DROP COLUMN recording_bytes, DROP COLUMN recording_type, DROP COLUMN recording_peaks;

GRANT DELETE ON webhook_receipts TO echosensei_system;
CREATE OR REPLACE FUNCTION erase_connection(wanted uuid)
    RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM connections c WHERE c.id = wanted AND c.organization_id = current_organization()) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT r.storage_key FROM call_keys k
        JOIN recordings r ON r.organization_id = k.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
        WHERE k.connection_id = wanted;
    DELETE FROM call_turns t USING call_keys k
        WHERE k.connection_id = wanted AND t.organization_id = k.organization_id AND t.call_id = k.call_id
          AND t.started_at = k.started_at;
    DELETE FROM webhook_inbox i WHERE i.connection_id = wanted;
    DELETE FROM webhook_receipts r WHERE r.connection_id = wanted;
    DELETE FROM calls c WHERE c.connection_id = wanted;
    DELETE FROM connections c WHERE c.id = wanted;
END
$$;

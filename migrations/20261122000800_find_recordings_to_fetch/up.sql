-- After a walk through the history its recordings are queued, newest first. Walks the index of call_keys: calls have none
-- by connection.
GRANT CREATE ON SCHEMA public TO echosensei_system;
CREATE FUNCTION recordings_to_fetch(of_connection uuid, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (call_id uuid, organization_id uuid, started_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT k.call_id, k.organization_id, k.started_at
          FROM call_keys k
          JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
          WHERE k.connection_id = of_connection AND k.started_at <= before_time
            AND (k.started_at, k.call_id) < (before_time, before_id)
            AND c.recording = 'pending' AND c.detail_at IS NOT NULL AND c.status IN ('done', 'failed')
          ORDER BY k.started_at DESC, k.call_id DESC LIMIT at_most $$;
ALTER FUNCTION recordings_to_fetch(uuid, timestamptz, uuid, int) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION recordings_to_fetch(uuid, timestamptz, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recordings_to_fetch(uuid, timestamptz, uuid, int) TO echosensei_app;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

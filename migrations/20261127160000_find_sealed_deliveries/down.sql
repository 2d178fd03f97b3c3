CREATE OR REPLACE FUNCTION calls_of_caller(phone text, address text)
    RETURNS TABLE (call_id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_organization() IS NULL THEN
        RETURN;
    END IF;
    IF phone IS NOT NULL THEN
        RETURN QUERY SELECT c.id, c.started_at FROM calls c
            WHERE c.organization_id = current_organization() AND c.counterpart = phone
              AND (current_agents() IS NULL OR c.agent_id = ANY (current_agents()));
    ELSE
        RETURN QUERY EXECUTE format(
            'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %1$L AND c.words @@ phraseto_tsquery(''simple'', %2$L) '
            'AND (%3$L::uuid[] IS NULL OR c.agent_id = ANY (%3$L::uuid[])) '
            'UNION '
            'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %1$L AND c.collected <> ''[]'' '
            'AND EXISTS (SELECT FROM jsonb_array_elements(c.collected) e '
            'WHERE to_tsvector(''simple'', coalesce(e->>''value'', '''')) @@ phraseto_tsquery(''simple'', %2$L)) '
            'AND (%3$L::uuid[] IS NULL OR c.agent_id = ANY (%3$L::uuid[]))',
            current_organization(), lower(address), current_agents());
    END IF;
END
$$;
CREATE OR REPLACE FUNCTION redact_transcripts(before timestamptz, at_most int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    key record;
    ids uuid[] := '{}';
BEGIN
    FOR key IN SELECT c.id, c.started_at, c.connection_id, c.conversation_id, c.duration_seconds FROM calls c
               WHERE c.organization_id = current_organization() AND c.started_at < before
                 AND (c.status IN ('done', 'failed') OR c.started_at < now() - interval '2 days')
                 AND NOT EXISTS (SELECT FROM call_redactions x WHERE x.organization_id = c.organization_id
                                 AND x.started_at = c.started_at AND x.call_id = c.id AND x.transcript_at IS NOT NULL)
               ORDER BY c.started_at LIMIT at_most LOOP
        ids := ids || key.id;
        PERFORM erase_deliveries(key.connection_id, key.conversation_id, key.started_at, key.duration_seconds);
    END LOOP;
    DELETE FROM call_turns t USING calls c
    WHERE c.id = ANY (ids) AND c.organization_id = current_organization() AND c.started_at < before
      AND t.organization_id = c.organization_id AND t.call_id = c.id AND t.started_at = c.started_at;
    INSERT INTO call_redactions AS x (organization_id, started_at, call_id, transcript_at)
    SELECT c.organization_id, c.started_at, c.id, now() FROM calls c
    WHERE c.id = ANY (ids) AND c.organization_id = current_organization() AND c.started_at < before
    ON CONFLICT (organization_id, started_at, call_id) DO UPDATE SET transcript_at = excluded.transcript_at;
    UPDATE calls c SET title = NULL, summary = NULL, words = '', evaluation = '[]', collected = '[]', updated_at = now()
    WHERE c.id = ANY (ids) AND c.organization_id = current_organization() AND c.started_at < before;
    RETURN cardinality(ids);
END
$$;
REVOKE DELETE ON call_summaries FROM echosensei_system;
CREATE OR REPLACE FUNCTION recordings_to_fetch(of_connection uuid, again boolean, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (call_id uuid, organization_id uuid, started_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT k.call_id, k.organization_id, k.started_at
          FROM call_keys k
          JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
          WHERE k.connection_id = of_connection AND k.started_at <= before_time
            AND (k.started_at, k.call_id) < (before_time, before_id)
            AND c.detail_at IS NOT NULL AND c.status IN ('done', 'failed')
            AND (c.recording = 'pending'
                 OR again AND (c.recording IN ('failed', 'partial') OR c.recording = 'unavailable' AND c.status = 'done'))
          ORDER BY k.started_at DESC, k.call_id DESC LIMIT at_most $$;
CREATE OR REPLACE FUNCTION erase_deliveries(of_connection uuid, conversation text, began timestamptz, seconds int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erased bigint;
BEGIN
    DELETE FROM webhook_inbox i
    WHERE i.connection_id = of_connection AND i.received_at >= began - interval '1 day'
      AND (i.received_at <= began + make_interval(secs => seconds) + interval '7 days' OR i.state IN ('new', 'failed'))
      AND position(convert_to(conversation, 'UTF8') IN i.body) > 0;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
ALTER TABLE webhook_inbox DROP COLUMN about;

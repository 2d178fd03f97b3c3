GRANT CREATE ON SCHEMA public TO echosensei_system;
CREATE OR REPLACE FUNCTION move_agent_calls(wanted uuid, at_most int)
    RETURNS TABLE (left_over boolean, moved bigint, new_organization uuid, unheard uuid[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old agents;
    new agents;
    ids uuid[];
    sounds recordings[];
BEGIN
    left_over := false;
    moved := 0;
    unheard := '{}';
    SELECT a.* INTO old FROM agents a
    JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = a.organization_id
    WHERE a.id = wanted AND a.history_follows FOR UPDATE OF a;
    SELECT a.* INTO new FROM agents a
    JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = a.organization_id
    WHERE a.id = old.moved_to;
    IF old.id IS NULL OR new.id IS NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    new_organization := new.organization_id;
    -- Sums of both sides change, in the order in which everybody else takes them.
    PERFORM lock_limits(old.organization_id, new.organization_id);
    ids := ARRAY(SELECT c.id FROM calls c WHERE c.organization_id = old.organization_id AND c.agent_id = old.id
                 AND (c.status IN ('done', 'failed') OR c.started_at < now() - interval '1 day')
                 ORDER BY c.started_at DESC LIMIT at_most);
    -- In the order in which whoever stores calls takes them.
    PERFORM 1 FROM call_keys k WHERE k.call_id = ANY (ids) ORDER BY k.connection_id, k.conversation_id FOR UPDATE;
    WITH gone AS (
        DELETE FROM recordings r USING call_keys k
        WHERE k.call_id = ANY (ids) AND r.organization_id = old.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
        RETURNING r)
    SELECT array_agg(gone.r) INTO sounds FROM gone;
    UPDATE call_turns t SET organization_id = new.organization_id FROM call_keys k
    WHERE k.call_id = ANY (ids) AND t.organization_id = old.organization_id AND t.call_id = k.call_id AND t.started_at = k.started_at;
    UPDATE calls c SET organization_id = new.organization_id, agent_id = new.id, updated_at = now() FROM call_keys k
    WHERE k.call_id = ANY (ids) AND c.organization_id = old.organization_id AND c.started_at = k.started_at AND c.id = k.call_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    INSERT INTO recordings (organization_id, call_id, started_at, storage_key, bytes, content_type, peaks, stored_at)
    SELECT new.organization_id, s.call_id, s.started_at, s.storage_key, s.bytes, s.content_type, s.peaks, s.stored_at
    FROM unnest(sounds) s;
    UPDATE call_keys k SET organization_id = new.organization_id WHERE k.call_id = ANY (ids);
    SELECT coalesce(array_agg(c.id), '{}') INTO unheard FROM call_keys k
    JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
    WHERE k.call_id = ANY (ids) AND c.recording = 'pending' AND c.detail_at IS NOT NULL AND c.status IN ('done', 'failed');
    left_over := EXISTS (SELECT FROM calls c WHERE c.organization_id = old.organization_id AND c.agent_id = old.id);
    IF NOT left_over THEN
        DELETE FROM agents a WHERE a.id = old.id;
    END IF;
    RETURN NEXT;
END
$$;
DROP FUNCTION brand_pictures();
DROP FUNCTION recordings_count_at(text);
DROP FUNCTION recordings_at(text, uuid, timestamptz, uuid, int);
DROP FUNCTION recording_states(uuid);
DROP FUNCTION recordings_to_fetch(uuid, boolean, timestamptz, uuid, int);
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

DROP TABLE recording_runs;
DROP TABLE recording_misses;
-- A sound that is shorter than its call was simply there.
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
UPDATE calls SET recording = 'available' WHERE recording = 'partial';
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
ALTER TABLE calls DROP CONSTRAINT calls_recording_check;
ALTER TABLE calls ADD CONSTRAINT calls_recording_check CHECK (recording IN ('pending', 'available', 'unavailable', 'failed'));
ALTER TABLE recordings DROP COLUMN location, DROP COLUMN sha256, DROP COLUMN seconds, DROP COLUMN source;

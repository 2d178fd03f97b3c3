-- Where a sound lies, so that a switch from one store to another leaves nothing out of reach; what it is, so that a copy can be
-- compared and its length with the call's; and whence it came.
ALTER TABLE recordings
    ADD COLUMN location text NOT NULL DEFAULT 'local' CHECK (location IN ('local', 's3', 'gcs', 'azure')),
    -- of the body; NULL: stored before it was kept here
    ADD COLUMN sha256 bytea CHECK (octet_length(sha256) = 32),
    -- length of the sound; NULL: it could not be measured
    ADD COLUMN seconds real,
    ADD COLUMN source text NOT NULL DEFAULT 'provider' CHECK (source IN ('provider', 'webhook', 'link'));
ALTER TABLE recordings ALTER COLUMN location DROP DEFAULT, ALTER COLUMN source DROP DEFAULT;

-- 'partial': there is a sound, and it is shorter than its call.
ALTER TABLE calls DROP CONSTRAINT calls_recording_check;
ALTER TABLE calls ADD CONSTRAINT calls_recording_check
    CHECK (recording IN ('pending', 'available', 'partial', 'unavailable', 'failed'));

-- Where a sound was looked for and not found, and why. It follows its call to another organization and goes with it.
CREATE TABLE recording_misses (
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    call_id uuid NOT NULL,
    tier text NOT NULL CHECK (tier IN ('storage', 'provider', 'link')),
    reason text NOT NULL,
    misses int NOT NULL DEFAULT 1,
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, started_at, call_id, tier),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CALL isolate_by_tenant('recording_misses');

-- Fetching what is missing of a connection: how far it is, and where to go on after a crash.
CREATE TABLE recording_runs (
    connection_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    run_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    -- also those that were looked for before and not found
    again boolean NOT NULL,
    total bigint NOT NULL,
    stored bigint NOT NULL DEFAULT 0,
    partial bigint NOT NULL DEFAULT 0,
    missing bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    before_time timestamptz NOT NULL,
    before_id uuid NOT NULL,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('recording_runs');
GRANT SELECT, INSERT, UPDATE, DELETE ON recording_misses, recording_runs TO echosensei_app;

GRANT CREATE ON SCHEMA public TO echosensei_system;
DROP FUNCTION recordings_to_fetch(uuid, timestamptz, uuid, int);

-- Calls of a connection whose sound is missing, newest first, whoever they belong to: those that were not looked for yet, and `again` also
-- those that were. A call that never came about has none.
CREATE FUNCTION recordings_to_fetch(of_connection uuid, again boolean, before_time timestamptz, before_id uuid, at_most int)
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

-- How many calls of a connection of the current organization have their sound in which state.
CREATE FUNCTION recording_states(of_connection uuid)
    RETURNS TABLE (recording text, calls bigint, bytes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.recording, count(*), coalesce(sum(r.bytes), 0)::bigint
          FROM call_keys k
          JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
          LEFT JOIN recordings r ON r.organization_id = k.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
          WHERE k.connection_id = of_connection AND c.status IN ('done', 'failed')
            AND EXISTS (SELECT FROM connections x WHERE x.id = of_connection AND x.organization_id = current_organization())
          GROUP BY c.recording $$;

-- For the switch from one store to another, which concerns all tenants: sounds that lie in a store, in the order of their key.
CREATE FUNCTION recordings_at(wanted text, after_organization uuid, after_time timestamptz, after_call uuid, at_most int)
    RETURNS TABLE (organization_id uuid, started_at timestamptz, call_id uuid, storage_key text, bytes bigint, sha256 bytea,
                   content_type text, stored_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.organization_id, r.started_at, r.call_id, r.storage_key, r.bytes, r.sha256, r.content_type, r.stored_at
          FROM recordings r
          WHERE r.location = wanted
            AND (r.organization_id, r.started_at, r.call_id) > (after_organization, after_time, after_call)
          ORDER BY r.organization_id, r.started_at, r.call_id LIMIT at_most $$;
CREATE FUNCTION recordings_count_at(wanted text) RETURNS TABLE (objects bigint, bytes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*), coalesce(sum(r.bytes), 0)::bigint FROM recordings r WHERE r.location = wanted $$;
-- Their pictures lie in the same stores.
CREATE FUNCTION brand_pictures() RETURNS TABLE (organization_id uuid, file text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT b.organization_id, f.file FROM organization_branding b,
                 LATERAL unnest(ARRAY[b.logo, b.logo_dark, b.favicon]) AS f (file)
          WHERE f.file IS NOT NULL ORDER BY 1, 2 $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['recordings_to_fetch(uuid, boolean, timestamptz, uuid, int)', 'recording_states(uuid)',
                             'recordings_at(text, uuid, timestamptz, uuid, int)', 'recordings_count_at(text)', 'brand_pictures()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;

-- As before, with what recordings know now.
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
    INSERT INTO recordings (organization_id, call_id, started_at, storage_key, bytes, content_type, peaks, stored_at, location, sha256,
                            seconds, source)
    SELECT new.organization_id, s.call_id, s.started_at, s.storage_key, s.bytes, s.content_type, s.peaks, s.stored_at, s.location, s.sha256,
           s.seconds, s.source
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
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

-- An agency's connection can serve agents of several customers, and a call belongs to the organization of its agent.
-- The first schema tied a call to a connection of the same organization, which refuses exactly these rows. The
-- connection alone is the key now; whose call it is follows from the agent, which must be of the same organization.
ALTER TABLE calls DROP CONSTRAINT calls_organization_id_connection_id_fkey;
ALTER TABLE calls ADD CONSTRAINT calls_connection_id_fkey
    FOREIGN KEY (connection_id) REFERENCES connections (id) ON DELETE CASCADE;

-- Tells a walk that goes on from one whose worker is gone for good.
ALTER TABLE sync_runs ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

-- The newest call of a connection is asked for every minute.
CREATE INDEX call_keys_newest ON call_keys (connection_id, started_at DESC);

GRANT CREATE ON SCHEMA public TO echosensei_system;

CREATE FUNCTION newest_call(of_connection uuid) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT max(k.started_at) FROM call_keys k WHERE k.connection_id = of_connection $$;

-- Which conversations of a connection are known, whoever they belong to.
CREATE FUNCTION known_calls(of_connection uuid, wanted text[])
    RETURNS TABLE (conversation_id text, call_id uuid, organization_id uuid, started_at timestamptz,
                   agent_id uuid, agent_name text, status text, live_grade text, detail_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT k.conversation_id, k.call_id, k.organization_id, k.started_at,
                 c.agent_id, a.name, c.status, c.live_grade, c.detail_at
          FROM call_keys k
          JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
          JOIN agents a ON a.id = c.agent_id
          WHERE k.connection_id = of_connection AND k.conversation_id = ANY (wanted) $$;

-- As agent_directory, for many.
CREATE FUNCTION agents_of_connection(of_connection uuid, wanted text[])
    RETURNS TABLE (provider_agent_id text, id uuid, organization_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT a.provider_agent_id, a.id, a.organization_id, a.name FROM agents a
          WHERE a.connection_id = of_connection AND a.provider_agent_id = ANY (wanted) $$;

-- Every agent of a connection, for a sync that marks those gone at the provider and names voices.
CREATE FUNCTION sync_agents(of_connection uuid, listed jsonb, complete boolean)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner uuid;
    stored bigint;
BEGIN
    SELECT c.organization_id INTO owner FROM connections c
    WHERE c.id = of_connection AND c.organization_id = current_organization();
    IF owner IS NULL THEN
        RAISE EXCEPTION 'connection % is not of the current organization', of_connection;
    END IF;
    INSERT INTO agents AS a (id, organization_id, connection_id, provider_agent_id, name, language, llm, voice_id, voice_name,
                        monitoring, max_duration_seconds, prompt, first_message, tags, archived, placeholder, synced_at)
    SELECT r.id, owner, of_connection, r.provider_agent_id, r.name, r.language, r.llm, r.voice_id, r.voice_name,
           r.monitoring, r.max_duration_seconds, r.prompt, r.first_message, r.tags, r.archived, r.placeholder, now()
    FROM jsonb_to_recordset(listed) AS r (
        id uuid, provider_agent_id text, name text, language text, llm text, voice_id text, voice_name text,
        monitoring boolean, max_duration_seconds int, prompt text, first_message text, tags text[], archived boolean,
        placeholder boolean)
    -- a fixed order, so that two syncs can not deadlock
    ORDER BY r.provider_agent_id
    -- the organization stays: an agent may have been given to a customer
    ON CONFLICT (connection_id, provider_agent_id) DO UPDATE SET
        name = excluded.name, language = excluded.language, llm = excluded.llm, voice_id = excluded.voice_id,
        voice_name = coalesce(excluded.voice_name, a.voice_name), monitoring = excluded.monitoring,
        max_duration_seconds = excluded.max_duration_seconds, prompt = excluded.prompt,
        first_message = excluded.first_message, tags = excluded.tags, archived = excluded.archived,
        placeholder = false, synced_at = excluded.synced_at
        -- what is known from a call only must not overwrite a configuration that was read
        WHERE NOT excluded.placeholder;
    GET DIAGNOSTICS stored = ROW_COUNT;
    IF complete THEN
        UPDATE agents SET archived = true
        WHERE connection_id = of_connection AND NOT archived
          AND provider_agent_id NOT IN (SELECT x ->> 'provider_agent_id' FROM jsonb_array_elements(listed) x);
    END IF;
    RETURN stored;
END
$$;

-- How much hangs on each connection of the current organization, rows of its customers included.
CREATE FUNCTION connection_counts()
    RETURNS TABLE (connection_id uuid, agents bigint, calls bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.id,
                 (SELECT count(*) FROM agents a WHERE a.connection_id = c.id AND NOT a.archived),
                 (SELECT count(*) FROM call_keys k WHERE k.connection_id = c.id)
          FROM connections c WHERE c.organization_id = current_organization() $$;

-- Removes a connection of the current organization with everything that came through it, rows of its customers
-- included, and yields the storage keys of the recordings, which the caller has to erase. Turns and the inbox carry no
-- foreign key (they are many and always reached through their call), so they go here.
CREATE FUNCTION erase_connection(wanted uuid)
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

GRANT INSERT, UPDATE ON agents TO echosensei_system;
GRANT DELETE ON connections, calls, call_turns, webhook_inbox TO echosensei_system;
GRANT SELECT ON call_turns TO echosensei_system;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['newest_call(uuid)', 'known_calls(uuid, text[])', 'agents_of_connection(uuid, text[])',
                             'sync_agents(uuid, jsonb, boolean)', 'connection_counts()', 'erase_connection(uuid)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

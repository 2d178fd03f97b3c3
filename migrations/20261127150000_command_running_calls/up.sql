-- What supervisors do to running calls, and how each running call is followed. Both follow a call wherever it goes: its key
-- moves to another organization or is erased, and these with it.
ALTER TABLE call_keys ADD CONSTRAINT call_keys_of_organization UNIQUE (organization_id, call_id);

-- The provider's monitor socket of a running call, as the process that holds it (or tried to) has found it.
CREATE TABLE live_monitors (
    call_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    -- 'refused': this call; 'workspace_refused': no call of the workspace; 'failed': too often, it stays at presence
    state text NOT NULL CHECK (state IN ('open', 'refused', 'workspace_refused', 'failed')),
    -- what the provider said
    detail text,
    -- a person answers in the place of the agent
    taken_over boolean NOT NULL DEFAULT false,
    noted_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, call_id) REFERENCES call_keys (organization_id, call_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CALL isolate_by_tenant('live_monitors');
CREATE INDEX live_monitors_organization ON live_monitors (organization_id, call_id);

CREATE TABLE live_commands (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    -- chosen by whoever asks: the same again is the same command
    key uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('end', 'transfer', 'hint', 'take_over', 'say', 'give_back')),
    -- telephone number or words
    argument text,
    -- 'taken': one process has it and nobody else will; 'sent': the provider has it and acknowledges none of its kind
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'taken', 'sent', 'confirmed', 'unconfirmed', 'refused', 'failed')),
    detail text,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    ip text,
    asked_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    UNIQUE (organization_id, key),
    FOREIGN KEY (organization_id, call_id) REFERENCES call_keys (organization_id, call_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CALL isolate_by_tenant('live_commands');
CREATE INDEX live_commands_call ON live_commands (organization_id, call_id, asked_at);
CREATE INDEX live_commands_age ON live_commands (asked_at);

-- What the provider's configuration of an agent lets a supervisor do.
CREATE TABLE agent_live_abilities (
    agent_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    -- it chats and never speaks
    text_only boolean NOT NULL,
    -- it has the tool that transfers to a number
    transfers boolean NOT NULL,
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('agent_live_abilities');
CREATE INDEX agent_live_abilities_organization ON agent_live_abilities (organization_id, agent_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON live_monitors, live_commands TO echosensei_app;
GRANT SELECT ON agent_live_abilities TO echosensei_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON live_monitors, live_commands, agent_live_abilities TO echosensei_system;

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Beside `sync_agents`, with the same list: agents of a shared connection belong to several organizations.
CREATE FUNCTION note_live_abilities(of_connection uuid, listed jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM connections c WHERE c.id = of_connection AND c.organization_id = current_organization()) THEN
        RAISE EXCEPTION 'connection % is not of the current organization', of_connection;
    END IF;
    INSERT INTO agent_live_abilities (agent_id, organization_id, text_only, transfers)
    SELECT a.id, a.organization_id, r.text_only, r.transfers
    FROM jsonb_to_recordset(listed) AS r (provider_agent_id text, text_only boolean, transfers boolean)
    JOIN agents a ON a.connection_id = of_connection AND a.provider_agent_id = r.provider_agent_id
    WHERE r.text_only IS NOT NULL AND r.transfers IS NOT NULL
    ORDER BY a.id
    ON CONFLICT (agent_id) DO UPDATE SET text_only = excluded.text_only, transfers = excluded.transfers;
END
$$;

-- What nobody asks for any more: the audit log keeps who did what.
CREATE FUNCTION prune_live_commands(older_than interval) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM live_commands WHERE asked_at < now() - older_than;
    DELETE FROM live_monitors WHERE noted_at < now() - older_than;
END
$$;

-- Whoever begins to poll a connection holds no socket yet; what is noted as open is of one who was cut off.
CREATE FUNCTION forget_open_monitors(of_connection uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM live_monitors m USING call_keys k
    WHERE k.connection_id = of_connection AND m.call_id = k.call_id AND m.organization_id = k.organization_id AND m.state = 'open' $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['note_live_abilities(uuid, jsonb)', 'forget_open_monitors(uuid)', 'prune_live_commands(interval)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

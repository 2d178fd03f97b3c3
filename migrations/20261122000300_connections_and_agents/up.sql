-- A connection is a workspace key at the provider with its own base URL.
CREATE TABLE connections (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    base_url text NOT NULL,
    -- sealed with the server's key, bound to this row's id
    api_key_sealed bytea NOT NULL,
    api_key_last4 text NOT NULL,
    webhook_secret_sealed bytea,
    -- the provider's id of a webhook that we registered there
    provider_webhook_id text,
    -- the provider's user id of the key: tells one workspace from another
    provider_user_id text NOT NULL,
    workspace jsonb NOT NULL DEFAULT '{}',
    health text NOT NULL DEFAULT 'healthy' CHECK (health IN ('healthy', 'key_refused', 'provider_trouble')),
    trouble text,
    checked_at timestamptz,
    last_webhook_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    -- the same workspace twice would show every call twice
    UNIQUE (provider_user_id, base_url)
);
CALL isolate_by_tenant('connections');

CREATE TABLE agents (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    provider_agent_id text NOT NULL,
    name text NOT NULL,
    language text,
    llm text,
    voice_id text,
    voice_name text,
    monitoring boolean NOT NULL DEFAULT false,
    max_duration_seconds int,
    prompt text,
    first_message text,
    tags text[] NOT NULL DEFAULT '{}',
    archived boolean NOT NULL DEFAULT false,
    -- known from a call only; its configuration was not read yet
    placeholder boolean NOT NULL DEFAULT false,
    synced_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    UNIQUE (connection_id, provider_agent_id)
);
CREATE INDEX agents_by_name ON agents (organization_id, name, id);
CALL isolate_by_tenant('agents');

-- One row a connection: the walk through the provider's history and how far it has come.
CREATE TABLE sync_runs (
    connection_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    run_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'agents', 'calls', 'done', 'failed')),
    agents_done bigint NOT NULL DEFAULT 0,
    agents_total bigint,
    calls_seen bigint NOT NULL DEFAULT 0,
    calls_done bigint NOT NULL DEFAULT 0,
    calls_failed bigint NOT NULL DEFAULT 0,
    listed_all boolean NOT NULL DEFAULT false,
    -- where to go on after a crash
    cursor text,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('sync_runs');

-- Who polls a connection for running calls: one process at a time.
CREATE TABLE poll_leases (
    connection_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    holder uuid NOT NULL,
    held_until timestamptz NOT NULL,
    listening_since timestamptz NOT NULL DEFAULT now(),
    last_poll_at timestamptz,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('poll_leases');

GRANT SELECT, INSERT, UPDATE, DELETE ON connections, agents, sync_runs, poll_leases TO echosensei_app;
GRANT SELECT ON connections, agents TO echosensei_system;

-- A webhook names a connection before any tenant is known.
CREATE FUNCTION connection_directory(wanted uuid)
    RETURNS TABLE (organization_id uuid, webhook_secret_sealed bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.organization_id, c.webhook_secret_sealed FROM connections c WHERE c.id = wanted $$;
-- The worker walks all connections.
CREATE FUNCTION all_connections()
    RETURNS TABLE (id uuid, organization_id uuid, health text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.id, c.organization_id, c.health FROM connections c $$;
-- An agent of a shared connection may belong to a customer below the connection's owner.
CREATE FUNCTION agent_directory(of_connection uuid, wanted text)
    RETURNS TABLE (id uuid, organization_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT a.id, a.organization_id, a.name FROM agents a
          WHERE a.connection_id = of_connection AND a.provider_agent_id = wanted $$;
DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['connection_directory(uuid)', 'all_connections()', 'agent_directory(uuid, text)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;

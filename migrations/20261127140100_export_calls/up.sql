-- Calls as a file, written by a job. The file is its author's alone, as far as he may see calls, and goes after a while.
CREATE TABLE call_exports (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    format text NOT NULL CHECK (format IN ('csv', 'json', 'xlsx')),
    -- the log's own query, as its address has it
    query text NOT NULL,
    transcripts boolean NOT NULL,
    -- permissions whose fields the file has; known once it is being written
    fields text[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
    calls_done bigint NOT NULL DEFAULT 0,
    -- NULL: not counted
    calls_total bigint,
    bytes bigint,
    -- set before the first byte is stored, so that whatever was stored is found again
    storage_key text,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    expires_at timestamptz,
    UNIQUE (organization_id, id)
);
CREATE INDEX call_exports_of ON call_exports (organization_id, user_id, created_at DESC, id DESC);
CREATE INDEX call_exports_files ON call_exports (expires_at) WHERE storage_key IS NOT NULL;
CALL isolate_by_tenant('call_exports');
GRANT SELECT, INSERT, UPDATE, DELETE ON call_exports TO echosensei_app;
GRANT SELECT, DELETE ON call_exports TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Files whose time is over, or that nobody wants any more, whoever they belong to.
CREATE FUNCTION call_exports_to_expire(at_most int) RETURNS TABLE (id uuid, organization_id uuid, storage_key text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT e.id, e.organization_id, e.storage_key FROM call_exports e
          WHERE e.storage_key IS NOT NULL
            AND (e.expires_at <= now() OR e.state IN ('failed', 'cancelled', 'expired'))
          LIMIT at_most $$;

-- What was exported a month ago is told by the audit log.
CREATE FUNCTION prune_call_exports() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM call_exports WHERE storage_key IS NULL AND created_at < now() - interval '30 days'
          AND state NOT IN ('queued', 'running') $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['call_exports_to_expire(int)', 'prune_call_exports()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

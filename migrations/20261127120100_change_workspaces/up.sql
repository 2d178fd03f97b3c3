-- A connection whose key was changed to one of another workspace. The new workspace has a connection row of its own, so that
-- nothing that is still on its way from the old one (webhooks, jobs, polls, signed with the old secret and bound to the old row)
-- can come into it; the old row is erased part by part as any removed one. The new one is synced when that is done.
CREATE TABLE workspace_changes (
    -- the row of the new workspace
    connection_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    -- no foreign key: it goes in the end
    old_connection_id uuid NOT NULL UNIQUE,
    -- what there was to erase
    calls bigint NOT NULL,
    agents bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    -- everything is erased and the sync was started
    finished_at timestamptz,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('workspace_changes');
GRANT SELECT, INSERT, UPDATE, DELETE ON workspace_changes TO echosensei_app;

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- What would go with a connection of the current organization, rows of the organizations below it included.
CREATE FUNCTION connection_contents(wanted uuid)
    RETURNS TABLE (agents bigint, calls bigint, recordings bigint, recording_bytes bigint, phone_numbers bigint, organizations bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT (SELECT count(*) FROM agents a WHERE a.connection_id = c.id),
           kept.calls, kept.recordings, kept.bytes,
           (SELECT count(*) FROM phone_numbers p WHERE p.connection_id = c.id AND NOT p.archived),
           kept.organizations
    FROM connections c
    CROSS JOIN LATERAL (
        SELECT count(*) AS calls, count(r.call_id) AS recordings, coalesce(sum(r.bytes), 0)::bigint AS bytes,
               count(DISTINCT k.organization_id) AS organizations
        FROM call_keys k
        LEFT JOIN recordings r ON r.organization_id = k.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
        WHERE k.connection_id = c.id) kept
    WHERE c.id = wanted AND c.organization_id = current_organization() $$;
ALTER FUNCTION connection_contents(uuid) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION connection_contents(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connection_contents(uuid) TO echosensei_app;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

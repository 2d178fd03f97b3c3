-- When a running call counts as too long, per organization that looks; no row: the default.
CREATE TABLE live_settings (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    long_after_seconds int NOT NULL CHECK (long_after_seconds BETWEEN 30 AND 86400),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('live_settings');
GRANT SELECT, INSERT, UPDATE ON live_settings TO echosensei_app;

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Running calls of the current organization and of those below it, the longest first: exactly those that the acting person would
-- see after entering the organization of each, which is what `standing` says. What he may know of a call there stands beside it.
CREATE FUNCTION running_below(at_most int)
    RETURNS TABLE (organization_id uuid, organization_name text, depth int, call_id uuid, agent_id uuid, agent_name text, status text,
                   direction text, counterpart text, started_at timestamptz, live_grade text, sees_numbers boolean, total bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH running AS MATERIALIZED (
        SELECT k.organization_id, c.depth, k.id, k.agent_id, k.status, k.direction, k.counterpart, k.started_at, k.live_grade
        FROM calls k
        JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = k.organization_id
        WHERE k.status IN ('initiated', 'in-progress')
    ), busy AS MATERIALIZED (
        SELECT DISTINCT r.organization_id FROM running r
    ), seen AS MATERIALIZED (
        SELECT b.organization_id, s.agents, 'calls.numbers' = ANY (s.permissions) AS sees_numbers
        FROM busy b CROSS JOIN LATERAL standing(current_user_id(), b.organization_id) s
        WHERE 'live.view' = ANY (s.permissions)
          AND organization_status(s.membership_organization_id) = 'active'
          AND (NOT s.needs_second_factor
               OR EXISTS (SELECT FROM users u WHERE u.id = current_user_id() AND u.second_factor_at IS NOT NULL))
    )
    SELECT o.id, o.name, r.depth, r.id, r.agent_id, coalesce(a.name, ''), r.status, r.direction, r.counterpart, r.started_at,
           r.live_grade, s.sees_numbers, count(*) OVER ()
    FROM running r
    JOIN seen s ON s.organization_id = r.organization_id
    JOIN organizations o ON o.id = r.organization_id
    LEFT JOIN agents a ON a.id = r.agent_id
    WHERE s.agents IS NULL OR r.agent_id = ANY (s.agents)
    ORDER BY r.started_at, r.id LIMIT at_most $$;

-- The newest event of each of these organizations: how a server learns what a bus that may lose messages has not told it.
CREATE FUNCTION newest_live_events(of_organizations uuid[]) RETURNS TABLE (organization_id uuid, id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT wanted.id, newest.id FROM unnest(of_organizations) AS wanted (id)
    CROSS JOIN LATERAL (SELECT e.id FROM live_events e WHERE e.organization_id = wanted.id ORDER BY e.id DESC LIMIT 1) newest $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['running_below(int)', 'newest_live_events(uuid[])'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

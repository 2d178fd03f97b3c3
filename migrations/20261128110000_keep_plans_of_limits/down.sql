-- As they were before, planned by every call.

CREATE OR REPLACE FUNCTION seconds_this_month(of_organization uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(sum(d.seconds), 0)::bigint
          FROM organizations o JOIN organization_closure c ON c.ancestor_id = o.id
          CROSS JOIN LATERAL days_of(c.descendant_id, date_trunc('month', now() AT TIME ZONE o.timezone)::date) d
          WHERE o.id = of_organization $$;
CREATE OR REPLACE FUNCTION calls_running(of_organization uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM organization_closure c JOIN calls k ON k.organization_id = c.descendant_id
          WHERE c.ancestor_id = of_organization AND k.status IN ('initiated', 'in-progress') $$;
CREATE OR REPLACE FUNCTION limits_under_pressure(below boolean)
    RETURNS TABLE (organization_id uuid, name text, depth int, minutes bigint, max_minutes int, running bigint, max_running int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT x.id, x.name, x.depth, x.minutes, x.max_minutes, x.running, x.max_running
          FROM (SELECT o.id, o.name, c.depth, l.max_minutes_per_month AS max_minutes, l.max_concurrent_calls AS max_running,
                       CASE WHEN l.max_minutes_per_month IS NOT NULL THEN seconds_this_month(o.id) / 60 END AS minutes,
                       CASE WHEN l.max_concurrent_calls IS NOT NULL THEN calls_running(o.id) END AS running
                FROM organization_closure c JOIN organizations o ON o.id = c.descendant_id
                CROSS JOIN LATERAL effective_limits(o.id) l
                WHERE c.ancestor_id = current_organization() AND (c.depth = 0 OR below AND c.depth = 1) AND o.status = 'active'
                  -- below, what was set there: what holds from above is told once
                  AND (c.depth = 0 OR num_nonnulls(o.max_minutes_per_month, o.max_concurrent_calls) > 0)) x
          WHERE x.minutes * 5 >= x.max_minutes::bigint * 4 OR x.running > x.max_running
          ORDER BY x.depth, x.name, x.id LIMIT 20 $$;

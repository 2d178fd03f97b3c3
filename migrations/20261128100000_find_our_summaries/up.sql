-- A call is also found by the words of the summary that was made of it here. Whoever changes it calls index_calls, too.

CREATE OR REPLACE FUNCTION index_calls(ids uuid[], starts timestamptz[]) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp
    -- Planned once, perhaps while the tables are empty: by key then, too.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
    INSERT INTO call_search AS s (organization_id, call_id, started_at, words)
    SELECT c.organization_id, c.id, c.started_at,
           call_words(g.config, said.caller, said.agent, concat_ws(E'\n', c.title, c.summary, ours.words)) || array_to_tsvector(call_marks(c, g.config))
    FROM unnest(ids, starts) AS k (id, started_at)
    JOIN calls c ON c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id
    JOIN agents a ON a.organization_id = c.organization_id AND a.id = c.agent_id
    CROSS JOIN LATERAL (SELECT search_config(coalesce(c.language, a.language)) AS config) g
    CROSS JOIN LATERAL (
        SELECT string_agg(t.message, E'\n' ORDER BY t.position) FILTER (WHERE t.speaker = 'caller') AS caller,
               string_agg(t.message, E'\n' ORDER BY t.position) FILTER (WHERE t.speaker = 'agent') AS agent
        FROM call_turns t WHERE t.organization_id = c.organization_id AND t.call_id = c.id AND t.started_at = c.started_at) said
    LEFT JOIN LATERAL (
        SELECT concat_ws(E'\n', o.title, o.summary, o.intent, array_to_string(o.topics, E'\n'), array_to_string(o.action_items, E'\n')) AS words
        FROM call_summaries o
        WHERE o.organization_id = c.organization_id AND o.started_at = c.started_at AND o.call_id = c.id) ours ON true
    ON CONFLICT (organization_id, call_id, started_at) DO UPDATE SET words = excluded.words
    WHERE s.words IS DISTINCT FROM excluded.words;
    -- Sorted, so that two that meet the same new words can not deadlock.
    INSERT INTO search_terms (organization_id, term)
    SELECT DISTINCT s.organization_id, w.lexeme COLLATE "C" FROM unnest(ids, starts) AS k (id, started_at)
    JOIN call_search s ON s.organization_id = current_organization() AND s.call_id = k.id AND s.started_at = k.started_at
    CROSS JOIN LATERAL unnest(s.words) w
    WHERE is_search_term(w.lexeme)
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
END
$$;

-- Those that there are already, tenant by tenant: the owner is bound by the policies too.
DO $$
DECLARE
    tenant uuid;
    batch record;
BEGIN
    FOR tenant IN SELECT DISTINCT descendant_id FROM organization_closure LOOP
        PERFORM set_config('app.organization_id', tenant::text, true);
        FOR batch IN
            SELECT array_agg(part.call_id) AS ids, array_agg(part.started_at) AS starts
            FROM (SELECT o.call_id, o.started_at, row_number() OVER (ORDER BY o.started_at, o.call_id) / 1000 AS page
                  FROM call_summaries o WHERE o.organization_id = tenant AND o.summary IS NOT NULL) part
            GROUP BY part.page LOOP
            PERFORM index_calls(batch.ids, batch.starts);
        END LOOP;
    END LOOP;
    PERFORM set_config('app.organization_id', '', true);
END
$$;

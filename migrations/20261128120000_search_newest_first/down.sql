ALTER FUNCTION search_words(text, text) RESET plan_cache_mode;

CREATE OR REPLACE FUNCTION search_calls(
    words_wanted text, said_by text, number_wanted text, filter jsonb,
    from_time timestamptz, to_time timestamptz, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    tenant uuid := current_organization();
    agents_seen uuid[] := current_agents();
    number_like text;
    spoken tsquery;
    number tsquery;
    wanted tsquery;
    agent uuid := filter ->> 'agent';
    status_wanted text := filter ->> 'status';
    direction_wanted text := filter ->> 'direction';
    outcome_wanted text := filter ->> 'outcome';
    seconds_from int := filter ->> 'seconds_from';
    seconds_to int := filter ->> 'seconds_to';
    cost_from bigint := filter ->> 'cost_from';
    cost_to bigint := filter ->> 'cost_to';
    -- a provider's clock may be ahead
    upper timestamptz := least(before_time, to_time, now() + interval '3 days');
    newest timestamptz := upper;
    first timestamptz := least(upper, now());
    span interval := '12 hours';
    since timestamptz;
    place tsquery;
    found bigint;
    missing bigint := at_most;
BEGIN
    IF tenant IS NULL OR cardinality(agents_seen) = 0 THEN
        RETURN;
    END IF;
    IF words_wanted IS NOT NULL THEN
        spoken := search_words(words_wanted, said_by);
    END IF;
    IF number_wanted IS NOT NULL THEN
        -- 030 123 at home is +49 30 123 in the log.
        number_wanted := CASE WHEN length(ltrim(number_wanted, '0')) >= 3 THEN ltrim(number_wanted, '0') ELSE number_wanted END;
        number_like := '%' || number_wanted || '%';
        SELECT string_agg(DISTINCT search_literal('@n' || substr(number_wanted, p, 3))::text, '&')::tsquery INTO number
        FROM generate_series(1, length(number_wanted) - 2) p;
    END IF;
    IF spoken IS NULL AND number IS NULL AND (words_wanted IS NOT NULL OR number_wanted IS NOT NULL) THEN
        RETURN;
    END IF;
    wanted := coalesce(spoken || number, spoken, number);
    IF wanted IS NULL THEN
        wanted := search_marks(filter, agents_seen);
    ELSE
        wanted := coalesce(wanted && search_marks(filter, agents_seen), wanted);
    END IF;
    LOOP
        since := greatest(CASE WHEN span < interval '400 days' THEN first - span ELSE '-infinity' END, from_time);
        IF since > first - interval '13 days' THEN
            SELECT string_agg(search_literal('@@' || tenant || '.' || q)::text, '|')::tsquery INTO place
            FROM generate_series(search_quarter(since), search_quarter(upper)) q;
        ELSE
            place := search_literal('@@' || tenant);
        END IF;
        RETURN QUERY
        WITH hit AS MATERIALIZED (
            SELECT s.started_at, s.call_id FROM call_search s
            WHERE s.words @@ (wanted && place) AND s.started_at >= since AND s.started_at <= upper
        )
        SELECT c.id, c.started_at FROM (
            SELECT h.started_at, h.call_id FROM hit h
            WHERE (before_time IS NULL OR (h.started_at, h.call_id) < (before_time, before_id))
              -- spans are half open: what lies at the upper end was told, unless it is the first span
              AND (h.started_at < upper OR upper = newest)
              AND (to_time IS NULL OR h.started_at < to_time)
            ORDER BY h.started_at DESC, h.call_id DESC) h
        -- By key, whenever it was planned (see index_calls).
        CROSS JOIN LATERAL (
            SELECT x.id, x.started_at, x.agent_id, x.status, x.direction, x.outcome, x.duration_seconds, x.cost_usd_micros, x.counterpart
            FROM calls x WHERE x.organization_id = tenant AND x.started_at = h.started_at AND x.id = h.call_id OFFSET 0) c
        WHERE (agents_seen IS NULL OR c.agent_id = ANY (agents_seen))
          AND (agent IS NULL OR c.agent_id = agent)
          AND (status_wanted IS NULL OR c.status = status_wanted)
          AND (direction_wanted IS NULL OR c.direction = direction_wanted)
          AND (outcome_wanted IS NULL OR c.outcome = outcome_wanted)
          AND (seconds_from IS NULL OR c.duration_seconds >= seconds_from)
          AND (seconds_to IS NULL OR c.duration_seconds <= seconds_to)
          AND (cost_from IS NULL OR c.cost_usd_micros >= cost_from)
          AND (cost_to IS NULL OR c.cost_usd_micros <= cost_to)
          AND (number_like IS NULL OR c.counterpart LIKE number_like OR (spoken IS NOT NULL AND EXISTS (
                SELECT FROM call_search s WHERE s.organization_id = tenant AND s.call_id = h.call_id AND s.started_at = h.started_at AND s.words @@ spoken)))
        ORDER BY c.started_at DESC, c.id DESC LIMIT missing;
        GET DIAGNOSTICS found = ROW_COUNT;
        missing := missing - found;
        EXIT WHEN missing <= 0 OR since <= from_time OR NOT isfinite(since);
        upper := since;
        -- As far back as what is missing will probably lie.
        span := span * least(8, greatest(1.5, 1.3 * at_most / greatest(at_most - missing, 1)));
    END LOOP;
END
$$;

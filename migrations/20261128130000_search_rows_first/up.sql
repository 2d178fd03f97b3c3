-- Filters that the row of a call answers by itself are first put to the newest calls, which a page of a common value lies among:
-- the index of words, which yields what it finds in no order, is asked for what lies further back.

-- As it was, with a plan that is kept: a function in SQL is planned by each search that calls it (0.6 ms).
CREATE OR REPLACE FUNCTION search_marks(filter jsonb, agents_seen uuid[]) RETURNS tsquery
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        WITH wanted (marks) AS (
            VALUES (ARRAY['@a' || (filter ->> 'agent')]),
                (ARRAY(SELECT '@a' || a FROM unnest(agents_seen) a)),
                (ARRAY['@s' || CASE WHEN filter ->> 'status' IN ('done', 'failed') THEN filter ->> 'status' WHEN filter ? 'status' THEN 'open' END]),
                (ARRAY['@r' || (filter ->> 'direction')]),
                (ARRAY['@o' || (filter ->> 'outcome')]),
                (ARRAY['@l' || left(lower(filter ->> 'language'), 20)]),
                (ARRAY['@t' || left(filter ->> 'termination', 200)]),
                (ARRAY['@c' || left(filter ->> 'criterion', 100) || '=' || (filter ->> 'result')]),
                (CASE WHEN filter ? 'criterion' AND NOT filter ? 'result'
                      THEN ARRAY(SELECT '@c' || left(filter ->> 'criterion', 100) || '=' || o FROM unnest(ARRAY['success', 'failure', 'unknown']) o) END),
                (ARRAY[CASE WHEN filter ? 'value' THEN '@w' || left(filter ->> 'collected', 100) || '=' || left(lower(filter ->> 'value'), 100)
                            ELSE '@v' || left(filter ->> 'collected', 100) END]),
                (CASE WHEN filter ?| ARRAY['seconds_from', 'seconds_to'] THEN ARRAY(
                    SELECT search_steps('@d', (filter ->> 'seconds_from')::float8, (filter ->> 'seconds_to')::float8)) END),
                (CASE WHEN filter ?| ARRAY['cost_from', 'cost_to'] THEN ARRAY(
                    SELECT search_steps('@p', (filter ->> 'cost_from')::float8 / 100, (filter ->> 'cost_to')::float8 / 100)) END)
        ), either (marks) AS (
            SELECT string_agg(search_literal(mark)::text, '|') FROM wanted, LATERAL (
                SELECT mark FROM unnest(wanted.marks) mark WHERE mark IS NOT NULL) m
            GROUP BY wanted.marks
        )
        SELECT string_agg('(' || marks || ')', '&')::tsquery FROM either WHERE marks IS NOT NULL
    );
END
$$;

-- Whether the words of a call say it. With a plan of its own: as a part of the search it was opened for each that asks nothing of it.
CREATE FUNCTION search_says(organization uuid, call uuid, at timestamptz, wanted tsquery) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    RETURN wanted IS NOT NULL AND EXISTS (
        SELECT FROM call_search s
        WHERE s.organization_id = organization AND s.call_id = call AND s.started_at = at AND s.words @@ wanted);
END
$$;

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
    marks tsquery;
    wanted tsquery;
    wanted_here tsquery;
    number_here tsquery;
    -- three groups of three digits, all different: few calls of anybody have them
    is_telling boolean;
    agent uuid := filter ->> 'agent';
    status_wanted text := filter ->> 'status';
    direction_wanted text := filter ->> 'direction';
    outcome_wanted text := filter ->> 'outcome';
    seconds_from int := filter ->> 'seconds_from';
    seconds_to int := filter ->> 'seconds_to';
    cost_from bigint := filter ->> 'cost_from';
    cost_to bigint := filter ->> 'cost_to';
    language_wanted text := left(lower(filter ->> 'language'), 20);
    termination_wanted text := left(filter ->> 'termination', 200);
    -- Whether the row of a call alone tells if it fits.
    rows_tell boolean := words_wanted IS NULL AND number_wanted IS NULL AND NOT filter ?| ARRAY['criterion', 'collected'];
    ids uuid[];
    starts timestamptz[];
    -- a provider's clock may be ahead
    upper timestamptz := least(before_time, to_time, now() + interval '3 days');
    -- Of so many calls the first span is. Counted, not timed: hours without calls, such as every night's, would tell nothing of how
    -- often something is in a call, and the next span be far too long.
    sampled constant int := 300;
    seen int;
    edge timestamptz;
    newest timestamptz;
    span interval;
    since timestamptz;
    place tsquery;
    found bigint;
    missing bigint := at_most;
BEGIN
    IF tenant IS NULL OR cardinality(agents_seen) = 0 THEN
        RETURN;
    END IF;
    IF rows_tell THEN
        SELECT max(n.started_at), min(n.started_at), count(*),
               array_agg(n.id) FILTER (WHERE n.fits), array_agg(n.started_at) FILTER (WHERE n.fits)
        INTO newest, edge, seen, ids, starts FROM (
            SELECT c.id, c.started_at,
                (agents_seen IS NULL OR c.agent_id = ANY (agents_seen))
                AND (agent IS NULL OR c.agent_id = agent)
                AND (status_wanted IS NULL OR c.status = status_wanted)
                AND (direction_wanted IS NULL OR c.direction = direction_wanted)
                AND (outcome_wanted IS NULL OR c.outcome = outcome_wanted)
                AND (language_wanted IS NULL OR left(lower(c.language), 20) = language_wanted)
                AND (termination_wanted IS NULL OR left(c.termination_reason, 200) = termination_wanted)
                AND (seconds_from IS NULL OR c.duration_seconds >= seconds_from)
                AND (seconds_to IS NULL OR c.duration_seconds <= seconds_to)
                AND (cost_from IS NULL OR c.cost_usd_micros >= cost_from)
                AND (cost_to IS NULL OR c.cost_usd_micros <= cost_to) AS fits
            FROM calls c WHERE c.organization_id = tenant AND c.started_at <= upper
            ORDER BY c.started_at DESC, c.id DESC LIMIT sampled) n;
        -- Of calls of the same moment as the last one some may not have been among them, unless there are no more.
        RETURN QUERY
        SELECT k.id, k.started_at FROM unnest(ids, starts) k (id, started_at)
        WHERE (k.started_at > edge OR seen < sampled)
          AND (before_time IS NULL OR (k.started_at, k.id) < (before_time, before_id))
          AND (to_time IS NULL OR k.started_at < to_time)
          AND (from_time IS NULL OR k.started_at >= from_time)
        ORDER BY k.started_at DESC, k.id DESC LIMIT missing;
        GET DIAGNOSTICS found = ROW_COUNT;
        missing := missing - found;
        IF missing <= 0 OR seen < sampled OR edge < from_time THEN
            RETURN;
        END IF;
        upper := edge;
        span := greatest(newest - edge, interval '1 minute') * least(64, greatest(1.5, 1.3 * at_most / greatest(found, 1)));
        newest := edge;
    END IF;
    marks := search_marks(filter, agents_seen);
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
    IF spoken IS NOT NULL OR number IS NULL THEN
        wanted := coalesce(spoken && marks, spoken, marks);
    END IF;
    is_telling := numnode(number) >= 5;
    number := coalesce(number && marks, number);
    IF NOT rows_tell THEN
        SELECT max(n.started_at), min(n.started_at), count(*) INTO newest, edge, seen FROM (
            SELECT c.started_at FROM calls c WHERE c.organization_id = tenant AND c.started_at <= upper
            ORDER BY c.started_at DESC LIMIT sampled) n;
        IF seen = 0 THEN
            RETURN;
        END IF;
        upper := newest;
        -- Where there are no more, they are all.
        span := CASE WHEN seen < sampled THEN interval '400 days' ELSE greatest(newest - edge, interval '1 minute') END;
    END IF;
    LOOP
        since := greatest(CASE WHEN span < interval '400 days' THEN newest - span ELSE '-infinity' END, from_time);
        IF since > newest - interval '13 days' THEN
            SELECT string_agg(search_literal('@@' || tenant || '.' || q)::text, '|')::tsquery INTO place
            FROM generate_series(search_quarter(since), search_quarter(upper)) q;
        ELSE
            place := search_literal('@@' || tenant);
        END IF;
        wanted_here := wanted && place;
        -- Such digits tell more than whose call it is, and the index walks through all calls of a tenant slowly: whose the hits are is
        -- looked at after.
        number_here := CASE WHEN is_telling THEN number ELSE number && place END;
        -- Two questions, for one that may be about numbers costs as much as both.
        IF number IS NULL THEN
            SELECT array_agg(s.call_id) FILTER (WHERE s.organization_id = tenant),
                   array_agg(s.started_at) FILTER (WHERE s.organization_id = tenant)
            INTO ids, starts FROM call_search s
            WHERE s.words @@ wanted_here AND s.started_at >= since AND s.started_at <= upper;
        ELSE
            SELECT array_agg(s.call_id) FILTER (WHERE s.organization_id = tenant),
                   array_agg(s.started_at) FILTER (WHERE s.organization_id = tenant)
            INTO ids, starts FROM call_search s
            WHERE (s.words @@ wanted_here OR s.words @@ number_here) AND s.started_at >= since AND s.started_at <= upper;
        END IF;
        RETURN QUERY
        SELECT c.id, c.started_at FROM (
            SELECT k.started_at, k.call_id FROM unnest(ids, starts) k (call_id, started_at)
            WHERE (before_time IS NULL OR (k.started_at, k.call_id) < (before_time, before_id))
              -- spans are half open: what lies at the upper end was told, unless it is the first span
              AND (k.started_at < upper OR upper = newest)
              AND (to_time IS NULL OR k.started_at < to_time)
            ORDER BY k.started_at DESC, k.call_id DESC) h
        -- By key, whenever it was planned (see index_calls).
        CROSS JOIN LATERAL (
            SELECT x.id, x.organization_id, x.started_at, x.agent_id, x.status, x.direction, x.outcome, x.duration_seconds, x.cost_usd_micros, x.counterpart
            FROM calls x WHERE x.organization_id = tenant AND x.started_at = h.started_at AND x.id = h.call_id
              -- So that months outside are not even opened.
              AND x.started_at >= since AND x.started_at <= upper OFFSET 0) c
        WHERE (agents_seen IS NULL OR c.agent_id = ANY (agents_seen))
          AND (agent IS NULL OR c.agent_id = agent)
          AND (status_wanted IS NULL OR c.status = status_wanted)
          AND (direction_wanted IS NULL OR c.direction = direction_wanted)
          AND (outcome_wanted IS NULL OR c.outcome = outcome_wanted)
          AND (seconds_from IS NULL OR c.duration_seconds >= seconds_from)
          AND (seconds_to IS NULL OR c.duration_seconds <= seconds_to)
          AND (cost_from IS NULL OR c.cost_usd_micros >= cost_from)
          AND (cost_to IS NULL OR c.cost_usd_micros <= cost_to)
          AND (number_like IS NULL OR c.counterpart LIKE number_like OR search_says(c.organization_id, c.id, c.started_at, spoken))
        ORDER BY c.started_at DESC, c.id DESC LIMIT missing;
        GET DIAGNOSTICS found = ROW_COUNT;
        missing := missing - found;
        EXIT WHEN missing <= 0 OR since <= from_time OR NOT isfinite(since);
        upper := since;
        -- As far back as what is missing will probably lie.
        span := span * least(64, greatest(1.5, 1.3 * at_most / greatest(at_most - missing, 1)));
    END LOOP;
END
$$;

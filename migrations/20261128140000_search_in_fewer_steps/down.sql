CREATE OR REPLACE FUNCTION search_words(text_wanted text, said_by text) RETURNS tsquery
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = warning
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    tenant uuid := current_organization();
    configs text[];
    config text;
    word text;
    parts text[] := '{}';
    patterns text[];
    wholes tsquery[] := '{}';
    alike tsquery;
    q tsquery;
    empty boolean := false;
    -- distinct queries, each with the marks of the languages that it is for
    queries tsquery[] := '{}';
    marks tsquery[] := '{}';
    place int;
    result tsquery;
BEGIN
    configs := ARRAY(SELECT substr(t.term, 3) FROM search_terms t WHERE t.organization_id = tenant AND t.term >= '@g' AND t.term < '@h');
    FOR word IN SELECT w FROM search_query_words(websearch_to_tsquery('simple', text_wanted)) w WHERE length(w) >= 3 LOOP
        -- A stop word of a language is known in it.
        CONTINUE WHEN word !~ '^-?\d{4}' AND EXISTS (
            SELECT FROM unnest(configs) c WHERE NOT EXISTS (
                SELECT FROM unnest(tsvector_to_array(to_tsvector(c::regconfig, word))) l
                WHERE NOT EXISTS (SELECT FROM search_terms t WHERE t.organization_id = tenant AND t.term = l)));
        -- As it was typed and as each language would write its stem: stems of German have no umlauts.
        SELECT array_agg(DISTINCT '%' || replace(replace(replace(p.part, '\', '\\'), '%', '\%'), '_', '\_') || '%') INTO patterns FROM (
            SELECT word AS part UNION SELECT l FROM unnest(configs) c, unnest(tsvector_to_array(to_tsvector(c::regconfig, word))) l) p
        WHERE length(p.part) >= 3;
        SELECT string_agg(search_literal(found.term)::text, '|')::tsquery INTO alike FROM (
            SELECT t.term FROM search_terms t
            WHERE t.organization_id = tenant AND t.term NOT LIKE '@%' AND t.term LIKE ANY (patterns)
            ORDER BY length(t.term), t.term LIMIT 50) found;
        IF alike IS NOT NULL THEN
            parts := parts || word;
            wholes := wholes || alike;
        END IF;
    END LOOP;
    FOREACH config IN ARRAY configs LOOP
        q := websearch_to_tsquery(config::regconfig, text_wanted);
        IF numnode(q) = 0 THEN
            empty := true;
            CONTINUE;
        END IF;
        FOR i IN 1..cardinality(parts) LOOP
            FOR word IN SELECT unnest(tsvector_to_array(to_tsvector(config::regconfig, parts[i]))) LOOP
                q := ts_rewrite(q, search_literal(word), search_literal(word) || wholes[i]);
            END LOOP;
        END LOOP;
        IF said_by IS NOT NULL THEN
            q := regexp_replace(q::text, $re$'((?:[^']|'')*)'$re$, CASE said_by WHEN 'caller' THEN $re$'\1':A$re$ ELSE $re$'\1':B$re$ END, 'g')::tsquery;
        END IF;
        place := array_position(queries, q);
        IF place IS NULL THEN
            queries := queries || q;
            marks := marks || search_literal('@g' || config);
        ELSE
            marks[place] := marks[place] || search_literal('@g' || config);
        END IF;
    END LOOP;
    -- The same in every language: no need to ask for it.
    IF cardinality(queries) = 1 AND NOT empty THEN
        RETURN queries[1];
    END IF;
    FOR i IN 1..cardinality(queries) LOOP
        q := queries[i] && marks[i];
        result := coalesce(result || q, q);
    END LOOP;
    RETURN result;
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

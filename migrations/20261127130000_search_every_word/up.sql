-- One row a call with everything that it is found by, in one column with one index, so that words and filters meet within the
-- index. A column of `calls` would have every change of a call write all its words into the index again.
CREATE TABLE call_search (
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    -- Words of the call's language, of the caller (weight A), the agent (B), title and summary (C), and marks: lexemes that begin
    -- with @ and so can not come from a text. See call_marks.
    words tsvector NOT NULL,
    PRIMARY KEY (organization_id, call_id, started_at)
) PARTITION BY RANGE (started_at);
CALL isolate_by_tenant('call_search');
-- Half the time of the default when words are compared one call after the other (phrases, who said them); not every PostgreSQL
-- is built with it.
DO $$
BEGIN
    ALTER TABLE call_search ALTER COLUMN words SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;
-- A short pending list: every search reads it from end to end.
CREATE INDEX call_search_words ON call_search USING gin (words) WITH (gin_pending_list_limit = 512);
GRANT SELECT, INSERT, UPDATE, DELETE ON call_search TO echosensei_app, echosensei_system;

-- Which words an organization's calls have, and which marks can be chosen from (languages, reasons, criteria). A part of a word
-- is looked up here, among some hundred thousand words, and not in the transcripts.
CREATE TABLE search_terms (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    term text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, term)
);
CALL isolate_by_tenant('search_terms');
CREATE INDEX search_terms_parts ON search_terms USING gin (term gin_trgm_ops) WITH (fastupdate = off);
GRANT SELECT, INSERT, UPDATE, DELETE ON search_terms TO echosensei_app, echosensei_system;

-- Terms of calls that were removed: perhaps nobody says them any more (forget_terms).
CREATE TABLE search_terms_in_doubt (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    term text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, term)
);
CALL isolate_by_tenant('search_terms_in_doubt');
GRANT SELECT, INSERT, UPDATE, DELETE ON search_terms_in_doubt TO echosensei_system;

-- How words of a language are reduced to their stem.
CREATE FUNCTION search_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (CASE lower(substr(language, 1, 2))
        WHEN 'ar' THEN 'arabic' WHEN 'ca' THEN 'catalan' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german' WHEN 'el' THEN 'greek'
        WHEN 'en' THEN 'english' WHEN 'es' THEN 'spanish' WHEN 'eu' THEN 'basque' WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french'
        WHEN 'ga' THEN 'irish' WHEN 'hi' THEN 'hindi' WHEN 'hu' THEN 'hungarian' WHEN 'hy' THEN 'armenian'
        WHEN 'id' THEN 'indonesian' WHEN 'it' THEN 'italian' WHEN 'lt' THEN 'lithuanian' WHEN 'ne' THEN 'nepali'
        WHEN 'nl' THEN 'dutch' WHEN 'no' THEN 'norwegian' WHEN 'nb' THEN 'norwegian' WHEN 'pt' THEN 'portuguese'
        WHEN 'ro' THEN 'romanian' WHEN 'ru' THEN 'russian' WHEN 'sr' THEN 'serbian' WHEN 'sv' THEN 'swedish'
        WHEN 'ta' THEN 'tamil' WHEN 'tr' THEN 'turkish' WHEN 'yi' THEN 'yiddish' ELSE 'simple' END)::regconfig;

-- A query for exactly this lexeme.
CREATE FUNCTION search_literal(lexeme text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery;

-- Steps of a tenth: a range of lengths or costs is a handful of them, and what lies at its ends is looked at exactly.
CREATE FUNCTION search_step(amount double precision) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN amount IS NOT NULL THEN floor(ln(1 + greatest(amount, 0)) * 10)::int END;

-- A quarter of a day, counted from 1970.
CREATE FUNCTION search_quarter(moment timestamptz) RETURNS int
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN floor(extract(epoch FROM moment) / 21600)::int;

-- Whose call, and whose call of which quarter of a day: how the index knows tenants, and how it reads the newest only.
CREATE FUNCTION search_places(of_organization uuid, moment timestamptz) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ARRAY['@@' || of_organization, '@@' || of_organization || '.' || search_quarter(moment)];

-- What a call can be filtered by: g configuration, a agent, s status, r direction, o outcome, l language, t termination reason,
-- d step of its length, p step of its cost, n three digits of the number, c criterion and result, v name of a collected value,
-- w the same with the value.
CREATE FUNCTION call_marks(c calls, config regconfig) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN search_places(c.organization_id, c.started_at)
        || array_remove(ARRAY['@g' || config, '@a' || c.agent_id,
             '@s' || CASE WHEN c.status IN ('done', 'failed') THEN c.status ELSE 'open' END,
             '@r' || c.direction, '@o' || c.outcome, '@l' || left(lower(c.language), 20), '@t' || left(c.termination_reason, 200),
             '@d' || search_step(c.duration_seconds), '@p' || search_step(c.cost_usd_micros / 100.0)], NULL)
        || ARRAY(SELECT '@n' || substr(n.digits, p, 3) FROM (SELECT left(regexp_replace(c.counterpart, '\D', '', 'g'), 30) AS digits) n,
                 generate_series(1, length(n.digits) - 2) p)
        || ARRAY(SELECT '@c' || left(e ->> 'id', 100) || '=' || (e ->> 'outcome') FROM jsonb_array_elements(c.evaluation) e
                 WHERE e ->> 'outcome' IS NOT NULL LIMIT 200)
        || ARRAY(SELECT mark FROM jsonb_array_elements(c.collected) e,
                 LATERAL (VALUES ('@v' || left(e ->> 'id', 100)), ('@w' || left(e ->> 'id', 100) || '=' || left(lower(e ->> 'value'), 100))) m (mark)
                 WHERE e ->> 'value' IS NOT NULL LIMIT 400);

-- Numbers as people write or dictate them ("0171 123-45 67"), each in one piece.
CREATE FUNCTION numbers_in(said text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg(regexp_replace(m[1], '\D', '', 'g'), ' ') FROM regexp_matches(said, '(\d+(?:[ ./()-]{1,2}\d+)+)', 'g') m);

CREATE FUNCTION call_words(config regconfig, caller text, agent text, about text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN setweight(to_tsvector(config, coalesce(caller, '')) || to_tsvector('simple', coalesce(numbers_in(caller), '')), 'A')
        || setweight(to_tsvector(config, coalesce(agent, '')) || to_tsvector('simple', coalesce(numbers_in(agent), '')), 'B')
        || setweight(to_tsvector(config, coalesce(about, '')), 'C');
EXCEPTION WHEN program_limit_exceeded THEN
    -- A megabyte of different words: no conversation has them, a broken transcript may. Its beginning is found.
    RETURN setweight(to_tsvector(config, left(coalesce(caller, ''), 50000)), 'A')
        || setweight(to_tsvector(config, left(coalesce(agent, ''), 50000)), 'B')
        || setweight(to_tsvector(config, left(coalesce(about, ''), 10000)), 'C');
END
$$;

-- Words that a part can be looked up in, marks that are offered as choices, and steps that a range has.
CREATE FUNCTION is_search_term(lexeme text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lexeme NOT LIKE '@%' OR lexeme ~ '^@[gltcvdp]';

-- Makes calls of the current organization found as they are now. Whoever changes what call_marks or call_words read, calls it.
CREATE FUNCTION index_calls(ids uuid[], starts timestamptz[]) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp
    -- Planned once, perhaps while the tables are empty: by key then, too.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
    INSERT INTO call_search AS s (organization_id, call_id, started_at, words)
    SELECT c.organization_id, c.id, c.started_at,
           call_words(g.config, said.caller, said.agent, concat_ws(E'\n', c.title, c.summary)) || array_to_tsvector(call_marks(c, g.config))
    FROM unnest(ids, starts) AS k (id, started_at)
    JOIN calls c ON c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id
    JOIN agents a ON a.organization_id = c.organization_id AND a.id = c.agent_id
    CROSS JOIN LATERAL (SELECT search_config(coalesce(c.language, a.language)) AS config) g
    CROSS JOIN LATERAL (
        SELECT string_agg(t.message, E'\n' ORDER BY t.position) FILTER (WHERE t.speaker = 'caller') AS caller,
               string_agg(t.message, E'\n' ORDER BY t.position) FILTER (WHERE t.speaker = 'agent') AS agent
        FROM call_turns t WHERE t.organization_id = c.organization_id AND t.call_id = c.id AND t.started_at = c.started_at) said
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

-- A call that goes to another organization is found there and nowhere else; one that is removed is not found.
CREATE FUNCTION search_follows_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO search_terms_in_doubt (organization_id, term)
    SELECT s.organization_id, w.lexeme FROM call_search s, unnest(s.words) w
    WHERE s.organization_id = OLD.organization_id AND s.call_id = OLD.id AND s.started_at = OLD.started_at AND is_search_term(w.lexeme)
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    IF TG_OP = 'DELETE' THEN
        DELETE FROM call_search s WHERE s.organization_id = OLD.organization_id AND s.call_id = OLD.id AND s.started_at = OLD.started_at;
        RETURN NULL;
    END IF;
    UPDATE call_search s SET organization_id = NEW.organization_id,
        words = ts_delete(s.words, search_places(OLD.organization_id, OLD.started_at) || ('@a' || OLD.agent_id))
                || array_to_tsvector(search_places(NEW.organization_id, NEW.started_at) || ('@a' || NEW.agent_id))
    WHERE s.organization_id = OLD.organization_id AND s.call_id = OLD.id AND s.started_at = OLD.started_at;
    INSERT INTO search_terms (organization_id, term)
    SELECT s.organization_id, w.lexeme FROM call_search s, unnest(s.words) w
    WHERE s.organization_id = NEW.organization_id AND s.call_id = NEW.id AND s.started_at = NEW.started_at AND is_search_term(w.lexeme)
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER search_forgets AFTER DELETE ON calls FOR EACH ROW EXECUTE FUNCTION search_follows_call();
CREATE TRIGGER search_follows AFTER UPDATE OF organization_id, agent_id ON calls FOR EACH ROW
    WHEN ((OLD.organization_id, OLD.agent_id) IS DISTINCT FROM (NEW.organization_id, NEW.agent_id))
    EXECUTE FUNCTION search_follows_call();

-- Takes at most so many terms in doubt and removes those that no call has any more; how many were looked at.
CREATE FUNCTION forget_terms(at_most int) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    doubt record;
    looked_at int := 0;
BEGIN
    FOR doubt IN DELETE FROM search_terms_in_doubt d USING (
        SELECT x.organization_id, x.term FROM search_terms_in_doubt x ORDER BY 1, 2 LIMIT at_most FOR UPDATE SKIP LOCKED) part
        WHERE d.organization_id = part.organization_id AND d.term = part.term RETURNING d.organization_id, d.term LOOP
        looked_at := looked_at + 1;
        DELETE FROM search_terms t WHERE t.organization_id = doubt.organization_id AND t.term = doubt.term
            AND NOT EXISTS (SELECT FROM call_search s
                            WHERE s.words @@ (search_literal(doubt.term) && search_literal('@@' || doubt.organization_id)));
    END LOOP;
    RETURN looked_at;
END
$$;

-- The lexemes of a query, those that must not be there included.
CREATE FUNCTION search_query_words(q tsquery) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT DISTINCT replace(replace(m[1], '''''', ''''), '\\', '\') FROM regexp_matches(q::text, $re$'((?:[^']|'')*)'$re$, 'g') m $$;

-- The text that somebody typed as a query for the calls of the current organization: in each language that it has calls in, and
-- for each only where the call is of that language. A word that no call has in any language is looked for as a part of one, and
-- so is a number. NULL: nothing in it can be searched for.
CREATE FUNCTION search_words(text_wanted text, said_by text) RETURNS tsquery
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = warning AS $$
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

-- The marks of a range, of those that some call has; one that none has where there are none.
CREATE FUNCTION search_steps(mark text, least_amount float8, most_amount float8) RETURNS SETOF text
    LANGUAGE sql STABLE AS $$
    WITH steps (step) AS (
        SELECT mark || n FROM generate_series(search_step(coalesce(least_amount, 0)), search_step(coalesce(most_amount, 1e9))) n
    ), known AS (
        SELECT s.step FROM steps s WHERE EXISTS (
            SELECT FROM search_terms t WHERE t.organization_id = current_organization() AND t.term = s.step)
    )
    SELECT step FROM known UNION ALL SELECT mark WHERE NOT EXISTS (SELECT FROM known)
$$;

-- Filters (CallFilter of crates/shared) as a query for marks.
CREATE FUNCTION search_marks(filter jsonb, agents_seen uuid[]) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
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
$$;

-- Calls of the current organization by words, number and marks, newest first, from `before_time` on. Full-text operators are not
-- leakproof, so under a row policy PostgreSQL would not use their index: this function works as a role that sees all rows. Its
-- query names the tenant as a mark within the index, and again when it looks at the call itself.
--
-- An index of words yields what it finds in no order. So it is asked for the calls of the last hours first, then for ever longer
-- spans, until the page is full: a frequent word costs a page, a rare one costs all its calls. Nothing is planned anew.
DROP FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int);
CREATE FUNCTION search_calls(
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
        JOIN calls c ON c.organization_id = tenant AND c.started_at = h.started_at AND c.id = h.call_id
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

-- What was said in these calls that the text finds, with the found words between the two characters given; at most so many turns of
-- each. Works with the rights of whoever asks: rows of other tenants and agents are not there.
CREATE FUNCTION matched_turns(ids uuid[], starts timestamptz[], words_wanted text, only_by text, opens text, closes text, at_most int)
    RETURNS TABLE (call_id uuid, "position" int, speaker text, at_seconds double precision, marked text)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    whole text := search_words(words_wanted, NULL)::text;
    any_word tsquery;
BEGIN
    -- Of what must be there, any word counts as a match; marks are in no turn.
    SELECT string_agg(search_literal(w)::text, '|')::tsquery INTO any_word
    FROM search_query_words(querytree(whole::tsquery)::tsquery) w WHERE w NOT LIKE '@%';
    IF any_word IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT m.call_id, m.position, m.speaker, m.at_seconds,
           ts_headline(m.config, m.message, any_word, format('HighlightAll=true, StartSel="%s", StopSel="%s"', opens, closes))
    FROM unnest(ids, starts) AS k (id, started_at)
    JOIN calls c ON c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id
    JOIN agents a ON a.organization_id = c.organization_id AND a.id = c.agent_id
    CROSS JOIN LATERAL (
        SELECT t.call_id, t.position, t.speaker, t.at_seconds, translate(t.message, opens || closes, '') AS message, g.config
        FROM (SELECT search_config(coalesce(c.language, a.language)) AS config) g, call_turns t
        WHERE t.organization_id = c.organization_id AND t.call_id = c.id AND t.started_at = c.started_at
          AND (only_by IS NULL OR t.speaker = only_by)
          AND (to_tsvector(g.config, t.message) || to_tsvector('simple', coalesce(numbers_in(t.message), ''))) @@ any_word
        ORDER BY t.position LIMIT at_most) m
    ORDER BY m.call_id, m.position;
END
$$;

GRANT CREATE ON SCHEMA public TO echosensei_system;
DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['search_words(text, text)', 'search_follows_call()', 'forget_terms(int)',
                             'search_calls(text, text, text, jsonb, timestamptz, timestamptz, timestamptz, uuid, int)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;

-- What is known so far, tenant by tenant: the owner is bound by the policies too.
DO $$
DECLARE
    moment timestamptz;
    tenant uuid;
    part record;
BEGIN
    FOR moment IN SELECT (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)'))[1]::timestamptz
                  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'calls'::regclass LOOP
        PERFORM ensure_month_partition('call_search', moment);
    END LOOP;
    FOR tenant IN SELECT DISTINCT descendant_id FROM organization_closure LOOP
        PERFORM set_config('app.organization_id', tenant::text, true);
        FOR part IN SELECT array_agg(x.id) AS ids, array_agg(x.started_at) AS starts FROM (
            SELECT c.id, c.started_at, row_number() OVER (ORDER BY c.started_at) / 1000 AS n FROM calls c WHERE c.organization_id = tenant) x
            GROUP BY x.n LOOP
            PERFORM index_calls(part.ids, part.starts);
        END LOOP;
    END LOOP;
    PERFORM set_config('app.organization_id', '', true);
END
$$;
DROP INDEX calls_words;
ALTER TABLE calls DROP COLUMN words;
